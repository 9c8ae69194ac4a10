package comments

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// mostTerms is how many terms a room may block.
const mostTerms = 2_000

// ChangeBlockedTerms adds and removes terms of a room.
func (s *Service) ChangeBlockedTerms(ctx context.Context, r *commentsv1.ChangeBlockedTermsRequest) (*commentsv1.ChangeBlockedTermsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	terms, change, err := s.changeTerms(ctx, r)
	s.meter.act(ctx, "change_terms", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.ChangeBlockedTermsResponse{Terms: termsOutside(terms), Change: change}, nil
}

func termsOutside(terms *eventv1.BlockedTerms) (all []*commentsv1.BlockedTerm) {
	for _, t := range terms.GetTerms() {
		all = append(all, &commentsv1.BlockedTerm{
			Text: t.GetText(), Person: t.GetBy(), CreateTime: timestamppb.New(time.UnixMilli(t.GetBlockedMs())),
		})
	}
	return all
}

// changeTerms gives what stands, and what names the change: 0 where there was none.
func (s *Service) changeTerms(ctx context.Context, r *commentsv1.ChangeBlockedTermsRequest) (*eventv1.BlockedTerms, uint64, error) {
	err := text.RoomID(r.GetRoom())
	if r.GetComment() != "" {
		err = errors.Join(err, text.ItemID("comment", r.GetComment()))
	}
	if err != nil {
		return nil, 0, err
	}
	add, err := cleanTerms(r.GetAdd())
	if err != nil {
		return nil, 0, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, 0, err
	}
	about, err := s.authorOf(ctx, r.GetRoom(), r.GetComment())
	if err != nil {
		return nil, 0, err
	}
	moved := false
	stands, sequence, err := s.putTerms(ctx, r.GetRoom(), func(stands *eventv1.BlockedTerms) (*eventv1.BlockedTerms, error) {
		next := changed(stands, add, r.GetRemove(), by.GetPerson(), s.clock())
		if moved = len(next.GetLast().GetAdded())+len(next.GetLast().GetDropped()) > 0; !moved {
			return stands, nil
		}
		if len(next.GetTerms()) > mostTerms {
			return nil, fault.New(fault.FieldInvalid, "a room blocks at most %d terms", mostTerms).On("add")
		}
		return next, nil
	})
	last := stands.GetLast()
	lately := last.GetBy() == by.GetPerson() && !last.GetUndone() && s.clock().Sub(time.UnixMilli(last.GetAtMs())) < audit.Retryable
	if err != nil || !moved && !(lately && lastOf(stands) && asksFor(add, r.GetRemove(), last)) {
		return stands, 0, err
	}
	return stands, uint64(last.GetAtMs()), s.tellTerms(ctx, r, by, about, last, sequence) // perhaps its entry is what failed before
}

// asksFor tells whether a request is for all that a change made: it may be that one, sent again.
func asksFor(add, remove []string, change *eventv1.TermsChange) bool {
	lacks := func(asked, done []string) bool {
		return slices.ContainsFunc(done, func(t string) bool { return !slices.Contains(asked, t) })
	}
	return !lacks(add, change.GetAdded()) && !lacks(remove, textsOf(change.GetDropped()))
}

// putTerms changes a room's terms by compare-and-set and gives what stands, and where. change is given what stands; the same
// changes nothing.
func (s *Service) putTerms(ctx context.Context, room string, change func(*eventv1.BlockedTerms) (*eventv1.BlockedTerms, error)) (*eventv1.BlockedTerms, uint64, error) {
	key := bus.InRoom(bus.State, room, filter.RoomKey)
	for range tries {
		record, err := s.bus.Last(ctx, key)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, 0, err
		}
		stands := new(eventv1.BlockedTerms)
		if err == nil && !record.Deleted {
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return nil, 0, fmt.Errorf("read blocked terms: %w", err)
			}
		}
		next, err := change(stands)
		if err != nil || next == stands {
			return next, record.Sequence, err
		}
		next.Last.Left = digest(next.GetTerms())
		body, err := proto.Marshal(next)
		if err != nil {
			return nil, 0, err
		}
		sequence, err := s.bus.Put(ctx, key, body, record.Sequence)
		if err == nil {
			return next, sequence, nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, 0, fmt.Errorf("store blocked terms: %w", err)
		}
	}
	return nil, 0, fault.New(fault.Unavailable, "the terms are being changed; try again").After(time.Second)
}

// authorOf is who wrote a comment that stands, was removed or waits; empty where none is known any more.
func (s *Service) authorOf(ctx context.Context, room, comment string) (string, error) {
	if comment == "" {
		return "", nil
	}
	f, err := s.find(ctx, room, comment, 0, farthestReply)
	switch {
	case fault.Is(err, fault.CommentNotFound):
		doc, _, err := s.heldOrNone(ctx, room, comment)
		return doc.GetAuthor().GetPerson(), err
	case err != nil:
		return "", err
	case f.gone != nil:
		return f.gone.GetAuthor(), nil
	}
	return f.comment.GetAuthor().GetPerson(), nil
}

