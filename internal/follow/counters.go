package follow

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
)

// Counters follows the running totals of the rooms that a process has open. Every live copy carries the whole total, so
// a lost one is repaired by the next; the last one of a burst by a reading two seconds after it.
type Counters struct {
	// static
	bus  *bus.Bus
	live *bus.Live
	log  *slog.Logger

	mu    sync.Mutex
	rooms map[string]*Totals // guarded by mu, and what is in them
}

// Totals is one room's counters.
type Totals struct {
	owner *Counters
	room  string
	leave func()
	sink  func(name string, total, sequence uint64)

	held    map[string]uint64 // sequence by name
	changed time.Time         // last change that has not been read again yet
}

// rereadAfter is how long after the last change of a room its totals are read again.
const rereadAfter = 2 * time.Second

// NewCounters makes a follower; nothing is followed before Run.
func NewCounters(b *bus.Bus, log *slog.Logger) *Counters {
	return &Counters{bus: b, live: b.NewLive(liveDepth), log: log, rooms: make(map[string]*Totals)}
}

// Run follows until the context ends, and waits for what it started.
func (c *Counters) Run(ctx context.Context) error {
	var reading sync.WaitGroup
	defer reading.Wait()
	reading.Go(func() {
		for pause.For(ctx, rereadAfter/4) {
			c.reread(ctx)
		}
	})
	for {
		r, err := c.live.Next(ctx)
		if err != nil {
			return err
		}
		c.take(r, true)
	}
}

// Open gives the room's totals and then each change to the sink; names are what follows the room in the key, such as
// "heart.clap". A total is given only above the sequence held for its name.
func (c *Counters) Open(ctx context.Context, room string, sink func(name string, total, sequence uint64)) (*Totals, error) {
	t := &Totals{owner: c, room: room, sink: sink, held: make(map[string]uint64)}
	c.mu.Lock()
	if c.rooms[room] != nil {
		c.mu.Unlock()
		return nil, fmt.Errorf("the counters of room %s are open already", room)
	}
	c.rooms[room] = t
	c.mu.Unlock()
	var err error
	if t.leave, err = c.live.Join(bus.AllInRoom(bus.Counters, room)); err == nil {
		err = c.read(ctx, room)
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("read the counters of room %s: %w", room, err)
	}
	return t, nil
}

// Close ends it; the sink is not called after it returns.
func (t *Totals) Close() {
	t.owner.mu.Lock()
	if t.owner.rooms[t.room] == t {
		delete(t.owner.rooms, t.room)
	}
	t.owner.mu.Unlock()
	if t.leave != nil {
		t.leave()
	}
}

func (c *Counters) read(ctx context.Context, room string) error {
	records, err := c.bus.ReadAll(ctx, bus.AllInRoom(bus.Counters, room))
	for _, r := range records {
		c.take(r, false)
	}
	return err
}

func (c *Counters) take(r bus.Record, isLive bool) {
	room, name, ok := bus.InRoomOf(bus.Counters, r.Subject)
	if !ok {
		return
	}
	total, err := r.Total()
	if err != nil {
		c.log.Warn("a counter cannot be read", "error", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.rooms[room]
	if t == nil {
		return
	}
	if isLive {
		t.changed = time.Now()
	}
	if r.Sequence > t.held[name] {
		t.held[name] = r.Sequence
		t.sink(name, total, r.Sequence)
	}
}

func (c *Counters) reread(ctx context.Context) {
	var due []string
	c.mu.Lock()
	for room, t := range c.rooms {
		if !t.changed.IsZero() && time.Since(t.changed) >= rereadAfter {
			t.changed = time.Time{}
			due = append(due, room)
		}
	}
	c.mu.Unlock()
	for _, room := range due {
		if err := c.read(ctx, room); err != nil && ctx.Err() == nil {
			c.log.Warn("cannot read counters again", "error", err)
			c.mu.Lock()
			if t := c.rooms[room]; t != nil && t.changed.IsZero() {
				t.changed = time.Now()
			}
			c.mu.Unlock()
		}
	}
}
