package comments

import (
	"context"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/lookback"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// authors knows who has a comment in a room's log. The log itself is the truth: it is read back once, when a room that holds
// first comments is first asked about, and then only what is new, whenever somebody is not among the known ones. So another
// replica's release counts at once.
type authors struct {
	bus *bus.Bus // static

	mu    sync.Mutex
	rooms map[string]*authorsIn // guarded by mu
}

type authorsIn struct {
	mu    sync.Mutex
	nonce string              // guarded by mu: a room made anew begins without authors
	next  uint64              // guarded by mu: first sequence not read yet; 0 before the first reading
	known map[string]struct{} // guarded by mu
	used  time.Time           // guarded by authors.mu
}

func newAuthors(b *bus.Bus) *authors { return &authors{bus: b, rooms: make(map[string]*authorsIn)} }

// wrote tells whether a person has a comment among the last 50,000 entries of the log.
func (a *authors) wrote(ctx context.Context, room *eventv1.Room, person string, now time.Time) (bool, error) {
	a.mu.Lock()
	in := a.rooms[room.GetId()]
	if in == nil {
		in = new(authorsIn)
		a.rooms[room.GetId()] = in
	}
	in.used = now
	a.mu.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.nonce != room.GetNonce() {
		in.nonce, in.next, in.known = room.GetNonce(), 0, make(map[string]struct{})
	}
	if _, ok := in.known[person]; ok {
		return true, nil
	}
	if err := in.read(ctx, a.bus, room.GetId()); err != nil {
		return false, fmt.Errorf("look for a person's comments: %w", err)
	}
	_, ok := in.known[person]
	return ok, nil
}

// read holds in.mu.
func (in *authorsIn) read(ctx context.Context, b *bus.Bus, room string) error {
	key := bus.InRoom(bus.Log, room)
	if in.next == 0 {
		seen, newest := 0, uint64(0)
		err := lookback.Walk(ctx, b, key, 0, func(r bus.Record) bool {
			newest = max(newest, r.Sequence)
			in.take(r)
			seen++
			return seen < farthest
		})
		if err == nil {
			in.next = newest + 1
		}
		return err
	}
	for {
		records, more, err := b.Range(ctx, key, in.next, 1000)
		if err != nil {
			return err
		}
		for _, r := range records {
			in.take(r)
			in.next = r.Sequence + 1
		}
		if !more || len(records) == 0 {
			return nil
		}
	}
}

func (in *authorsIn) take(r bus.Record) {
	var entry eventv1.LogEntry
	if proto.Unmarshal(r.Body, &entry) != nil {
		return
	}
	if person := entry.GetComment().GetAuthor().GetPerson(); person != "" {
		in.known[person] = struct{}{}
	}
}

// forget drops rooms that nobody asked about for a while.
func (a *authors) forget(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for room, in := range a.rooms {
		if now.Sub(in.used) > 10*time.Minute {
			delete(a.rooms, room)
		}
	}
}
