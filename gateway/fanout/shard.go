package fanout

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
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
	cmdResume
	cmdClose
	cmdBroken
	cmdBeat
	cmdList
	cmdStop
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
	list     chan<- []*Member
}

// shard owns the reading and writing of its members.
type shard struct {
	engine *Engine
	index  int // in engine.shards
	alarm  alarm
	poller poller

	mu    sync.Mutex
	queue []command // guarded by mu
	ended bool      // guarded by mu

	// counted here, read by metrics
	delivered, skipped, resynced, slow, overflowed atomic.Uint64

	// owned by run
	stop     bool
	spare    []command // the queue's other half
	members  []*Member
	beatOf   []uint8 // of each of the members, in which beat it is pinged: its own for as long as it is here
	attached int     // members so far
	rooms    map[*Room]*roomShard
	sweeping []*roomShard // have members that the latest tick was not tried on, in the order to go on
	beat     int          // which share of the members is looked at next
	gather   []byte       // for writing several ticks at once
	pinging  []*Member    // are due a ping since the last beat, which may go with a tick
	pings    pings
	in       []byte // what sockets are read into
	payload  []byte // of the message in hand
	reader   conn.Reader
	ready    func(*Member)
}

func newShard(e *Engine, index int) (*shard, error) {
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	s := &shard{engine: e, index: index, poller: p, rooms: make(map[*Room]*roomShard), in: make([]byte, spillSize), payload: make([]byte, 0, 4096)}
	s.ready = func(m *Member) { s.serve(m, time.Now()) }
	return s, nil
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
	if s.alarm.sounded() {
		s.poller.wake()
	}
	return true
}

// Times of the members, looked at by turns.
const (
	// beats is into how many shares the members are divided for pinging.
	beats = 25
	// lookEvery is after how many beats each member's times are looked at: five seconds by default. It divides beats.
	lookEvery = 5
)

// run is the shard's goroutine.
func (s *shard) run() {
	defer s.poller.close()
	for {
		s.work(time.Now())
		if s.stop {
			break
		}
		if len(s.sweeping) > 0 {
			began := time.Now()
			s.sweep(began)
			sent := time.Now()
			for until := sent.Add(sent.Sub(began) / readPart); s.poller.wait(false, sweepReady, s.ready) == sweepReady && time.Now().Before(until); {
			}
			runtime.Gosched() // sends do not tell the scheduler that they are system calls: let others have the processor
			continue
		}
		s.alarm.asleep.Store(true)
		s.mu.Lock()
		idle := len(s.queue) == 0
		s.mu.Unlock()
		s.poller.wait(idle, maxReady, s.ready) // a post from now on rings
		s.alarm.asleep.Store(false)
	}
	s.end()
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
	if cap(queue) > 1<<16 {
		queue = nil // a herd came by
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
		s.attach(m, now)
	case cmdSend:
		s.personal(m, c.bytes, now)
		s.advance(m, now)
	case cmdOutbox:
		s.personal(m, m.conn.Outbox(), now)
		m.stalled = false
		s.advance(m, now)
	case cmdJoin:
		s.join(m, c, now)
	case cmdLeave:
		s.leave(m)
	case cmdTick:
		s.publish(c, now)
		c.tick.taken(s.engine)
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
			for i := range rs.seats {
				rs.seats[i].member.room = nil
			}
			rs.seats, rs.left = nil, 0
			delete(s.rooms, c.room)
		}
	case cmdSlow:
		m.lane = c.on
		s.advance(m, now)
	case cmdResume:
		s.resume(m, now)
	case cmdClose:
		s.close(m, c.close, c.bytes, now)
	case cmdBroken:
		s.broken(m, c.close, now)
	case cmdBeat:
		s.look(now)
	case cmdList:
		c.list <- slices.Clone(s.members)
	case cmdStop:
		s.stop = true
	}
}

func (s *shard) attach(m *Member, now time.Time) {
	m.index = int32(len(s.members))
	s.members, s.beatOf = append(s.members, m), append(s.beatOf, uint8(s.attached%beats))
	s.attached++
	if err := s.poller.add(m); err != nil {
		s.engine.o.Logger.Error("a socket cannot be watched", "error", err)
		s.finish(m, conn.Gone)
		return
	}
	if m.place == noPlace {
		m.resume = make(chan struct{}, 1)
		m.conn.Bind(func() { s.post(command{kind: cmdOutbox, member: m}) })
		s.engine.pumps.Go(m.pump)
		return
	}
	s.deliver(m, now) // what came with the handshake
}

