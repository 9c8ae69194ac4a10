package fanout

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

type commandKind uint8

const (
	cmdAttach commandKind = iota
	cmdSend
	cmdOutbox
	cmdJoin
	cmdLeave
	cmdTick
	cmdForget
	cmdEnd
	cmdSlow
	cmdClose
)

// command is one thing for a shard to do, in the order it was posted.
type command struct {
	kind     commandKind
	audience frame.Audience
	on       bool
	member   *Member
	room     *Room
	tick     *Tick
	version  uint64
	bytes    []byte
	frames   []*frame.Frame
	close    fault.Close
}

// shard owns the writing of its members.
type shard struct {
	engine *Engine
	wake   chan struct{} // has a place: the queue is not empty

	mu    sync.Mutex
	queue []command // guarded by mu
	ended bool      // guarded by mu

	// counted here, read by metrics
	delivered, skipped, resynced, slow, overflowed atomic.Uint64

	// owned by run
	spare   []command // the queue's other half
	members []*Member
	rooms   map[*Room]*roomShard
	stalled []*Member // have bytes that their sockets did not take
	beat    int       // which share of the members is pinged next
	gather  []byte    // for writing several ticks at once
}

// roomShard is a room's part in one shard.
type roomShard struct {
	room    *Room
	members []*Member
	ring    [ringSize]*Tick
	latest  uint64
	floor   uint64 // ticks up to it may not be sent any more
}

func newShard(e *Engine) *shard {
	return &shard{engine: e, wake: make(chan struct{}, 1), rooms: make(map[*Room]*roomShard)}
}

// post never waits. False when the shard has ended.
func (s *shard) post(c command) bool {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return false
	}
	s.queue = append(s.queue, c)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return true
}

const (
	// retryEvery is how often sockets that were full are tried again.
	retryEvery = 10 * time.Millisecond
	// beats is into how many shares the members are divided for pinging.
	beats = 25
)

func (s *shard) run(ctx context.Context) {
	beat := time.NewTicker(s.engine.o.PingEvery / beats)
	defer beat.Stop()
	retry := time.NewTimer(time.Hour)
	defer retry.Stop()
	armed := false
	for {
		select {
		case <-ctx.Done():
			s.end()
			return
		case <-s.wake:
			s.work(time.Now())
		case now := <-beat.C:
			s.ping(now)
		case now := <-retry.C:
			armed = false
			s.retry(now)
		}
		if len(s.stalled) > 0 && !armed {
			armed = true
			retry.Reset(retryEvery)
		}
	}
}

// work takes the queue whole and goes through it.
func (s *shard) work(now time.Time) {
	s.mu.Lock()
	queue := s.queue
	s.queue = s.spare[:0]
	s.mu.Unlock()
	for i := range queue {
		s.take(&queue[i], now)
		queue[i] = command{}
	}
	s.spare = queue
}

func (s *shard) take(c *command, now time.Time) {
	m := c.member
	if m != nil && m.index < 0 && c.kind != cmdAttach {
		return // ended
	}
	switch c.kind {
	case cmdAttach:
		m.index = len(s.members)
		s.members = append(s.members, m)
	case cmdSend:
		s.personal(m, c.bytes, now)
		s.advance(m, now)
	case cmdOutbox:
		s.personal(m, m.conn.Outbox(), now)
		s.advance(m, now)
	case cmdJoin:
		s.join(m, c, now)
	case cmdLeave:
		s.leave(m)
	case cmdTick:
		s.sweep(c, now)
	case cmdForget:
		if rs := s.rooms[c.room]; rs != nil {
			rs.floor = max(rs.floor, c.version)
			for v := rs.latest; v > 0 && v+ringSize > rs.latest; v-- {
				if t := rs.ring[v%ringSize]; t != nil && t.Version <= rs.floor {
					rs.ring[v%ringSize] = nil
				}
			}
		}
	case cmdEnd:
		if rs := s.rooms[c.room]; rs != nil {
			for _, m := range rs.members {
				m.room = nil
			}
			delete(s.rooms, c.room)
		}
	case cmdSlow:
		m.lane = c.on
		s.advance(m, now)
	case cmdClose:
		s.close(m, c.close, c.bytes, now)
	}
}

func (s *shard) join(m *Member, c *command, now time.Time) {
	rs := s.rooms[c.room]
	if rs == nil {
		rs = &roomShard{room: c.room, latest: c.version, floor: c.version}
		s.rooms[c.room] = rs
	}
	if m.room != rs {
		s.leave(m)
		m.room, m.place = rs, len(rs.members)
		rs.members = append(rs.members, m)
	}
	m.seat, m.version, m.awaiting = c.audience, c.version, false
	for _, f := range c.frames {
		s.personal(m, f.Bytes(), now)
	}
	s.advance(m, now)
}

func (s *shard) leave(m *Member) {
	rs := m.room
	if rs == nil {
		return
	}
	last := len(rs.members) - 1
	rs.members[m.place] = rs.members[last]
	rs.members[m.place].place = m.place
	rs.members[last] = nil
	rs.members = rs.members[:last]
	m.room = nil
}

// sweep is the hot path: one tick to every member of the room in this shard.
func (s *shard) sweep(c *command, now time.Time) {
	rs := s.rooms[c.room]
	if rs == nil {
		rs = &roomShard{room: c.room, floor: c.tick.Version - 1}
		s.rooms[c.room] = rs
	}
	rs.latest = c.tick.Version
	rs.ring[c.tick.Version%ringSize] = c.tick
	for i := len(rs.members) - 1; i >= 0; i-- { // backwards: a member that ends here is replaced by one that was served
		s.advance(rs.members[i], now)
	}
	took := time.Since(now)
	if len(rs.members) > 0 {
		s.engine.lastSweep.Store(int64(took))
		s.engine.sweeps.Record(context.Background(), took.Seconds())
	}
}

// ping pings one share of the members and looks who has been silent or stuck for too long.
func (s *shard) ping(now time.Time) {
	s.beat = (s.beat + 1) % beats
	dead := now.Add(-s.engine.o.DeadAfter)
	for i := s.beat; i < len(s.members); i += beats {
		m := s.members[i]
		if m.closing {
			continue
		}
		if m.conn.LastRead().Before(dead) || m.pending() && m.progress.Before(dead) {
			s.slow.Add(1)
			s.close(m, fault.CloseSlow, nil, now)
			continue
		}
		s.personal(m, frame.Ping.Bytes(), now)
		s.advance(m, now)
	}
}

// retry tries sockets that were full.
func (s *shard) retry(now time.Time) {
	again := s.stalled
	s.stalled = nil
	for _, m := range again {
		m.stalled = false
		if m.index >= 0 {
			s.advance(m, now)
		}
	}
}

// end ends every member when the engine stops.
func (s *shard) end() {
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.work(time.Now())
	for _, m := range slices.Clone(s.members) {
		s.finish(m, fault.CloseDrain)
	}
}
