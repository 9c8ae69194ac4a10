package comments

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// ErasedUpTo is the eraser's stored position.
func ErasedUpTo(ctx context.Context, b *bus.Bus) (uint64, error) {
	p, err := readPosition(ctx, b)
	return p.upto, err
}

// Hurry makes the worker look at decided comments at once.
func (s *Service) Hurry() { s.clearEvery = 5 * time.Millisecond }

// ReleaseHalf leaves a release as a process does that is killed behind its first write.
func ReleaseHalf(s *Service, ctx context.Context, room, id string) error {
	_, err := s.decide(ctx, room, id, &eventv1.Author{Person: "mod"}, func(doc *eventv1.HeldComment) (bool, error) {
		doc.State, doc.ReleasedAs = eventv1.HeldState_HELD_STATE_RELEASED, doc.GetId()
		return true, nil
	})
	return err
}

// Sweep erases copies whose time is over.
func (s *Service) Sweep(ctx context.Context) error { return s.copies.sweep(ctx) }

// TakeAwayHalf leaves a comment as a process does that is killed while reports take it away, before its tombstone.
func TakeAwayHalf(s *Service, ctx context.Context, room, id string) error {
	f, err := s.find(ctx, room, id, 0, farthest)
	if err == nil {
		_, err = s.wait(ctx, room, f, nil, bus.Record{}, "1 reports: spam 1")
	}
	return err
}

// MostLooked is how many entries a page looks at, read backwards.
const MostLooked = mostLookedAt