func (s *shard) join(m *Member, c *command, now time.Time) {
	rs := s.rooms[c.room]
	if rs == nil {
		rs = &roomShard{room: c.room, latest: c.version, floor: c.version, tried: c.version}
		s.rooms[c.room] = rs
	}
	if m.closing {
		return
	}
	if m.room != rs {
		s.leave(m)
		m.room, m.seatAt = rs, int32(len(rs.seats))
		rs.seats = append(rs.seats, seat{member: m, fd: int32(m.conn.Descriptor())})
	}
	at := &rs.seats[m.seatAt]
	at.variant, at.version, m.awaiting = variantOf(m.Protocol(), c.audience), c.version, false
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
	last := len(rs.seats) - 1
	rs.seats[m.seatAt] = rs.seats[last]
	rs.seats[m.seatAt].member.seatAt = m.seatAt
	rs.seats[last] = seat{}
	rs.seats = rs.seats[:last]
	m.room = nil
}

// publish takes a tick up; sweep sends it.
func (s *shard) publish(c *command, now time.Time) {
	rs := s.rooms[c.room]
	if rs == nil {
		rs = &roomShard{room: c.room, floor: c.tick.Version - 1, tried: c.tick.Version - 1}
		s.rooms[c.room] = rs
	}
	rs.latest, rs.every = c.tick.Version, cmp.Or(c.tick.Every, 100*time.Millisecond)
	rs.ring[c.tick.Version%ringSize] = c.tick
	switch {
	case rs.left > 0:
		rs.again = true // who is yet to come is sent both at once; for the others it goes round once more
	case len(rs.seats) == 0:
		rs.goal = rs.latest
		rs.room.sweeps[s.index].Store(0)
		rs.swept(s.engine)
	default:
		s.begin(rs, now)
	}
}

// look is a beat: it pings one share of the members, and looks at the times of a larger one, and at those of rooms.
func (s *shard) look(now time.Time) {
	s.pingLate(now)
	for _, rs := range s.rooms {
		if rs.owing != 0 && moment(now) >= rs.owing {
			s.settle(rs, now)
		}
	}
	s.beat = (s.beat + 1) % beats
	dead := s.engine.o.DeadAfter
	for i := len(s.members) - 1; i >= 0; i-- { // backwards: who ends is replaced by one that was looked at
		if int(s.beatOf[i])%lookEvery != s.beat%lookEvery {
			continue
		}
		m := s.members[i]
		switch {
		case m.closing:
			if moment(now) > m.deadline {
				s.finish(m, m.reason)
			}
			continue
		case m.conn.Half(now) > s.engine.o.HalfTime && !m.paused, m.conn.Quiet(now) > dead, m.pending() && moment(now)-m.progress > int64(dead):
			s.slow.Add(1)
			if m.room != nil {
				m.room.room.drops.closed.Add(1)
			}
			s.close(m, fault.CloseSlow, nil, now)
			continue
		}
		if at := m.expires.Load(); at != 0 && moment(now) > at {
			m.expires.Store(0)
			m.visitor.Expired()
		}
		if m.old != 0 && moment(now) > m.old {
			m.old = 0
			s.engine.o.Aged(m)
		}
		if int(s.beatOf[i]) == s.beat {
			if m.room != nil && m.room.seats[m.seatAt].ready {
				m.room.seats[m.seatAt].ping = true
				s.pinging = append(s.pinging, m)
			} else {
				s.ping(m, now)
			}
		}
	}
}

// pingLate pings those whom no tick came by for a whole beat.
func (s *shard) pingLate(now time.Time) {
	for i, m := range s.pinging {
		if m.room != nil && m.room.seats[m.seatAt].ping {
			m.room.seats[m.seatAt].ping = false
			s.ping(m, now)
		}
		s.pinging[i] = nil
	}
	s.pinging = s.pinging[:0]
}

func (s *shard) ping(m *Member, now time.Time) {
	s.personal(m, frame.Ping.Bytes(), now)
	s.advance(m, now)
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
