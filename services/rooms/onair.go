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
	at, err := s.setOnAir(ctx, r)
	s.meter.act(ctx, "set_on_air", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.SetOnAirResponse{Time: timestamppb.New(at)}, nil
}

func (s *Service) setOnAir(ctx context.Context, r *roomsv1.SetOnAirRequest) (time.Time, error) {
	if err := onAirRequest(r); err != nil {
		return time.Time{}, err
	}
	who, err := actingAs(ctx, r.GetRoom(), r.GetActor(), auth.Moderator)
	if err != nil {
		return time.Time{}, err
	}
	doc, _, err := s.record(ctx, r.GetRoom())
	if err != nil {
		return time.Time{}, err
	}
	if doc == nil || doc.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
		return time.Time{}, follow.RoomNotFound(r.GetRoom())
	}
	by, err := judge.Author(doc, who)
	if err != nil {
		return time.Time{}, err
	}
	next := &eventv1.OnAir{Comment: r.GetComment(), Sequence: r.GetSequence(), Question: r.GetQuestion(), By: by.GetPerson(), AtMs: s.clock().UnixMilli()}
	if r.GetRequestId() != "" {
		next.LastRequest = once.Of("on_air", r.GetRoom(), doc.GetNonce(), by.GetPerson(), r.GetRequestId()).Message()
	}
	stands, err := s.putOnAir(ctx, r.GetRoom(), next)
	if err != nil {
		return time.Time{}, fmt.Errorf("choose what is on air: %w", err)
	}
	at := time.UnixMilli(stands.GetAtMs())
	if stands != next && !retried(stands, next) { // it was on air already: two moderators of one mind
		return at, nil
	}
	target := max(stands.GetComment(), stands.GetQuestion())
	return at, audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), "set_on_air", target, strconv.FormatInt(stands.GetAtMs(), 10)),
		&eventv1.AuditEntry{Actor: by, Action: "set_on_air", Target: target, AtMs: stands.GetAtMs()})
}

// putOnAir writes the choice by compare-and-set and gives what stands: the one before where it is the same.
func (s *Service) putOnAir(ctx context.Context, room string, next *eventv1.OnAir) (*eventv1.OnAir, error) {
	key := bus.InRoom(bus.State, room, "air")
	for range tries {
		record, err := s.bus.Last(ctx, key)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return nil, err
		}
		if err == nil && !record.Deleted {
			stands := new(eventv1.OnAir)
			if err := proto.Unmarshal(record.Body, stands); err != nil {
				return nil, err
			}
			if retried(stands, next) {
				return stands, nil
			}
			chosen := next.GetComment() != "" || next.GetQuestion() != ""
			if chosen && stands.GetComment() == next.GetComment() && stands.GetQuestion() == next.GetQuestion() && stands.GetSequence() == next.GetSequence() {
				return stands, nil
			}
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
