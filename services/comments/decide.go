package comments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

type actorOf interface{ GetActor() *roomsv1.Actor }

// heldKeep is how long after a decision about a held comment text and document go.
const heldKeep = judge.UndoFor + 5*time.Second

// maxHeldTries bounds how often a decision is made anew because another moderator was faster.
const maxHeldTries = 8

// ListHeldComments lists what waits for a moderator, oldest first.
func (s *Service) ListHeldComments(ctx context.Context, r *commentsv1.ListHeldCommentsRequest) (*commentsv1.ListHeldCommentsResponse, error) {
	caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock())
	if err != nil {
		return nil, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	arguments := []string{"held", r.GetRoom(), caller.View.Epoch()}
	after, err := rpc.DecodePage(r.GetPageToken(), arguments...)
	if err != nil {
		return nil, err
	}
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.State, r.GetRoom(), heldKey))
	if err != nil {
		return nil, fmt.Errorf("list held comments: %w", err)
	}
	var waiting []*eventv1.HeldComment
	for _, record := range records {
		doc := new(eventv1.HeldComment)
		if err := proto.Unmarshal(record.Body, doc); err != nil {
			return nil, fmt.Errorf("list held comments: %w", err)
		}
		if doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED && heldPlace(doc) > after {
			waiting = append(waiting, doc)
		}
	}
	slices.SortFunc(waiting, func(a, b *eventv1.HeldComment) int { return cmp.Compare(heldPlace(a), heldPlace(b)) })
	response := &commentsv1.ListHeldCommentsResponse{}
	for _, doc := range waiting[:min(size, len(waiting))] {
		words, err := s.heldText(ctx, doc)
		if fault.Is(err, fault.CommentNotFound) {
			continue // decided and erased while the list was made
		}
		if err != nil {
			return nil, err
		}
		c := released(doc, words)
		c.Id, c.Place, c.EditedMs = doc.GetId(), doc.GetPlace(), doc.GetEditedMs()
		hidden, err := people.Hidden(caller.View, doc.GetAuthor(), s.clock())
		if err != nil {
			return nil, err
		}
		response.Comments = append(response.Comments, &commentsv1.HeldComment{
			Comment: outside(r.GetRoom(), c, 0), Why: whys[doc.GetReason()], Detail: doc.GetDetail(), OutOfSight: hidden,
		})
	}
	if len(waiting) > size {
		response.NextPageToken = rpc.EncodePage(heldPlace(waiting[size-1]), arguments...)
	}
	return response, nil
}

func heldPlace(d *eventv1.HeldComment) string {
	return fmt.Sprintf("%019d %s", d.GetPostedMs(), d.GetId())
}

// ReleaseComment posts a held comment.
func (s *Service) ReleaseComment(ctx context.Context, r *commentsv1.ReleaseCommentRequest) (*commentsv1.ReleaseCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	comment, err := s.release(ctx, r)
	s.meter.decide(ctx, "release", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.ReleaseCommentResponse{Comment: comment}, nil
}

func (s *Service) release(ctx context.Context, r *commentsv1.ReleaseCommentRequest) (*commentsv1.Comment, error) {
	by, err := s.staffIn(ctx, r.GetRoom(), r.GetComment(), r, nil)
	if err != nil {
		return nil, err
	}
	doc, err := s.decide(ctx, r.GetRoom(), r.GetComment(), by, func(doc *eventv1.HeldComment) (bool, error) {
		switch doc.GetState() {
		case eventv1.HeldState_HELD_STATE_RELEASED:
			return false, nil
		case eventv1.HeldState_HELD_STATE_REJECTED:
			return false, decidedAlready(doc)
		}
		if doc.GetTakenFrom() == 0 { // what was public before may come back in a room that is over
			if _, _, err := s.judge.Room(ctx, r.GetRoom(), judge.Live); err != nil {
				return false, err
			}
		}
		if doc.GetTakenFrom() != 0 {
			f, err := s.find(ctx, r.GetRoom(), doc.GetId(), 0, farthest)
			if err != nil && !fault.Is(err, fault.CommentNotFound) {
				return false, err
			}
			if f.gone != nil {
				doc.BringsBack = f.gone.sequence
			}
		}
		doc.State, doc.ReleasedAs, doc.All = eventv1.HeldState_HELD_STATE_RELEASED, doc.GetId(), false
		if doc.GetTakenFrom() == 0 && doc.GetRevision() > 1 { // it was in the log once: what is removed there keeps its id
			doc.ReleasedAs = once.Of("release", r.GetRoom(), doc.GetId(), strconv.FormatUint(doc.GetRevision(), 10)).Item()
		}
		return true, nil
	})
	if fault.Is(err, fault.CommentNotFound) {
		if c, stays, staying := s.letStay(ctx, r.GetRoom(), r.GetComment(), by); stays || staying != nil {
			return c, staying
		}
	}
	if err != nil {
		return nil, err
	}
	comment, err := s.postReleased(ctx, r.GetRoom(), doc)
	if err == nil { // a moderator has looked: reports hold it no more
		err = people.Settle(ctx, s.bus, r.GetRoom(), doc.GetReleasedAs(), people.AComment, doc.GetDecidedBy().GetPerson(), s.clock())
	}
	if err != nil {
		return nil, err
	}
	return comment, s.tellHeld(ctx, r.GetRoom(), doc, doc.GetDecidedBy(), "release_comment", "")
}

// postReleased puts a released comment into the log. Done twice it stands there once: the log knows its message id.
func (s *Service) postReleased(ctx context.Context, room string, doc *eventv1.HeldComment) (*commentsv1.Comment, error) {
	if doc.GetTakenFrom() != 0 {
		return s.putBack(ctx, room, doc)
	}
	words, err := s.heldText(ctx, doc)
	if err != nil {
		return nil, err
	}
	c := released(doc, words)
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: c}})
	if err != nil {
		return nil, fmt.Errorf("release a comment: %w", err)
	}
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Log, room), messageOf(doc.GetReleasedAs()), body)
	if err != nil {
		return nil, fmt.Errorf("release a comment: %w", err)
	}
	return outside(room, c, stored.Sequence), nil
}

