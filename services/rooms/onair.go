package rooms

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// SetOnAir chooses what the overlay shows. The choice is a document of its own, beside the room's: a moderator who puts one
// question after another on air stands in nobody's way who changes settings.
func (s *Service) SetOnAir(ctx context.Context, r *roomsv1.SetOnAirRequest) (*roomsv1.SetOnAirResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.setOnAir(ctx, r)
	s.meter.act(ctx, "set_on_air", err)
	return answer, err
}

func (s *Service) setOnAir(ctx context.Context, r *roomsv1.SetOnAirRequest) (*roomsv1.SetOnAirResponse, error) {
	if err := onAirRequest(r); err != nil {
		return nil, err
	}
	doc, by, err := s.airing(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	next := &eventv1.OnAir{Comment: r.GetComment(), Sequence: r.GetSequence(), Question: r.GetQuestion(), By: by.GetPerson()}
	if r.GetRequestId() != "" {
		next.LastRequest = once.Of("on_air", r.GetRoom(), doc.GetNonce(), by.GetPerson(), r.GetRequestId()).Message()
	}
	stands, err := s.changeOnAir(ctx, r.GetRoom(), func(stands *eventv1.OnAir) (*eventv1.OnAir, error) {
		chosen := next.GetComment() != "" || next.GetQuestion() != ""
		if retried(stands, next) || chosen && sameOnAir(stands, next) {
			return stands, nil
		}
		next.AtMs = after(stands, s.clock())
		next.Before = proto.CloneOf(stands)
		next.Before.Before = nil
		return next, nil
	})
	if err != nil {
		return nil, fmt.Errorf("choose what is on air: %w", err)
	}
	answer := &roomsv1.SetOnAirResponse{Time: timestamppb.New(time.UnixMilli(stands.GetAtMs()))}
	if stands != next && !retried(stands, next) { // it was on air already: two moderators of one mind
		return answer, nil
	}
	answer.Change = uint64(stands.GetAtMs())
	return answer, s.tellOnAir(ctx, r.GetRoom(), stands, by, "set_on_air")
}

// UndoOnAir takes back one's own last choice for the overlay, or none where the request names another one.
func (s *Service) UndoOnAir(ctx context.Context, r *roomsv1.UndoOnAirRequest) (*roomsv1.UndoOnAirResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	stands, err := s.undoOnAir(ctx, r)
	s.meter.act(ctx, "undo_on_air", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.UndoOnAirResponse{
		Comment: stands.GetComment(), Question: stands.GetQuestion(), Time: timestamppb.New(time.UnixMilli(stands.GetAtMs())),
	}, nil
}

func (s *Service) undoOnAir(ctx context.Context, r *roomsv1.UndoOnAirRequest) (*eventv1.OnAir, error) {
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	_, by, err := s.airing(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	stands, err := s.changeOnAir(ctx, r.GetRoom(), func(stands *eventv1.OnAir) (*eventv1.OnAir, error) {
		now := s.clock()
		may, again := judge.MayUndo(stands.GetBy() == by.GetPerson(), stands.GetUndone(), time.UnixMilli(stands.GetAtMs()), now)
		switch {
		case again && judge.Named(r.GetChange(), stands.GetUndidMs()):
			return stands, nil
		case !may || stands.GetBefore() == nil || !judge.Named(r.GetChange(), stands.GetAtMs()):
			return nil, fault.New(fault.UndoExpired, "there is no choice of yours for the overlay in the last 60 s that is still the last one")
		}
		next := stands.GetBefore()
		next.By, next.AtMs, next.LastRequest = by.GetPerson(), after(stands, now), ""
		next.Undone, next.UndidMs = true, stands.GetAtMs()
		return next, nil
	})
	if err != nil {
		return nil, fmt.Errorf("take back what is on air: %w", err)
	}
	return stands, s.tellOnAir(ctx, r.GetRoom(), stands, by, "undo_on_air")
}

// airing is who chooses for the overlay of a room, and the room.
func (s *Service) airing(ctx context.Context, room string, actor *roomsv1.Actor) (*eventv1.Room, *eventv1.Author, error) {
	who, err := actingAs(ctx, room, actor, auth.Moderator)
	if err != nil {
		return nil, nil, err
	}
	doc, _, err := s.record(ctx, room)
	if err != nil {
		return nil, nil, err
	}
	if doc == nil || doc.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
		return nil, nil, follow.RoomNotFound(room)
	}
	by, err := judge.Author(doc, who)
	return doc, by, err
}

// tellOnAir writes a choice into the audit trail; told again it stands there once.
func (s *Service) tellOnAir(ctx context.Context, room string, stands *eventv1.OnAir, by *eventv1.Author, action string) error {
	what := "cleared"
	switch {
	case stands.GetComment() != "":
		what = "a comment"
	case stands.GetQuestion() != "":
		what = "a question"
	}
	target := max(stands.GetComment(), stands.GetQuestion())
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, target, strconv.FormatInt(stands.GetAtMs(), 10)),
		&eventv1.AuditEntry{Actor: by, Action: action, Target: target, Reason: what, AtMs: stands.GetAtMs()})
}

// changeOnAir changes the choice by compare-and-set and gives what stands. change is given what stands, empty where nothing was
// ever chosen; the same one changes nothing.
func (s *Service) changeOnAir(ctx context.Context, room string, change func(*eventv1.OnAir) (*eventv1.OnAir, error)) (*eventv1.OnAir, error) {
	key := bus.InRoom(bus.State, room, "air")
	for range tries {
		record, err := s.bus.Last(ctx, key)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, err
		}
		stands := new(eventv1.OnAir)
		if err == nil && !record.Deleted {
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return nil, err
			}
		}
		next, err := change(stands)
		if err != nil || next == stands {
			return next, err
		}
		body, err := proto.Marshal(next)
		if err != nil {
			return nil, err
		}
		if _, err = s.bus.Put(ctx, key, body, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return next, err
		}
	}
	return nil, busy()
}

// after is when a choice is made, in milliseconds: later than the one before it, so that it names the choice.
func after(before *eventv1.OnAir, now time.Time) int64 {
	return max(now.UnixMilli(), before.GetAtMs()+1)
}

// sameOnAir tells whether the same is on air.
func sameOnAir(a, b *eventv1.OnAir) bool {
	return a.GetComment() == b.GetComment() && a.GetQuestion() == b.GetQuestion() && a.GetSequence() == b.GetSequence()
}

// retried tells whether what stands was chosen by the same request.
func retried(stands, next *eventv1.OnAir) bool {
	return next.GetLastRequest() != "" && stands.GetLastRequest() == next.GetLastRequest()
}

func onAirRequest(r *roomsv1.SetOnAirRequest) error {
	err := text.RoomID(r.GetRoom())
	if r.GetComment() != "" {
		err = errors.Join(err, text.ItemID("comment", r.GetComment()))
	}
	if r.GetQuestion() != "" {
		err = errors.Join(err, text.ItemID("question", r.GetQuestion()))
	}
	if r.GetRequestId() != "" {
		err = errors.Join(err, text.RequestID(r.GetRequestId()))
	}
	switch {
	case err != nil:
		return err
	case r.GetComment() != "" && r.GetQuestion() != "":
		return fault.New(fault.FieldInvalid, "one thing is on air: a comment or a question").On("question")
	case (r.GetComment() != "") != (r.GetSequence() > 0):
		return fault.New(fault.FieldInvalid, "sequence is where the comment stands in the log: give it with a comment, and only then").On("sequence")
	}
	return nil
}
