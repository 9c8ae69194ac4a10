package fanout

import (
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

const (
	// ringSize is how many ticks back a member can catch up: 6.4 s of a small room, a minute of a huge one.
	ringSize = 64
	// slowLane is how many ticks a member of the slow lane is sent at once.
	slowLane = 10
	// slowLaneFor is for how many ticks' time one waits for that many: a quiet room makes none for hours.
	slowLaneFor = 10
	// maxPersonal bounds what may wait for one member: a client that reads nothing and asks for more ends here.
	maxPersonal = 256 << 10
	// maxFrame bounds one frame. A longer one than maxPersonal must be a frame that is shared, such as a snapshot.
	maxFrame = 4 << 20
	// maxSpilled is how much is read of a closing member that says more: whoever sends as fast as it can costs no more.
	maxSpilled = 256 << 10
	// spillSize is how much of it is read at a time.
	spillSize = 16 << 10
	// closeTime is how long a closing member may take to read what is left.
	closeTime = time.Second
)

// advance brings a member as far as its socket allows, and is the whole of the slow-viewer policy:
//
//  1. What its socket took in part goes first; until that is out, everything else waits or is skipped.
//  2. Personal frames (acks, snapshots, pings) come next, in order. One more while 256 KiB of them wait ends the member; how
//     long that one is does not matter, up to 4 MiB, or whoever is owed a longer one would come back for it for ever.
//  3. Then ticks. One behind: that tick's frame. Several behind, because the socket was full or the lane is slow: all of
//     them from the ring, in one write. Totals in them are totals, so nothing of hearts, votes and counts is lost by
//     having skipped; comments and removals are all there. In the slow lane that is every ten, or every ten ticks' time
//     (rounded up to a beat) where so many do not come.
//  4. Behind the ring, or where a removed comment made ticks unsendable: the room is asked for a resync and a snapshot.
//  5. No progress for a while is found by ping and ends the member as slow; it may come back.
//
// A sweep goes the short way for those who are ready, one tick behind with nothing waiting; it ends here for all others.
func (s *shard) advance(m *Member, now time.Time) {
	s.tick(m, now)
	if m.room != nil {
		m.room.seats[m.seatAt].ready = m.place != noPlace && !m.stalled && !m.pending() && !m.lane && !m.awaiting
	}
}

func (s *shard) tick(m *Member, now time.Time) {
	if m.stalled || !s.flush(m, now) {
		if m.room != nil && m.room.seats[m.seatAt].version < m.room.latest {
			s.skipped.Add(1)
			m.room.room.drops.skipped.Add(1)
		}
		return
	}
	rs := m.room
	if rs == nil || m.closing || m.awaiting {
		return
	}
	at := &rs.seats[m.seatAt]
	if at.version >= rs.latest {
		return
	}
	behind := rs.latest - at.version
	if m.lane && behind < slowLane && !rs.settling {
		rs.owe(now)
		return
	}
	switch {
	case behind > ringSize || at.version < rs.floor:
		s.resync(m, rs, now)
	case behind == 1:
		at.version = rs.latest
		if b := rs.ring[rs.latest%ringSize].bytes(at.variant); len(b) > 0 {
			s.delivered.Add(1)
			s.write(m, b, now)
		}
	default:
		s.gather = s.gather[:0]
		for v := at.version + 1; v <= rs.latest; v++ {
			if b := rs.ring[v%ringSize].bytes(at.variant); len(b) > 0 {
				s.delivered.Add(1)
				s.gather = append(s.gather, b...)
			}
		}
		at.version = rs.latest
		s.write(m, s.gather, now)
		s.keep(m)
	}
}

func (s *shard) resync(m *Member, rs *roomShard, now time.Time) {
	select {
	case s.engine.resyncs <- resyncRequest{rs.room, m}:
		m.awaiting = true
		s.resynced.Add(1)
		rs.room.drops.resynced.Add(1)
	default: // thousands ask at once: ask again at the next tick, or when the room settles
		rs.owe(now)
	}
}

// owe remembers that somebody was passed over who could have been written to.
func (rs *roomShard) owe(now time.Time) {
	if rs.owing == 0 {
		rs.owing = moment(now.Add(slowLaneFor * rs.every))
	}
}

// settle brings up to date whoever was passed over and has waited for long enough.
func (s *shard) settle(rs *roomShard, now time.Time) {
	rs.owing, rs.settling = 0, true
	for i := len(rs.seats) - 1; i >= 0; i-- { // backwards: who ends is replaced by one that was looked at
		if at := &rs.seats[i]; !at.ready {
			s.advance(at.member, now)
		}
	}
	rs.settling = false
}

// flush writes the rest and the personal frames; false when the socket is full.
func (s *shard) flush(m *Member, now time.Time) bool {
	if m.rest != nil {
		rest := m.rest
		m.rest = nil
		if !s.write(m, rest, now) {
			return false
		}
	}
	for len(m.personal) > 0 {
		b := m.personal[0]
		m.personal = m.personal[1:]
		m.waiting -= len(b)
		if !s.write(m, b, now) {
			return false
		}
	}
	m.personal = nil
	if m.closing && m.index >= 0 && m.conn.Flushed() && !m.finished {
		s.linger(m)
	}
	m.progress = moment(now)
	return m.index >= 0
}

// linger says that nothing more comes, and reads until the peer says the same: a socket that is closed with something
// unread loses its last words on the way.
func (s *shard) linger(m *Member) {
	m.finished = true
	m.conn.Finish()
	m.paused = false
	s.poller.want(m, true, false)
}

// write tries to write; what the socket does not take stays as the rest. False when it did not take all.
func (s *shard) write(m *Member, b []byte, now time.Time) bool {
	if len(b) == 0 {
		return true
	}
	n, err := m.conn.TryWrite(b)
	return s.took(m, b, n, err, now)
}

// took takes up what came of a write.
func (s *shard) took(m *Member, b []byte, n int, err error, now time.Time) bool {
	if err != nil {
		s.finish(m, fault.CloseNormal)
		return false
	}
	if n > 0 {
		m.progress = moment(now)
	}
	if n == len(b) {
		return true
	}
	m.rest = b[n:]
	if m.room != nil {
		m.room.seats[m.seatAt].ready = false
	}
	if !m.stalled {
		m.stalled = true
		s.poller.want(m, !m.paused, true)
	}
	return false
}

// keep copies the rest of what stood in one of the shard's buffers, which are used again.
func (s *shard) keep(m *Member) {
	if m.rest != nil {
		m.rest = append([]byte(nil), m.rest...)
	}
}

// personal adds a frame for one member.
func (s *shard) personal(m *Member, b []byte, now time.Time) {
	if len(b) == 0 || m.closing {
		return
	}
	if m.waiting > maxPersonal || len(b) > maxFrame {
		s.overflowed.Add(1)
		if m.room != nil {
			m.room.room.drops.closed.Add(1)
		}
		s.close(m, fault.CloseSlow, nil, now)
		return
	}
	if !m.pending() {
		m.progress = moment(now)
	}
	m.personal = append(m.personal, b)
	m.waiting += len(b)
	if m.room != nil {
		m.room.seats[m.seatAt].ready = false
	}
}

func (m *Member) pending() bool { return m.rest != nil || len(m.personal) > 0 }

// close queues the last words: a close of our own, or the answer to the peer's.
func (s *shard) close(m *Member, c fault.Close, goodbye []byte, now time.Time) {
	if m.closing {
		return
	}
	m.personal = append(m.personal, m.conn.Outbox())
	if goodbye != nil {
		m.personal = append(m.personal, goodbye)
	}
	m.personal = append(m.personal, frame.Close(c.Code, c.Reason).Bytes())
	m.closing, m.reason, m.deadline = true, c, moment(now.Add(closeTime))
	s.leave(m)
	s.flush(m, now)
}

// finish ends a member for good.
func (s *shard) finish(m *Member, c fault.Close) {
	if m.index < 0 {
		return
	}
	s.leave(m)
	last := len(s.members) - 1
	s.members[m.index], s.beatOf[m.index] = s.members[last], s.beatOf[last]
	s.members[m.index].index = m.index
	s.members[last] = nil
	s.members, s.beatOf = s.members[:last], s.beatOf[:last]
	m.index, m.rest, m.personal = -1, nil, nil
	m.closing, m.reason = true, c
	s.poller.remove(m)
	s.engine.closer.take(m.conn)
	s.engine.count.Add(-1)
	close(m.done)
	m.visitor.Gone(c)
}