// RejectComment refuses a held comment.
func (s *Service) RejectComment(ctx context.Context, r *commentsv1.RejectCommentRequest) (*commentsv1.RejectCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.rejectHeld(ctx, r)
	s.meter.decide(ctx, "reject", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.RejectCommentResponse{}, nil
}

func (s *Service) rejectHeld(ctx context.Context, r *commentsv1.RejectCommentRequest) error {
	why, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err != nil {
		return err
	}
	by, err := s.staffIn(ctx, r.GetRoom(), r.GetComment(), r, nil)
	if err != nil {
		return err
	}
	doc, err := s.decide(ctx, r.GetRoom(), r.GetComment(), by, func(doc *eventv1.HeldComment) (bool, error) {
		switch doc.GetState() {
		case eventv1.HeldState_HELD_STATE_REJECTED:
			return false, nil
		case eventv1.HeldState_HELD_STATE_RELEASED:
			return false, decidedAlready(doc)
		}
		doc.State, doc.Answer, doc.All = eventv1.HeldState_HELD_STATE_REJECTED, why, false
		return true, nil
	})
	if err == nil {
		err = s.settleRejected(ctx, r.GetRoom(), doc)
	}
	if err != nil {
		return err
	}
	return s.tellHeld(ctx, r.GetRoom(), doc, doc.GetDecidedBy(), "reject_comment", doc.GetAnswer())
}

// settleRejected sees to it that what was rejected is gone, and its reports with it.
func (s *Service) settleRejected(ctx context.Context, room string, doc *eventv1.HeldComment) error {
	if doc.GetTakenFrom() == 0 {
		return nil
	}
	f, err := s.find(ctx, room, doc.GetId(), doc.GetTakenFrom(), farthest)
	if err == nil && f.gone == nil { // its tombstone never came
		_, err = s.entombHeld(ctx, room, f)
	}
	if err != nil && !fault.Is(err, fault.CommentNotFound) {
		return err
	}
	return people.Forget(ctx, s.bus, room, doc.GetId(), judge.UndoAgain)
}

// UndoHeldAct takes back one's own decision.
func (s *Service) UndoHeldAct(ctx context.Context, r *commentsv1.UndoHeldActRequest) (*commentsv1.UndoHeldActResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.undoHeld(ctx, r)
	s.meter.decide(ctx, "undo", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.UndoHeldActResponse{}, nil
}

func (s *Service) undoHeld(ctx context.Context, r *commentsv1.UndoHeldActRequest) error {
	by, err := s.staffIn(ctx, r.GetRoom(), r.GetComment(), r, nil)
	if err != nil {
		return err
	}
	_, err = s.waitAgain(ctx, r.GetRoom(), r.GetComment(), by)
	if fault.Is(err, fault.CommentNotFound) {
		if known, undoing := s.undoDismissal(ctx, r.GetRoom(), r.GetComment(), by); known || undoing != nil {
			return undoing
		}
	}
	return err
}

// waitAgain takes back what somebody decided about a held comment. Once it is, a second time is a success.
func (s *Service) waitAgain(ctx context.Context, room, comment string, by *eventv1.Author) (*eventv1.HeldComment, error) {
	doc, _, err := s.readHeld(ctx, room, comment)
	if err != nil {
		return nil, err
	}
	switch may, again := s.mayUndecide(doc, by); {
	case again:
		return doc, s.tellHeld(ctx, room, doc, by, "undo_held", "")
	case !may:
		return nil, noneOfYours()
	}
	// First out of everybody's sight, then back among what waits: cut short between, it is found released and removed, and the
	// undo can be tried again, or is finished when what was decided is cleared away.
	if doc.GetState() == eventv1.HeldState_HELD_STATE_RELEASED {
		if err := s.takeBack(ctx, room, doc, by); err != nil {
			return nil, err
		}
		if doc.GetTakenFrom() == 0 { // released anew it has another id
			if err := s.copies.eraseOriginals(ctx, room, doc.GetReleasedAs()); err != nil {
				return nil, err
			}
		}
	}
	doc, err = s.decide(ctx, room, comment, by, func(doc *eventv1.HeldComment) (bool, error) {
		switch may, again := s.mayUndecide(doc, by); {
		case again: // at another desk of the same person, or our own write happened in a silence
			return false, nil
		case !may:
			return false, noneOfYours()
		}
		undecide(doc)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return doc, s.tellHeld(ctx, room, doc, by, "undo_held", "")
}

// mayUndecide tells whether somebody may take back what was decided about a comment, or did so lately.
func (s *Service) mayUndecide(doc *eventv1.HeldComment, by *eventv1.Author) (may, again bool) {
	waits := doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED
	return judge.MayUndo(doc.GetDecidedBy().GetPerson() == by.GetPerson(), waits, time.UnixMilli(doc.GetDecidedMs()), s.clock())
}

func noneOfYours() error {
	return fault.New(fault.UndoExpired, "there is no decision of yours on this comment in the last 60 s")
}

// undecide makes a decided comment one that waits.
func undecide(doc *eventv1.HeldComment) {
	doc.State, doc.Answer, doc.ReleasedAs, doc.All, doc.BringsBack = eventv1.HeldState_HELD_STATE_UNSPECIFIED, "", "", false, 0
}

// takeBack removes a released comment from the log.
func (s *Service) takeBack(ctx context.Context, room string, doc *eventv1.HeldComment, by *eventv1.Author) error {
	posted, err := s.postReleased(ctx, room, doc) // finds where it stands, and finishes a release that was cut short
	if err != nil {
		return err
	}
	hint := posted.GetSequence()
	for range tries {
		f, err := s.find(ctx, room, doc.GetReleasedAs(), hint, farthest)
		if err != nil {
			return err
		}
		if f.gone != nil {
			return nil
		}
		_, was, err := s.overrule(ctx, room, f.sequence, &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{
			Comment: doc.GetReleasedAs(), Sequence: f.sequence, By: by.GetPerson(), RemovedMs: s.clock().UnixMilli(),
			Author: doc.GetAuthor().GetPerson(), Held: true,
		}}})
		if err != nil {
			return fmt.Errorf("take a release back: %w", err)
		}
		if was == nil {
			return nil
		}
		hint = 0 // its author changed it meanwhile
	}
	return fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// decide changes a held comment's document by compare-and-set: of two moderators one wins, and the other is told how it
// stands. do is false when it stands so already.
func (s *Service) decide(ctx context.Context, room, id string, by *eventv1.Author, do func(*eventv1.HeldComment) (bool, error)) (*eventv1.HeldComment, error) {
	for range maxHeldTries {
		doc, sequence, err := s.readHeld(ctx, room, id)
		if err != nil {
			return nil, err
		}
		if moved, err := do(doc); err != nil || !moved {
			return doc, err
		}
		doc.Revision++
		doc.DecidedBy, doc.DecidedMs = by, s.clock().UnixMilli()
		if err := s.putHeld(ctx, room, doc, sequence); !errors.Is(err, bus.ErrConflict) {
			return doc, err
		}
	}
	return nil, fault.New(fault.Unavailable, "too many are deciding about this comment at once; try again").After(time.Second)
}

func decidedAlready(doc *eventv1.HeldComment) error {
	word := "released"
	if doc.GetState() == eventv1.HeldState_HELD_STATE_REJECTED {
		word = "rejected"
	}
	return fault.New(fault.WrongState, "another moderator has %s this comment already", word).With("state", word)
}

func (s *Service) tellHeld(ctx context.Context, room string, doc *eventv1.HeldComment, by *eventv1.Author, action, why string) error {
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, doc.GetId(), strconv.FormatUint(doc.GetRevision(), 10)), &eventv1.AuditEntry{
		Actor: by, Action: action, Target: doc.GetId(), About: doc.GetAuthor().GetPerson(), Reason: why, AtMs: doc.GetDecidedMs(),
	})
}
