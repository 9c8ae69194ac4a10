package fanout

import (
	"context"
	"slices"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/frame"
)

// roomShard is a room's part in one shard.
type roomShard struct {
	room   *Room
	seats  []seat
	ring   [ringSize]*Tick
	latest uint64
	floor  uint64    // ticks up to it may not be sent any more
	tried  uint64    // ticks up to it were tried on every member
	goal   uint64    // what the sweep under way brings everybody to
	left   int       // members that the sweep has yet to try
	again  bool      // a tick came during the sweep
	began  time.Time // when the sweep began

	every    time.Duration // how long ticks last now
	owing    int64         // the moment at which who was passed over is sent what waits all the same; 0 while nobody was
	settling bool          // that moment has come
}

// seat is what a sweep needs to know of a member, side by side for all members of a room: looking each of them up would cost
// more than everything else that is not the write itself.
type seat struct {
	member  *Member
	version uint64 // every tick up to it was sent or covered
	fd      int32
	variant variant
	ready   bool // nothing of it waits: the next tick may be written at once
	ping    bool // is to go with the next tick
}

// variant is protocol and audience in one.
type variant uint8

func variantOf(p frame.Protocol, a frame.Audience) variant { return variant(p)<<1 | variant(a) }

// bytes of a variant's frame; none when it says nothing.
func (t *Tick) bytes(v variant) []byte {
	if f := t.Frames[v>>1][v&1]; f != nil {
		return f.Bytes()
	}
	return nil
}

// pings are a tick's frames with a ping behind, for those who are due one: it costs them no write of its own. The buffers
// are used again for the next tick.
type pings struct {
	tick *Tick
	with [4][]byte
}

func (p *pings) behind(t *Tick, v variant, b []byte) []byte {
	if p.tick != t {
		p.tick = t
		for i := range p.with {
			p.with[i] = p.with[i][:0]
		}
	}
	if len(p.with[v]) == 0 {
		p.with[v] = append(append(p.with[v], b...), frame.Ping.Bytes()...)
	}
	return p.with[v]
}

func (s *shard) begin(rs *roomShard, now time.Time) {
	rs.goal, rs.left, rs.began = rs.latest, len(rs.seats), now
	if s.sweeping = append(s.sweeping, rs); len(s.sweeping) == 1 {
		s.engine.sending.begin()
	}
}

// swept tells the ticks that were tried on everybody. One that was forgotten meanwhile stays untold.
func (rs *roomShard) swept(e *Engine) {
	for v := max(rs.tried+1, rs.goal-min(rs.goal, ringSize-1)); v <= rs.goal; v++ {
		if t := rs.ring[v%ringSize]; t != nil && t.Version == v {
			t.swept(e)
		}
	}
	rs.tried = rs.goal
}

// sweep is the hot path: the latest tick to the next members of the room whose turn it is. It goes backwards: a member
// that ends meanwhile is replaced by one that was served. Whoever is ready is served from its seat alone.
func (s *shard) sweep(now time.Time) {
	rs := s.sweeping[0]
	t := rs.ring[rs.latest%ringSize]
	if rs.latest <= rs.floor {
		t = nil // it was forgotten
	}
	delivered := uint64(0)
	for range sweepShare {
		rs.left = min(rs.left, len(rs.seats)) - 1
		if rs.left < 0 {
			break
		}
		at := &rs.seats[rs.left]
		if !at.ready || t == nil || at.version+1 != rs.latest {
			s.advance(at.member, now)
			continue
		}
		at.version = rs.latest
		b := t.bytes(at.variant)
		if len(b) == 0 {
			continue
		}
		delivered++
		if at.ping {
			at.ping = false
			b = s.pings.behind(t, at.variant, b)
		}
		if n, err := conn.Send(int(at.fd), b); n != len(b) {
			m := at.member
			m.progress = moment(now) // nothing waited until now
			s.took(m, b, n, err, now)
			s.keep(m)
		}
	}
	s.delivered.Add(delivered)
	if rs.left > 0 {
		if len(s.sweeping) > 1 { // other rooms take turns
			copy(s.sweeping, s.sweeping[1:])
			s.sweeping[len(s.sweeping)-1] = rs
		}
		return
	}
	rs.left = 0
	rs.swept(s.engine)
	s.sweeping = slices.Delete(s.sweeping, 0, 1)
	took := time.Since(rs.began)
	rs.room.sweeps[s.index].Store(int64(took))
	s.engine.sweeps.Record(context.Background(), took.Seconds())
	if len(s.sweeping) == 0 {
		s.engine.sending.end()
	}
	if rs.again {
		s.begin(rs, now) // also without members: then the next sweep tells at once
	}
	rs.again = false
}