// UndoBlockedTerms takes back one's own last change of a room's terms, or none where the request names another one.
func (s *Service) UndoBlockedTerms(ctx context.Context, r *commentsv1.UndoBlockedTermsRequest) (*commentsv1.UndoBlockedTermsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	terms, err := s.undoTerms(ctx, r)
	s.meter.act(ctx, "undo_terms", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.UndoBlockedTermsResponse{Terms: termsOutside(terms)}, nil
}

func (s *Service) undoTerms(ctx context.Context, r *commentsv1.UndoBlockedTermsRequest) (*eventv1.BlockedTerms, error) {
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	stands, sequence, err := s.putTerms(ctx, r.GetRoom(), func(stands *eventv1.BlockedTerms) (*eventv1.BlockedTerms, error) {
		last, now := stands.GetLast(), s.clock()
		may, again := judge.MayUndo(last.GetBy() == by.GetPerson(), last.GetUndone(), time.UnixMilli(last.GetAtMs()), now)
		switch {
		case again && judge.Named(r.GetChange(), last.GetUndidMs()):
			return stands, nil
		case !may || !lastOf(stands) || !judge.Named(r.GetChange(), last.GetAtMs()):
			return nil, fault.New(fault.UndoExpired, "there is no change of the terms by you in the last 60 s that is still the last one")
		}
		next := changed(stands, nil, last.GetAdded(), by.GetPerson(), now)
		next.Terms = sorted(append(next.GetTerms(), last.GetDropped()...))
		next.Last.Added, next.Last.Undone, next.Last.UndidMs = textsOf(last.GetDropped()), true, last.GetAtMs()
		return next, nil
	})
	if err != nil {
		return nil, err
	}
	var said []string
	if blocks := stands.GetLast().GetAdded(); len(blocks) > 0 {
		said = append(said, "blocks "+someOf(blocks))
	}
	if allows := textsOf(stands.GetLast().GetDropped()); len(allows) > 0 {
		said = append(said, "allows "+someOf(allows))
	}
	return stands, audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), "undo_terms", number(sequence)),
		&eventv1.AuditEntry{Actor: by, Action: "undo_terms", Reason: strings.Join(said, "; "), AtMs: stands.GetLast().GetAtMs()})
}

// cleanTerms cleans terms, and names the first that cannot be one.
func cleanTerms(terms []string) ([]string, error) {
	if len(terms) > mostTerms {
		return nil, fault.New(fault.FieldInvalid, "at most %d terms", mostTerms).On("add")
	}
	clean := make([]string, 0, len(terms))
	for _, t := range terms {
		t, err := text.Clean("add", t, text.Term)
		if err != nil {
			return nil, err
		}
		clean = append(clean, t)
	}
	_, err := filter.Compile(clean)
	if bad := (*filter.TermError)(nil); errors.As(err, &bad) {
		return nil, fault.New(fault.FieldInvalid, "%v", bad).On("add")
	}
	return clean, err
}

// changed is the list with some terms more and some less, and with what really changed.
func changed(stands *eventv1.BlockedTerms, add, remove []string, by string, now time.Time) *eventv1.BlockedTerms {
	next := proto.CloneOf(stands)
	next.Last = &eventv1.TermsChange{By: by, AtMs: after(stands.GetLast().GetAtMs(), now)}
	next.Terms = slices.DeleteFunc(next.Terms, func(t *eventv1.BlockedTerm) bool {
		gone := slices.Contains(remove, t.GetText())
		if gone {
			next.Last.Dropped = append(next.Last.Dropped, t)
		}
		return gone
	})
	for _, t := range add {
		if !slices.ContainsFunc(next.Terms, func(known *eventv1.BlockedTerm) bool { return known.GetText() == t }) {
			next.Terms = append(next.Terms, &eventv1.BlockedTerm{Text: t, By: by, BlockedMs: now.UnixMilli()})
			next.Last.Added = append(next.Last.Added, t)
		}
	}
	next.Terms = sorted(next.Terms)
	return next
}

// lastOf tells whether the last change that terms tell of is what left them as they are: a process of an older version changes
// the terms alone.
func lastOf(terms *eventv1.BlockedTerms) bool {
	return bytes.Equal(terms.GetLast().GetLeft(), digest(terms.GetTerms()))
}

func digest(terms []*eventv1.BlockedTerm) []byte {
	var all []byte
	for _, t := range terms {
		all = fmt.Appendf(all, "%q %s %d\n", t.GetText(), t.GetBy(), t.GetBlockedMs())
	}
	sum := sha256.Sum256(all)
	return sum[:]
}

func sorted(terms []*eventv1.BlockedTerm) []*eventv1.BlockedTerm {
	return slices.SortedFunc(slices.Values(terms), func(a, b *eventv1.BlockedTerm) int { return cmp.Compare(a.GetText(), b.GetText()) })
}

func textsOf(terms []*eventv1.BlockedTerm) (all []string) {
	for _, t := range terms {
		all = append(all, t.GetText())
	}
	return all
}

// someOf names the first of many terms.
func someOf(terms []string) string {
	some := strings.Join(terms[:min(3, len(terms))], ", ")
	if more := len(terms) - 3; more > 0 {
		some += fmt.Sprintf(" and %d more", more)
	}
	return some
}

// tellTerms puts what changed into the audit trail.
func (s *Service) tellTerms(ctx context.Context, r *commentsv1.ChangeBlockedTermsRequest, by *eventv1.Author, about string, change *eventv1.TermsChange, sequence uint64) error {
	for _, did := range []struct {
		action string
		terms  []string
	}{{"block_terms", change.GetAdded()}, {"allow_terms", textsOf(change.GetDropped())}} {
		if len(did.terms) == 0 {
			continue
		}
		err := audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), did.action, number(sequence)), &eventv1.AuditEntry{
			Actor: by, Action: did.action, Target: r.GetComment(), About: about, Reason: someOf(did.terms), AtMs: change.GetAtMs(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
