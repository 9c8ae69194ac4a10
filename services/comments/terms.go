package comments

import (
	"cmp"
	"context"
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
	terms, err := s.changeTerms(ctx, r)
	s.meter.act(ctx, "change_terms", err)
	if err != nil {
		return nil, err
	}
	answer := new(commentsv1.ChangeBlockedTermsResponse)
	for _, t := range terms.GetTerms() {
		answer.Terms = append(answer.Terms, &commentsv1.BlockedTerm{
			Text: t.GetText(), Person: t.GetBy(), CreateTime: timestamppb.New(time.UnixMilli(t.GetBlockedMs())),
		})
	}
	return answer, nil
}

func (s *Service) changeTerms(ctx context.Context, r *commentsv1.ChangeBlockedTermsRequest) (*eventv1.BlockedTerms, error) {
	err := text.RoomID(r.GetRoom())
	if r.GetComment() != "" {
		err = errors.Join(err, text.ItemID("comment", r.GetComment()))
	}
	if err != nil {
		return nil, err
	}
	add, err := cleanTerms(r.GetAdd())
	if err != nil {
		return nil, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	key := bus.InRoom(bus.State, r.GetRoom(), filter.RoomKey)
	for range tries {
		record, err := s.bus.Last(ctx, key)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, err
		}
		stands := new(eventv1.BlockedTerms)
		if err == nil && !record.Deleted {
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return nil, fmt.Errorf("read blocked terms: %w", err)
			}
		}
		now := s.clock()
		next, added, dropped := changed(stands, add, r.GetRemove(), by.GetPerson(), now)
		if len(added)+len(dropped) == 0 {
			return stands, nil
		}
		if len(next.GetTerms()) > mostTerms {
			return nil, fault.New(fault.FieldInvalid, "a room blocks at most %d terms", mostTerms).On("add")
		}
		body, err := proto.Marshal(next)
		if err != nil {
			return nil, err
		}
		sequence, err := s.bus.Put(ctx, key, body, record.Sequence)
		if errors.Is(err, bus.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("store blocked terms: %w", err)
		}
		return next, s.tellTerms(ctx, r, by, added, dropped, sequence, now)
	}
	return nil, fault.New(fault.Unavailable, "the terms are being changed; try again").After(time.Second)
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

// changed is the list with some terms more and some less, and what really changed.
func changed(stands *eventv1.BlockedTerms, add, remove []string, by string, now time.Time) (next *eventv1.BlockedTerms, added, dropped []string) {
	next = proto.CloneOf(stands)
	next.Terms = slices.DeleteFunc(next.Terms, func(t *eventv1.BlockedTerm) bool {
		gone := slices.Contains(remove, t.GetText())
		if gone {
			dropped = append(dropped, t.GetText())
		}
		return gone
	})
	for _, t := range add {
		if !slices.ContainsFunc(next.Terms, func(known *eventv1.BlockedTerm) bool { return known.GetText() == t }) {
			next.Terms = append(next.Terms, &eventv1.BlockedTerm{Text: t, By: by, BlockedMs: now.UnixMilli()})
			added = append(added, t)
		}
	}
	slices.SortFunc(next.Terms, func(a, b *eventv1.BlockedTerm) int { return cmp.Compare(a.GetText(), b.GetText()) })
	return next, added, dropped
}

// tellTerms puts what changed into the audit trail; of many terms it names the first.
func (s *Service) tellTerms(ctx context.Context, r *commentsv1.ChangeBlockedTermsRequest, by *eventv1.Author, added, dropped []string, sequence uint64, now time.Time) error {
	for _, did := range []struct {
		action string
		terms  []string
	}{{"block_terms", added}, {"allow_terms", dropped}} {
		if len(did.terms) == 0 {
			continue
		}
		why := strings.Join(did.terms[:min(3, len(did.terms))], ", ")
		if more := len(did.terms) - 3; more > 0 {
			why += fmt.Sprintf(" and %d more", more)
		}
		err := audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), did.action, fmt.Sprint(sequence)),
			&eventv1.AuditEntry{Actor: by, Action: did.action, Target: r.GetComment(), Reason: why, AtMs: now.UnixMilli()})
		if err != nil {
			return err
		}
	}
	return nil
}
