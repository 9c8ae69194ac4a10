package questions

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// maxSlots is the most questions that a room may have answered at once.
	maxSlots = 5
	// slotGrace is how long a slot is held for a step that is under way: longer than any step may take.
	slotGrace = 15 * time.Second
)

func slotKey(room string, n int) bus.Key {
	return bus.InRoom(bus.State, room, "slot", strconv.Itoa(n))
}

// slotsOf is how many questions a room may have answered at once.
func slotsOf(r *eventv1.Room) int { return max(1, int(r.GetSettings().GetAnsweringSlots())) }

// takeSlot takes a place for a question that is to be answered, so that two moderators who act at once on two questions
// cannot pass the room's limit: a slot is one document, and compare-and-set lets one of them have it. What counts is
// where the named question stands, so a slot that nobody gave back is free. SLOTS_FULL when there is none; back gives it
// back when the step comes to nothing, unless it was the question's already: then another step may rely on it.
func (s *Service) takeSlot(ctx context.Context, room, question string, slots int) (back func(context.Context), err error) {
	var busy string
	for n := 1; n <= slots; {
		key := slotKey(room, n)
		slot, sequence, err := s.slot(ctx, key)
		if err != nil {
			return nil, err
		}
		if other := slot.GetQuestion(); other != "" && other != question {
			taken, err := s.occupied(ctx, room, slot)
			if err != nil {
				return nil, err
			}
			if taken {
				busy = other
				n++
				continue
			}
		}
		sequence, err = s.putSlot(ctx, key, &eventv1.Slot{Question: question, TakenMs: s.clock().UnixMilli()}, sequence)
		switch {
		case err == nil && slot.GetQuestion() == question:
			return func(context.Context) {}, nil
		case err == nil:
			return func(ctx context.Context) { _, _ = s.putSlot(ctx, key, new(eventv1.Slot), sequence) }, nil // else it frees itself
		case !errors.Is(err, bus.ErrConflict):
			return nil, err
		}
	}
	return nil, fault.New(fault.SlotsFull, "another question is being answered; finish it first, or let the room have more at once").With("answering", busy)
}

// occupied tells whether a slot's question is being answered, or a step that will make it so may be under way.
func (s *Service) occupied(ctx context.Context, room string, slot *eventv1.Slot) (bool, error) {
	q, _, err := s.stored(ctx, room, slot.GetQuestion())
	if err != nil || q.GetState() == answering {
		return true, err
	}
	return s.clock().UnixMilli()-slot.GetTakenMs() < slotGrace.Milliseconds(), nil
}

// freeSlot gives back the slot of a question that is no longer answered. What goes wrong is no matter: a slot is free
// when its question is not being answered.
func (s *Service) freeSlot(ctx context.Context, room, question string) {
	for n := 1; n <= maxSlots; n++ {
		key := slotKey(room, n)
		slot, sequence, err := s.slot(ctx, key)
		if err == nil && slot.GetQuestion() == question {
			_, _ = s.putSlot(ctx, key, new(eventv1.Slot), sequence)
			return
		}
	}
}

func (s *Service) slot(ctx context.Context, key bus.Key) (*eventv1.Slot, uint64, error) {
	record, err := s.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return nil, 0, nil
	} else if err != nil || record.Deleted {
		return nil, record.Sequence, err
	}
	slot := new(eventv1.Slot)
	if err := proto.Unmarshal(record.Body, slot); err != nil {
		return nil, 0, fmt.Errorf("slot: %w", err)
	}
	return slot, record.Sequence, nil
}

func (s *Service) putSlot(ctx context.Context, key bus.Key, slot *eventv1.Slot, expected uint64) (uint64, error) {
	body, err := proto.Marshal(slot)
	if err != nil {
		return 0, fmt.Errorf("slot: %w", err)
	}
	return s.bus.Put(ctx, key, body, expected)
}
