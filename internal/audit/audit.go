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

// Retryable is how long after an act its entry may be written again without standing twice.
const Retryable = bus.Remembered

// System is the actor of work that a worker does.
func System() *eventv1.Author { return &eventv1.Author{Person: "system"} }

// Write stores an entry under the act's id. Its verb is one of Acts.
func Write(ctx context.Context, b *bus.Bus, room string, act once.ID, e *eventv1.AuditEntry) error {
	if _, ok := Acts[e.GetAction()]; !ok {
		return fmt.Errorf("audit %q: there is no such act", e.GetAction())
	}
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

// Query says which entries of a trail are wanted.
type Query struct {
	// Before is a sequence; 0 begins with the newest.
	Before uint64
	// Most is how many are given.
	Most int
	// Actor is the key of who did it; empty for everybody.
	Actor string
	// Since is when the oldest was stored; zero for all.
	Since time.Time
}

// List reads entries, newest first, and looks at no more than 50,000. next is what to list before to go on; 0 when there is no
// more.
func List(ctx context.Context, b *bus.Bus, room string, q Query) (entries []*eventv1.AuditEntry, next uint64, err error) {
	var broken error
	var last uint64
	seen := 0
	err = lookback.Walk(ctx, b, bus.InRoom(bus.Audit, room), q.Before, func(r bus.Record) bool {
		if len(entries) == q.Most || seen == mostSeen {
			next = last
			return false
		}
		if r.Time.Before(q.Since) {
			return false
		}
		seen, last = seen+1, r.Sequence
		e := new(eventv1.AuditEntry)
		if broken = proto.Unmarshal(r.Body, e); broken != nil {
			broken = fmt.Errorf("audit entry %d: %w", r.Sequence, broken)
			return false
		}
		if q.Actor == "" || q.Actor == e.GetActor().GetPerson() {
			entries = append(entries, e)
		}
		return true
	})
	if err == nil {
		err = broken
	}
	return entries, next, err
}

// mostSeen is how many entries List looks at.
const mostSeen = 50_000

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
