package fanout

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
)

// Tick is one tick's frames by protocol and audience. A nil frame says nothing to that variant, which counts as sent.
type Tick struct {
	// Version counts a room's ticks from 1 without a hole.
	Version uint64
	// Frames by protocol and audience.
	Frames [2][2]*frame.Frame
	// Due is when the room wanted to tick.
	Due time.Time
	// Every is how long the room's ticks last now. Default 100 ms.
	Every time.Duration

	sweeping atomic.Int32 // shards that have yet to try all of their members
	awaited  bool         // others wait for it since before it was published
	untaken  atomic.Int32 // shards that have yet to take it up
}

// taken is said by each shard when it has taken the tick up, and by then waits for its sends itself.
func (t *Tick) taken(e *Engine) {
	if t.untaken.Add(-1) == 0 && t.awaited {
		e.sending.end()
	}
}

// swept is said by each shard when it has tried all of its members; the last one tells how late the tick was.
func (t *Tick) swept(e *Engine) {
	if t.sweeping.Add(-1) > 0 {
		return
	}
	if !t.Due.IsZero() {
		e.lateness.Record(context.Background(), time.Since(t.Due).Seconds())
	}
	if t.awaited {
		e.collector.look()
	}
}

// Room is the audience of one room over all shards.
type Room struct {
	engine *Engine
	resync func(*Member)
	drops  struct{ skipped, resynced, closed atomic.Uint64 }
	sweeps []atomic.Int64 // how long each shard's last sweep of this room took, in nanoseconds

	awaited bool // of the room's goroutine: others wait for the next tick

	mu     sync.Mutex
	counts [2][2]int // by audience and protocol; guarded by mu
}

// NewRoom makes an empty audience. resync is called, not on a shard's goroutine, for a member that the ring cannot bring up
// to date: the room answers with Join, or Close.
func (e *Engine) NewRoom(resync func(*Member)) *Room {
	return &Room{engine: e, resync: resync, sweeps: make([]atomic.Int64, len(e.shards))}
}

// LastSweep is how long the last tick took the slowest shard.
func (r *Room) LastSweep() (longest time.Duration) {
	for i := range r.sweeps {
		longest = max(longest, time.Duration(r.sweeps[i].Load()))
	}
	return longest
}

// Join lets a member in at a tick boundary: it is written the first frames and then every tick above the version. For a
// member that is in already it starts anew with those frames. Call it and Publish from one goroutine.
func (r *Room) Join(m *Member, a frame.Audience, first []*frame.Frame, version uint64) {
	r.mu.Lock()
	if !m.inRoom {
		m.inRoom, m.audience = true, a
		r.counts[a][m.Protocol()]++
	}
	r.mu.Unlock()
	m.shard.post(command{kind: cmdJoin, member: m, room: r, audience: a, frames: first, version: version})
}

// Leave takes a member out.
func (r *Room) Leave(m *Member) {
	r.mu.Lock()
	if m.inRoom {
		m.inRoom = false
		r.counts[m.audience][m.Protocol()]--
	}
	r.mu.Unlock()
	m.shard.post(command{kind: cmdLeave, member: m})
}

// Ahead is how long before a tick Await is to be called: as long as what others have in hand may take. It is 0 where a tick
// is sent so quickly that nobody need wait for it.
func (r *Room) Ahead() time.Duration {
	if r.LastSweep() < r.engine.o.LongSweep {
		return 0
	}
	return r.engine.o.Ahead
}

// Await has others (AfterTicks) wait for the next tick from now on, until Publish has sent it or Forgo says that there is none.
// All three belong to the room's goroutine.
func (r *Room) Await() {
	if !r.awaited {
		r.awaited = true
		r.engine.sending.begin()
	}
}

// Forgo tells that no tick comes; without an Await it does nothing.
func (r *Room) Forgo() {
	if r.awaited {
		r.awaited = false
		r.engine.sending.end()
	}
}

// Publish hands a tick to every shard and returns.
func (r *Room) Publish(t *Tick) {
	t.sweeping.Store(int32(len(r.engine.shards)))
	t.untaken.Store(int32(len(r.engine.shards)))
	t.awaited, r.awaited = r.awaited, false
	for _, s := range r.engine.shards {
		if !s.post(command{kind: cmdTick, room: r, tick: t}) {
			t.taken(r.engine)
		}
	}
}

// Forget makes ticks up to a version unsendable, because one of them holds what was removed. Members that had yet to be
// sent one of them are resynced.
func (r *Room) Forget(upTo uint64) {
	for _, s := range r.engine.shards {
		s.post(command{kind: cmdForget, room: r, version: upTo})
	}
}

// Members counts who is in, by protocol.
func (r *Room) Members() (viewers, moderators [2]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts[frame.Viewer], r.counts[frame.Moderator]
}

// Drops counts what a room's members were not sent at its time.
type Drops struct {
	// Skipped ticks, which come later in one piece.
	Skipped uint64 `json:"skipped"`
	// Resyncs are members that fell out of the ring and got a snapshot.
	Resyncs uint64 `json:"resyncs"`
	// Closed members took nothing in, or had too much waiting.
	Closed uint64 `json:"closed"`
}

// Drops since the room was opened here.
func (r *Room) Drops() Drops {
	return Drops{Skipped: r.drops.skipped.Load(), Resyncs: r.drops.resynced.Load(), Closed: r.drops.closed.Load()}
}

// Close forgets the room; its members stay until they are closed.
func (r *Room) Close() {
	r.Forgo()
	for _, s := range r.engine.shards {
		s.post(command{kind: cmdEnd, room: r})
	}
}
