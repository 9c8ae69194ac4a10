package comments

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// removals knows which comments of a room are removed but may still stand in the log. A tombstone comes after its
// comment, often after its page, so a list cannot find it on its way. But every tombstone up to the eraser's position has
// been carried out and its comment is gone; only those above it matter, and they are few. They are read when a room is
// first asked about, and only what is new after that.
type removals struct {
	bus *bus.Bus // static

	mu    sync.Mutex
	rooms map[string]*removedIn // guarded by mu
}

type removedIn struct {
	mu   sync.Mutex
	next uint64             // guarded by mu: first sequence not read yet
	ids  map[string]removed // guarded by mu, by comment
	used time.Time          // guarded by removals.mu
}

// removed is a tombstone and where it stands.
type removed struct {
	*eventv1.Removal
	sequence uint64
}

func newRemovals(b *bus.Bus) *removals { return &removals{bus: b, rooms: make(map[string]*removedIn)} }

// in gives the removals that may matter for reading the room now.
func (x *removals) in(ctx context.Context, room string, now time.Time) (map[string]*eventv1.Removal, error) {
	x.mu.Lock()
	m := x.rooms[room]
	if m == nil {
		m = &removedIn{ids: make(map[string]removed)}
		x.rooms[room] = m
	}
	m.used = now
	x.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	position, err := readPosition(ctx, x.bus)
	if err != nil {
		return nil, err
	}
	m.next = max(m.next, position.upto+1)
	for more := true; more; {
		var records []bus.Record
		if records, more, err = x.bus.Range(ctx, bus.InRoom(bus.Log, room), m.next, 1000); err != nil {
			return nil, fmt.Errorf("read removals: %w", err)
		}
		for _, r := range records {
			var entry eventv1.LogEntry
			if err := proto.Unmarshal(r.Body, &entry); err != nil {
				return nil, fmt.Errorf("log entry %d: %w", r.Sequence, err)
			}
			if removal := entry.GetRemoval(); removal != nil {
				m.ids[removal.GetComment()] = removed{removal, r.Sequence}
			}
			m.next = r.Sequence + 1
		}
		more = more && len(records) > 0
	}
	found := make(map[string]*eventv1.Removal, len(m.ids))
	for id, r := range m.ids {
		if r.sequence <= position.upto && now.UnixMilli()-r.GetRemovedMs() > keepRemoval.Milliseconds() {
			delete(m.ids, id)
			continue
		}
		found[id] = r.Removal
	}
	return found, nil
}

// keepRemoval is how long a removal is remembered although it was carried out: a replica that lags may still show the
// comment.
const keepRemoval = 2 * time.Minute

// forget drops rooms that nobody asked about for a while.
func (x *removals) forget(now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for room, m := range x.rooms {
		if now.Sub(m.used) > 10*time.Minute {
			delete(x.rooms, room)
		}
	}
}

// position is the eraser's, with the sequence that the next write of it must name.
type position struct{ upto, sequence uint64 }

var positionKey = bus.Singleton(bus.State, "erase")

func readPosition(ctx context.Context, b *bus.Bus) (position, error) {
	record, err := b.Last(ctx, positionKey)
	if errors.Is(err, bus.ErrNotFound) {
		return position{}, nil
	}
	if err != nil {
		return position{}, fmt.Errorf("read the eraser's position: %w", err)
	}
	var stored eventv1.ErasePosition
	if err := proto.Unmarshal(record.Body, &stored); err != nil {
		return position{}, fmt.Errorf("read the eraser's position: %w", err)
	}
	return position{stored.GetUpto(), record.Sequence}, nil
}
