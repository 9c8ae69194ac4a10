// Package audit writes and reads a room's trail: who did what, on what, why and when. RoomsService lists it; every
// service writes its own acts into it. The id of an entry is derived from the act, so that an act which is tried again
// after a silence stands there once.
package audit

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Retryable is how long after an act its entry may be written again without standing twice: it is below the 2 minutes
// for which the store knows message ids.
const Retryable = 100 * time.Second

// System is the actor of work that a worker does.
func System() *eventv1.Author { return &eventv1.Author{Person: "system"} }

// Write stores an entry under the act's id.
func Write(ctx context.Context, b *bus.Bus, room string, act once.ID, e *eventv1.AuditEntry) error {
	e.Id = act.Item()
	body, err := proto.Marshal(e)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.GetAction(), err)
	}
	if _, err := b.Append(ctx, bus.InRoom(bus.Audit, room), act.Message(), body); err != nil {
		return fmt.Errorf("audit %s: %w", e.GetAction(), err)
	}
	return nil
}

// List reads up to n entries below a sequence (0: from the newest), newest first. next is what to list before to go on;
// 0 when there is no more.
func List(ctx context.Context, b *bus.Bus, room string, before uint64, n int) (entries []*eventv1.AuditEntry, next uint64, err error) {
	var broken error
	var last uint64
	err = lookback.Walk(ctx, b, bus.InRoom(bus.Audit, room), before, func(r bus.Record) bool {
		if len(entries) == n {
			next = last
			return false
		}
		e := new(eventv1.AuditEntry)
		if broken = proto.Unmarshal(r.Body, e); broken != nil {
			broken = fmt.Errorf("audit entry %d: %w", r.Sequence, broken)
			return false
		}
		entries, last = append(entries, e), r.Sequence
		return true
	})
	if err == nil {
		err = broken
	}
	return entries, next, err
}

// farthest is how many entries Has looks at.
const farthest = 5_000

// Has tells whether an act stands among the newest entries.
func Has(ctx context.Context, b *bus.Bus, room string, act once.ID) (found bool, err error) {
	seen, id := 0, act.Item()
	err = lookback.Walk(ctx, b, bus.InRoom(bus.Audit, room), 0, func(r bus.Record) bool {
		var e eventv1.AuditEntry
		found = proto.Unmarshal(r.Body, &e) == nil && e.GetId() == id
		seen++
		return !found && seen < farthest
	})
	return found, err
}
