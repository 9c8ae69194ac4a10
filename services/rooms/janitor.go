package rooms

import (
	"context"
	"time"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Times of the janitor.
const (
	// grace is how old a mark must be before somebody else's deletion counts as cut short.
	grace = 15 * time.Second
	// round is how often it looks by itself.
	round = 5 * time.Minute
)

// Run finishes deletions that outlasted their callers, or whose process died: at the start, when one of this process's own
// did, and every 5 minutes. It ends with the context.
func (s *Service) Run(ctx context.Context) error {
	wait := time.Duration(0)
	for {
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-s.wake:
			t.Stop()
			wait = s.grace
			continue
		case <-t.C:
		}
		var err error
		if wait, err = s.finish(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot look for deletions that were cut short; trying again", "error", err)
			wait = s.grace
		}
	}
}

// finish erases what is deleted for long enough, and tells when to look again.
func (s *Service) finish(ctx context.Context) (again time.Duration, err error) {
	ids, err := s.ids(ctx)
	if err != nil {
		return 0, err
	}
	again = round
	for _, room := range ids {
		doc, record, err := s.record(ctx, room)
		if err != nil {
			return 0, err
		}
		if doc.GetState() != eventv1.RoomState_ROOM_STATE_DELETED || doc.GetErased() {
			continue
		}
		if left := s.grace - time.Since(record.Time); left > 0 {
			again = min(again, left)
			continue
		}
		if err := s.erase(ctx, room); err != nil {
			s.log.Warn("a deleted room is not erased yet", "room", room, "error", err)
			again = min(again, s.grace)
			continue
		}
		s.log.Info("finished a deletion that outlasted its caller", "room", room)
	}
	return again, nil
}
