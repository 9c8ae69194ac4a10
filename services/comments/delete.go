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
		if err != nil {
			return err
		}
		if f.gone != nil { // removed already; finish what an earlier try of the same person left open
			if f.gone.GetBy() == by.GetPerson() && s.clock().UnixMilli()-f.gone.GetRemovedMs() < audit.Retryable.Milliseconds() {
				return s.tellRemoval(ctx, r.GetRoom(), f.gone.Removal, by, why)
			}
			return nil
		}
		if f.comment.GetAuthor().GetPerson() != by.GetPerson() && !who.Role.AtLeast(auth.Moderator) {
			return fault.New(fault.PermissionDenied, "only its author and moderators may remove a comment")
		}
		removal, err := s.entomb(ctx, r.GetRoom(), f, by)
		if err != nil {
			return err
		}
		if removal != nil {
			s.unpinIf(ctx, r.GetRoom(), r.GetComment())
			return s.tellRemoval(ctx, r.GetRoom(), removal, by, why)
		}
		hint = 0 // somebody was faster: its author with a new text, which has to go, or another moderator
	}
	return fault.New(fault.Unavailable, "the comment is being changed; try again").After(time.Second)
}

// entomb stores a copy for the undo, and then the tombstone; nil when somebody overruled the entry first.
func (s *Service) entomb(ctx context.Context, room string, f found, by *eventv1.Author) (*eventv1.Removal, error) {
	removal := &eventv1.Removal{Comment: f.comment.GetId(), Sequence: f.sequence, By: by.GetPerson(), RemovedMs: s.clock().UnixMilli()}
	if err := s.copies.keep(ctx, room, f.comment, f.sequence); err != nil {
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

func (s *Service) tellRemoval(ctx context.Context, room string, r *eventv1.Removal, by *eventv1.Author, why string) error {
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, "delete_comment", r.GetComment(), number(r.GetSequence())),
		&eventv1.AuditEntry{Actor: by, Action: "delete_comment", Target: r.GetComment(), Reason: why, AtMs: r.GetRemovedMs()})
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
