package comments

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
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
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return err
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return err
	}
	act := audited{room: r.GetRoom(), comment: r.GetComment(), by: by, reason: why}
	comment, sequence, before, err := s.find(ctx, r.GetRoom(), r.GetComment(), r.GetSequence())
	if err != nil {
		return err
	}
	if before != nil { // removed already; finish what an earlier try of the same person left open
		act.at = before.GetRemovedMs()
		if before.GetBy() == by.GetPerson() && s.clock().UnixMilli()-act.at < audit.Retryable.Milliseconds() {
			return s.audit(ctx, act)
		}
		return nil
	}
	if comment.GetAuthor().GetPerson() != by.GetPerson() && !who.Role.AtLeast(auth.Moderator) {
		return fault.New(fault.PermissionDenied, "only its author and moderators may remove a comment")
	}
	act.at = s.clock().UnixMilli()
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{
		Comment: r.GetComment(), Sequence: sequence, By: by.GetPerson(), RemovedMs: act.at,
	}}})
	if err != nil {
		return fmt.Errorf("remove a comment: %w", err)
	}
	_, err = s.bus.Append(ctx, bus.InRoom(bus.Log, r.GetRoom()), once.Of("removal", r.GetRoom(), r.GetComment()).Message(), body,
		bus.Header{Name: bus.ErasesHeader, Value: strconv.FormatUint(sequence, 10)})
	if err != nil {
		return fmt.Errorf("remove a comment: %w", err)
	}
	return s.audit(ctx, act)
}

// audited is a removal as the audit trail tells it.
type audited struct {
	room, comment, reason string
	by                    *eventv1.Author
	at                    int64
}

func (s *Service) audit(ctx context.Context, a audited) error {
	return audit.Write(ctx, s.bus, a.room, once.Of("audit", a.room, "delete_comment", a.comment),
		&eventv1.AuditEntry{Actor: a.by, Action: "delete_comment", Target: a.comment, Reason: a.reason, AtMs: a.at})
}

// farthest is how many log entries are searched for a comment whose sequence the caller does not know.
const farthest = 50_000

// find gives a comment and its sequence, or its removal when it is removed already.
func (s *Service) find(ctx context.Context, room, id string, hint uint64) (c *eventv1.Comment, sequence uint64, gone *eventv1.Removal, err error) {
	pending, err := s.removed.in(ctx, room, s.clock())
	if err != nil {
		return nil, 0, nil, err
	}
	if gone = pending[id]; gone != nil {
		return nil, 0, gone, nil
	}
	key := bus.InRoom(bus.Log, room)
	if hint > 0 {
		record, err := s.bus.At(ctx, bus.Log, hint)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, 0, nil, fmt.Errorf("find a comment: %w", err)
		}
		if err == nil && record.Subject == key.Subject {
			if c, err := commentIn(record); err == nil && c.GetId() == id {
				return c, hint, nil, nil
			}
		}
		// A wrong hint, or erased since: the log tells.
	}
	seen := 0
	err = lookback.Walk(ctx, s.bus, key, 0, func(record bus.Record) bool {
		var entry eventv1.LogEntry
		if proto.Unmarshal(record.Body, &entry) == nil {
			switch {
			case entry.GetRemoval().GetComment() == id:
				gone = entry.GetRemoval()
			case entry.GetComment().GetId() == id:
				c, sequence = entry.GetComment(), record.Sequence
			}
		}
		seen++
		return c == nil && gone == nil && seen < farthest
	})
	switch {
	case err != nil:
		return nil, 0, nil, fmt.Errorf("find a comment: %w", err)
	case c == nil && gone == nil:
		return nil, 0, nil, fault.New(fault.CommentNotFound, "there is no such comment among the room's last %d", farthest).On("comment")
	}
	return c, sequence, gone, nil
}
