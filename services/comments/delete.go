package comments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// DeleteComment stores a comment's tombstone; the eraser does the rest.
func (s *Service) DeleteComment(ctx context.Context, r *commentsv1.DeleteCommentRequest) (*commentsv1.DeleteCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.remove(ctx, r)
	s.meter.remove(ctx, err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.DeleteCommentResponse{}, nil
}

func (s *Service) remove(ctx context.Context, r *commentsv1.DeleteCommentRequest) error {
	why, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment()), err); err != nil {
		return err
	}
	who, by, err := s.acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return err
	}
	hint := r.GetSequence()
	for range tries {
		f, err := s.find(ctx, r.GetRoom(), r.GetComment(), hint, farthest)
		if fault.Is(err, fault.CommentNotFound) || err == nil && f.gone.waits() {
			if done, err := s.removeHeld(ctx, r.GetRoom(), r.GetComment(), who, by, why); done || err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if f.gone != nil { // removed already; finish what an earlier try of the same person left open
			if f.gone.GetBy() == by.GetPerson() && s.clock().UnixMilli()-f.gone.GetRemovedMs() < audit.Retryable.Milliseconds() {
				return s.finishRemoval(ctx, r.GetRoom(), f.gone.Removal, by, why)
			}
			return nil
		}
		if f.comment.GetAuthor().GetPerson() != by.GetPerson() && !who.Role.AtLeast(auth.Moderator) {
			return fault.New(fault.PermissionDenied, "only its author and moderators may remove a comment")
		}
		removal, err := s.entomb(ctx, r.GetRoom(), f, by, false)
		if err != nil {
			return err
		}
		if removal != nil {
			return s.finishRemoval(ctx, r.GetRoom(), removal, by, why)
		}
		hint = 0 // somebody was faster: its author with a new text, which has to go, or another moderator
	}
	return fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// entomb stores a copy for the undo, and then the tombstone; nil when somebody overruled the entry first.
func (s *Service) entomb(ctx context.Context, room string, f found, by *eventv1.Author, all bool) (*eventv1.Removal, error) {
	removal := &eventv1.Removal{
		Comment: f.comment.GetId(), Sequence: f.sequence, By: by.GetPerson(), RemovedMs: s.clock().UnixMilli(),
		Author: f.comment.GetAuthor().GetPerson(), All: all,
	}
	if err := s.copies.keep(ctx, room, f.comment, removal); err != nil {
		return nil, fmt.Errorf("remove a comment: %w", err)
	}
	_, was, err := s.overrule(ctx, room, f.sequence, &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: removal}})
	if err != nil {
		return nil, fmt.Errorf("remove a comment: %w", err)
	}
	if was != nil {
		return nil, nil
	}
	return removal, nil
}

// finishRemoval takes away what went with a removed comment, the pin and its reports, and tells the removal. Done twice it is the
// same.
func (s *Service) finishRemoval(ctx context.Context, room string, r *eventv1.Removal, by *eventv1.Author, why string) error {
	s.unpinGone(ctx, room, func(id string) bool { return id == r.GetComment() })
	if err := people.Forget(ctx, s.bus, room, r.GetComment(), judge.UndoAgain); err != nil {
		return err
	}
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, "delete_comment", r.GetComment(), number(r.GetSequence())),
		&eventv1.AuditEntry{Actor: by, Action: "delete_comment", Target: r.GetComment(), About: r.GetAuthor(), Reason: why, AtMs: r.GetRemovedMs()})
}

// waits tells whether a comment is gone because it waits for a moderator.
func (r *removed) waits() bool { return r != nil && r.GetHeld() }

// removeHeld takes away a comment that waits for a moderator, so that nobody can release it any more; false when none does.
func (s *Service) removeHeld(ctx context.Context, room, comment string, who auth.Person, by *eventv1.Author, why string) (bool, error) {
	doc, _, err := s.heldOrNone(ctx, room, comment)
	if err != nil || doc == nil {
		return false, err
	}
	if doc.GetAuthor().GetPerson() != by.GetPerson() && !who.Role.AtLeast(auth.Moderator) {
		return false, fault.New(fault.PermissionDenied, "only its author and moderators may remove a comment")
	}
	doc, err = s.decide(ctx, room, comment, by, func(doc *eventv1.HeldComment) (bool, error) {
		if doc.GetState() != eventv1.HeldState_HELD_STATE_UNSPECIFIED {
			return false, nil
		}
		doc.State, doc.All = eventv1.HeldState_HELD_STATE_REJECTED, false
		return true, nil
	})
	if err != nil {
		return false, err
	}
	if doc.GetState() == eventv1.HeldState_HELD_STATE_RELEASED {
		return false, decidedAlready(doc)
	}
	if err := s.settleRejected(ctx, room, doc); err != nil {
		return false, err
	}
	if doc.GetDecidedBy().GetPerson() != by.GetPerson() {
		return true, nil // what it asks for was somebody else's act
	}
	return true, s.tellHeld(ctx, room, doc, by, "delete_comment", why)
}

// acting is who acts in a room, as a person and as what is stored of it.
func (s *Service) acting(ctx context.Context, room string, actor *roomsv1.Actor) (auth.Person, *eventv1.Author, error) {
	who, err := auth.Acting(ctx, room, actor)
	if err != nil {
		return auth.Person{}, nil, err
	}
	_, doc, err := s.judge.Room(ctx, room, nil)
	if err != nil {
		return auth.Person{}, nil, err
	}
	by, err := judge.Author(doc, who)
	return who, by, err
}
