package comments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// How long a pin may be told to stay.
const (
	shortestPin = 5 * time.Second
	longestPin  = 24 * time.Hour
)

func pinKey(room string) bus.Key { return bus.InRoom(bus.State, room, "pin") }

// PinComment pins a comment in the place of the one that was pinned.
func (s *Service) PinComment(ctx context.Context, r *commentsv1.PinCommentRequest) (*commentsv1.PinCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.pin(ctx, r)
	s.meter.act(ctx, "pin", err)
	return answer, err
}

func (s *Service) pin(ctx context.Context, r *commentsv1.PinCommentRequest) (*commentsv1.PinCommentResponse, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("comment", r.GetComment())); err != nil {
		return nil, err
	}
	life := r.GetExpireAfter().AsDuration()
	if r.GetExpireAfter() != nil && (life < shortestPin || life > longestPin) {
		return nil, fault.New(fault.FieldInvalid, "a pin stays 5 s to 24 hours, or until it is taken away").On("expire_after")
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	c, sequence, err := s.standing(ctx, r.GetRoom(), r.GetComment(), r.GetSequence(), farthest)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	pin := &eventv1.Pin{Comment: c.GetId(), Sequence: sequence, By: by.GetPerson(), PinnedMs: now.UnixMilli()}
	answer := &commentsv1.PinCommentResponse{Comment: outside(r.GetRoom(), c, sequence)}
	if life > 0 {
		pin.UntilMs = now.Add(life).UnixMilli()
		answer.ExpireTime = timestamppb.New(time.UnixMilli(pin.GetUntilMs()))
	}
	if err := s.changePin(ctx, r.GetRoom(), func(*eventv1.Pin) *eventv1.Pin { return pin }); err != nil {
		return nil, fmt.Errorf("pin a comment: %w", err)
	}
	return answer, s.tellPin(ctx, r.GetRoom(), "pin_comment", c.GetId(), by)
}

// UnpinComment takes the pin away.
func (s *Service) UnpinComment(ctx context.Context, r *commentsv1.UnpinCommentRequest) (*commentsv1.UnpinCommentResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.unpin(ctx, r)
	s.meter.act(ctx, "unpin", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.UnpinCommentResponse{}, nil
}

func (s *Service) unpin(ctx context.Context, r *commentsv1.UnpinCommentRequest) error {
	err := text.RoomID(r.GetRoom())
	if r.GetComment() != "" {
		err = errors.Join(err, text.ItemID("comment", r.GetComment()))
	}
	if err != nil {
		return err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return err
	}
	was := ""
	err = s.changePin(ctx, r.GetRoom(), func(p *eventv1.Pin) *eventv1.Pin {
		if was = p.GetComment(); r.GetComment() != "" && r.GetComment() != was {
			was = ""
			return p
		}
		return nil
	})
	if err != nil || was == "" {
		return err
	}
	return s.tellPin(ctx, r.GetRoom(), "unpin_comment", was, by)
}

func (s *Service) tellPin(ctx context.Context, room, action, comment string, by *eventv1.Author) error {
	now := s.clock().UnixMilli()
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, comment, number(uint64(now))),
		&eventv1.AuditEntry{Actor: by, Action: action, Target: comment, AtMs: now})
}

// staff is a moderator or host who acts in a room.
func (s *Service) staff(ctx context.Context, room string, actor *roomsv1.Actor) (*eventv1.Author, error) {
	who, by, err := s.acting(ctx, room, actor)
	if err == nil && !who.Role.AtLeast(auth.Moderator) {
		err = fault.New(fault.PermissionDenied, "only a moderator may do this")
	}
	return by, err
}

// changePin changes the pin's document by compare-and-set. change is given the pin that stands, nil for none, and gives
// the one that shall; the same one changes nothing.
func (s *Service) changePin(ctx context.Context, room string, change func(*eventv1.Pin) *eventv1.Pin) error {
	for range tries {
		record, err := s.bus.Last(ctx, pinKey(room))
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return err
		}
		var stands *eventv1.Pin
		if err == nil && !record.Deleted {
			stands = new(eventv1.Pin)
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return err
			}
		}
		next := change(stands)
		if next == stands {
			return nil
		}
		if err = s.putPin(ctx, room, next, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "the pin is being changed; try again").After(time.Second)
}

func (s *Service) putPin(ctx context.Context, room string, pin *eventv1.Pin, expected uint64) error {
	if pin == nil {
		_, err := s.bus.Remove(ctx, pinKey(room), expected)
		return err
	}
	body, err := proto.Marshal(pin)
	if err != nil {
		return err
	}
	if pin.GetUntilMs() == 0 {
		_, err = s.bus.Put(ctx, pinKey(room), body, expected)
		return err
	}
	left := max(time.Second, time.UnixMilli(pin.GetUntilMs()).Sub(s.clock()))
	_, err = s.bus.PutFor(ctx, pinKey(room), body, expected, left)
	return err
}

// unpinIf takes the pin from a comment that was removed. Gateways show no pin without a comment, so that a failure here
// leaves nothing on a screen.
func (s *Service) unpinIf(ctx context.Context, room, comment string) {
	s.mendPin(ctx, room, comment, func(*eventv1.Pin) *eventv1.Pin { return nil })
}

// repinIf points the pin of a comment that was edited to where it stands now.
func (s *Service) repinIf(ctx context.Context, room, comment string, sequence uint64) {
	s.mendPin(ctx, room, comment, func(p *eventv1.Pin) *eventv1.Pin {
		next := proto.CloneOf(p)
		next.Sequence = sequence
		return next
	})
}

func (s *Service) mendPin(ctx context.Context, room, comment string, mend func(*eventv1.Pin) *eventv1.Pin) {
	err := s.changePin(ctx, room, func(p *eventv1.Pin) *eventv1.Pin {
		if p.GetComment() != comment {
			return p
		}
		return mend(p)
	})
	if err != nil {
		s.log.Warn("the pin could not follow its comment", "error", err)
	}
}
