package comments

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// retried is for how long a request may come again: as long as the log knows its message id, and what clocks may be apart.
const retried = 2*time.Minute + clockSlack

// replicaLag is what a replica is given to come up to its leader.
const replicaLag = 20 * time.Millisecond

// longestLook is how long reading on may take: a whole log of two minutes takes less than a second.
const longestLook = 10 * time.Second

// recent knows the comments of a room's log that a retry may be of. The store tells a retry only from a post that is written,
// so whoever is about to hold or refuse one asks here before. The log itself is the truth: what is new in it is read when
// somebody asks, once for all who wait.
type recent struct {
	bus *bus.Bus // static

	mu    sync.Mutex
	rooms map[string]*recentIn // guarded by mu
}

type recentIn struct {
	asked atomic.Uint64 // how often somebody asked
	turn  chan struct{} // one place: of who reads, or looks at what was read

	answered uint64            // those who asked up to it have their answer in what was read; guarded by turn
	failed   error             // why the last reading failed; nil where it did not; guarded by turn
	next     uint64            // first sequence not read yet; guarded by turn
	read     time.Time         // when it was; guarded by turn
	entries  map[string]uint64 // by comment, the sequence of the last word on it; guarded by turn
	order    []recentEntry     // as they came; guarded by turn
	used     time.Time         // guarded by recent.mu
}

type recentEntry struct {
	comment  string
	sequence uint64
	at       time.Time
}

func newRecent(b *bus.Bus) *recent { return &recent{bus: b, rooms: make(map[string]*recentIn)} }

// find gives the sequence of the last entry about a comment, also of its removal, that the log took in the time in which a
// request is retried.
func (x *recent) find(ctx context.Context, room, comment string, now time.Time) (sequence uint64, ok bool, err error) {
	x.mu.Lock()
	in := x.rooms[room]
	if in == nil {
		in = &recentIn{turn: make(chan struct{}, 1)}
		x.rooms[room] = in
	}
	in.used = now
	x.mu.Unlock()
	asked := in.asked.Add(1)
	if err := in.takeTurn(ctx); err != nil {
		return 0, false, fmt.Errorf("wait for a look for an earlier try: %w", err)
	}
	defer func() { <-in.turn }()
	if in.answered < asked { // else somebody read since, or could not
		in.answered = in.asked.Load()
		// Not in the caller's time: others wait for what it reads, and its deadline would have the next one begin anew.
		reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestLook)
		defer cancel()
		in.failed = in.readOn(reading, x.bus, room, now)
	}
	if in.failed != nil { // for all who waited: each in turn would wait for as long
		return 0, false, fmt.Errorf("look for an earlier try: %w", in.failed)
	}
	sequence, ok = in.entries[comment]
	return sequence, ok, nil
}

// takeTurn takes the place where it is free, and else waits for it as long as the caller may.
func (in *recentIn) takeTurn(ctx context.Context) error {
	select {
	case in.turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case in.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readOn reads up to what the leader has. It holds the turn.
func (in *recentIn) readOn(ctx context.Context, b *bus.Bus, room string, now time.Time) error {
	key := bus.InRoom(bus.Log, room)
	last, err := b.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.Sub(in.read) > retried { // the first time, or what it knows is too old
		in.entries, in.order, in.next, in.read = make(map[string]uint64), nil, 0, now
	}
	for in.next <= last.Sequence {
		records, err := in.piece(ctx, b, key, now)
		if err != nil {
			return err
		}
		if len(records) == 0 && in.next == 0 && !last.Time.Before(now.Add(-retried)) { // a replica that lags
			if !pause.For(ctx, replicaLag) {
				return ctx.Err()
			}
			return in.readOn(ctx, b, room, now)
		}
		if len(records) == 0 {
			records = []bus.Record{last}
		}
		for _, r := range records {
			in.take(r)
		}
		in.read = now // should the next piece fail, who looks next goes on behind this one
	}
	in.read = now
	in.drop(now)
	return nil
}

func (in *recentIn) piece(ctx context.Context, b *bus.Bus, key bus.Key, now time.Time) (records []bus.Record, err error) {
	if in.next == 0 {
		records, _, err = b.RangeSince(ctx, key, now.Add(-retried), bus.MaxRead)
		return records, err
	}
	records, _, err = b.Range(ctx, key, in.next, bus.MaxRead)
	if err == nil && len(records) == 0 { // a replica that lags
		var next bus.Record
		if next, err = b.Next(ctx, key, in.next); errors.Is(err, bus.ErrNotFound) {
			return nil, nil // erased meanwhile
		}
		records = []bus.Record{next}
	}
	return records, err
}

// take notes the comment that an entry is about.
func (in *recentIn) take(r bus.Record) {
	in.next = r.Sequence + 1
	var entry eventv1.LogEntry
	if proto.Unmarshal(r.Body, &entry) != nil {
		return
	}
	id := entry.GetRemoval().GetComment()
	if c := commentOf(&entry, r.Sequence); c != nil {
		id = c.GetId()
	}
	if id != "" {
		in.entries[id] = r.Sequence
		in.order = append(in.order, recentEntry{id, r.Sequence, r.Time})
	}
}

// drop forgets what no retry is of any more.
func (in *recentIn) drop(now time.Time) {
	n := 0
	for ; n < len(in.order) && now.Sub(in.order[n].at) > retried; n++ {
		if e := in.order[n]; in.entries[e.comment] == e.sequence {
			delete(in.entries, e.comment)
		}
	}
	in.order = in.order[n:]
}

// forget drops rooms that nobody asked about for a while.
func (x *recent) forget(now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for room, in := range x.rooms {
		if now.Sub(in.used) > retried {
			delete(x.rooms, room)
		}
	}
}
