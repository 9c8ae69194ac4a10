package fanout

import (
	"errors"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/internal/fault"
)

// Who has much to say must not hold up ticks: little is read of a socket at a time and of few sockets between two looks at
// what was posted, and while a tick is being sent reading has a fraction of the time.
const (
	// readSize is how much is read from a socket at a time: a hundred of the smallest messages that mean something.
	readSize = 2 << 10
	// maxReady is how many sockets are read between two looks at what was posted.
	maxReady = 8
	// sweepShare is how many members of a tick are served between two looks at who wants to be read.
	sweepShare = 256
	// sweepReady is how many are read at least in such a look, and readPart the part of the sending's time that it may take.
	sweepReady, readPart = 2, 8
)

// serve reads and writes a member that the poller says can be.
func (s *shard) serve(m *Member, now time.Time) {
	if m.stalled {
		m.stalled = false
		s.poller.want(m, !m.paused, false)
		s.advance(m, now)
		if m.paused && !m.closing {
			return // told that it can be written; if it broke, that is told again
		}
	}
	switch {
	case m.index < 0:
	case m.closing: // nothing that it says counts any more
		n, err := m.conn.Discard(s.in)
		switch m.spilled += int32(n); {
		case n == 0 && err != nil:
			s.finish(m, m.reason)
		case m.spilled > maxSpilled: // a flood: it may read its last words until the deadline, and is read no more
			s.poller.want(m, false, m.stalled)
		}
	case m.paused: // told because it broke
		s.finish(m, conn.Gone)
	default:
		n, err := m.conn.Fill(s.in[:readSize])
		if err != nil {
			s.over(m, err, now)
		} else if n > 0 {
			s.deliver(m, now)
		}
	}
}

// deliver hands messages to the visitor.
func (s *shard) deliver(m *Member, now time.Time) {
	for !m.paused && !m.closing {
		payload, ok, err := m.conn.Next(&s.reader, s.payload)
		if cap(payload) <= 64<<10 {
			s.payload = payload[:0]
		}
		if err != nil {
			s.over(m, err, now)
			return
		}
		if !ok {
			break
		}
		if !m.visitor.Take(payload) {
			m.paused = true
			m.conn.Hold()
			s.poller.want(m, false, m.stalled)
		}
	}
	if out := m.conn.Outbox(); len(out) > 0 {
		s.personal(m, out, now)
		s.advance(m, now)
	}
}

// resume goes on reading, with what was held first.
func (s *shard) resume(m *Member, now time.Time) {
	if m.resume != nil {
		select {
		case m.resume <- struct{}{}:
		default:
		}
		return
	}
	if m.paused && !m.finished {
		m.paused = false
		s.deliver(m, now)
		if !m.paused && m.index >= 0 {
			s.poller.want(m, true, m.stalled)
		}
	}
}

// over takes up what Fill or Next said last.
func (s *shard) over(m *Member, err error, now time.Time) {
	c := conn.Gone
	if closed := (*conn.Closed)(nil); errors.As(err, &closed) {
		c = closed.Close
	}
	s.broken(m, c, now)
}

// broken closes a member that broke a rule or closed by itself, or ends one that is gone.
func (s *shard) broken(m *Member, c fault.Close, now time.Time) {
	switch {
	case c == conn.Gone && m.closing:
		s.finish(m, m.reason)
	case c == conn.Gone:
		s.finish(m, c)
	default:
		s.close(m, c, nil, now)
	}
}

// pump is the goroutine that reads where the shard cannot.
func (m *Member) pump() {
	var reader conn.Reader
	buf, payload := make([]byte, 4096), make([]byte, 0, 512)
	broken := func(err error) {
		c := conn.Gone
		if closed := (*conn.Closed)(nil); errors.As(err, &closed) {
			c = closed.Close
		}
		m.shard.post(command{kind: cmdBroken, member: m, close: c})
	}
	for {
		var ok bool
		_, err := m.conn.Fill(buf)
		for err == nil {
			if payload, ok, err = m.conn.Next(&reader, payload); !ok {
				break
			}
			if !m.visitor.Take(payload) {
				select {
				case <-m.resume:
				case <-m.done:
					return
				}
			}
		}
		m.shard.post(command{kind: cmdOutbox, member: m})
		if err != nil {
			broken(err)
			break
		}
	}
	for {
		if _, err := m.conn.Discard(buf); err != nil {
			broken(err)
			return
		}
	}
}
