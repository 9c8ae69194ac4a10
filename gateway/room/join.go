package room

import (
	"cmp"
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// A cursor that is ahead of this gateway waits for it to catch up: for aheadWait where nobody knows whether what it names
// exists, and for aheadCertain where the store is seen to hold it. A gateway that has just started, on a busy machine,
// needs the longer one; to give up would cost its client everything that it holds.
const (
	aheadWait    = time.Second
	aheadCertain = 5 * time.Second
)

// outcome is what became of a cursor: recovered, or why its client was given a whole snapshot.
type outcome string

const (
	recovered  outcome = "recovered"
	otherEpoch outcome = "epoch"    // of another life of the room or of the store
	ahead      outcome = "ahead"    // this gateway did not see in time what the client has seen
	tooOld     outcome = "too_old"  // before what this gateway holds of the log
	tooMuch    outcome = "too_much" // more was missed than one frame holds
)

// join is one session on its way in.
type join struct {
	seat    *Seat
	cursor  *gatewayv1.Cursor
	welcome func(recovered bool) *frame.Frame
	since   time.Time
}

type catchUpKey struct {
	log, state uint64
	protocol   frame.Protocol
	audience   frame.Audience
}

// Join lets a session in at a tick boundary: it is sent the welcome, then what it misses since its cursor or a snapshot,
// and then every tick. welcome is called with whether the cursor was honoured. False when the room has just closed.
func (r *Room) Join(seat *Seat, cursor *gatewayv1.Cursor, welcome func(recovered bool) *frame.Frame) bool {
	r.mu.Lock()
	r.sessions[seat.Member] = seat
	r.received(seat, time.Now())
	r.mu.Unlock()
	j := &join{seat: seat, cursor: cursor, welcome: welcome, since: time.Now()}
	if r.do(func() { r.seat(j, time.Now()) }) {
		return true
	}
	r.Leave(seat.Member)
	return false
}

// Renew gives a session that is in another pass, that of a fresh token. False when the host took that one back.
func (r *Room) Renew(m *fanout.Member, pass string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pass != "" && r.revoked[pass] {
		return false
	}
	if seat := r.sessions[m]; seat != nil {
		seat.Pass = pass
	}
	return true
}

// Leave takes a session out.
func (r *Room) Leave(m *fanout.Member) {
	r.audience.Leave(m)
	r.mu.Lock()
	delete(r.sessions, m)
	if len(r.sessions) == 0 {
		r.idle = time.Now()
	}
	r.mu.Unlock()
}

// seat belongs to Run.
func (r *Room) seat(j *join, now time.Time) {
	select {
	case <-j.seat.Member.Done():
		return
	default:
	}
	if r.Revoked(j.seat.Pass) { // while it was on its way in
		r.takenBack()(j.seat)
		return
	}
	if j.cursor != nil && j.cursor.GetEpoch() == r.epoch && r.behind(j.cursor, j.seat.Audience) && now.Sub(j.since) < r.patience(j.cursor) {
		r.early = append(r.early, j)
		return
	}
	if j.seat.Welcomed != nil {
		defer j.seat.Welcomed()
	}
	f, what := r.catchUp(j)
	if j.cursor != nil {
		r.hub.metrics.returns.Add(context.Background(), 1, metric.WithAttributes(attribute.String("result", string(what))))
	}
	if f != nil {
		r.admit(j.seat, j.welcome(true), f)
		return
	}
	if j.cursor != nil {
		r.log.Debug("a cursor was not honoured", "room", r.id, "why", what, "log", j.cursor.GetLog(), "state", j.cursor.GetState(),
			"here_log", r.model.position.log, "here_state", r.model.position.state, "floor", r.model.floor)
	}
	r.admit(j.seat, j.welcome(false), r.snapshot(j.seat.Protocol, j.seat.Audience))
}

// behind tells whether this gateway has yet to see what the cursor says its client saw.
func (r *Room) behind(c *gatewayv1.Cursor, a frame.Audience) bool {
	return c.GetLog() > r.model.logOf(a) || c.GetState() > r.model.position.state
}

// patience is how long a cursor that is ahead may wait. It has the followers look for what they have yet to see.
func (r *Room) patience(c *gatewayv1.Cursor) time.Duration {
	log, state := r.tail.Reach(c.GetLog()), r.hub.o.Documents.Reach(c.GetState())
	if log && state {
		return aheadCertain
	}
	return aheadWait
}

func (r *Room) seatEarly(now time.Time) {
	early := r.early
	r.early = nil
	for _, j := range early {
		r.seat(j, now)
	}
}

func (r *Room) admit(s *Seat, first ...*frame.Frame) {
	frames := first[:0]
	for _, f := range first {
		if f != nil {
			frames = append(frames, f)
		}
	}
	r.audience.Join(s.Member, s.Audience, frames, r.version)
}

// catchUp is what a returning client is sent, encoded once for all that return with the same cursor; nil where its
// cursor cannot be honoured, or where it brought none.
func (r *Room) catchUp(j *join) (*frame.Frame, outcome) {
	switch {
	case j.cursor == nil:
		return nil, ""
	case j.cursor.GetEpoch() == r.epoch && r.behind(j.cursor, j.seat.Audience):
		return nil, ahead
	}
	key := catchUpKey{j.cursor.GetLog(), j.cursor.GetState(), j.seat.Protocol, j.seat.Audience}
	if f, ok := r.catchUps[key]; ok && j.cursor.GetEpoch() == r.epoch {
		return f, recovered
	}
	t := r.model.since(j.cursor, j.seat.Audience, time.Now().UnixMilli())
	if t == nil {
		return nil, cmp.Or(r.model.refuses(j.cursor, j.seat.Audience), tooMuch)
	}
	f := r.encode(j.seat.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Tick{Tick: t}})
	if len(r.catchUps) < 1024 {
		r.catchUps[key] = f
	}
	return f, recovered
}

// snapshot is encoded once a tick and variant, when the first asks for it.
func (r *Room) snapshot(p frame.Protocol, a frame.Audience) *frame.Frame {
	if r.snapshots[p][a] == nil {
		r.snapshots[p][a] = r.encode(p, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Snapshot{
			Snapshot: r.model.snapshot(a, time.Now().UnixMilli()),
		}})
	}
	return r.snapshots[p][a]
}

// resync is called by the engine for a member that fell out of the ring.
func (r *Room) resync(m *fanout.Member) {
	r.mu.Lock()
	s := r.sessions[m]
	r.mu.Unlock()
	if s == nil {
		return
	}
	select {
	case r.commands <- func() {
		resync := r.encode(s.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Resync{Resync: &gatewayv1.Resync{}}})
		r.admit(s, resync, r.snapshot(s.Protocol, s.Audience))
	}:
	default: // hundreds ask at once: this one comes back by itself
		m.Close(fault.CloseSlow, nil)
	}
}

// CommentSequence is where a comment stands in the log, 0 when this gateway no longer holds it: a hint that makes its
// removal cheap.
func (r *Room) CommentSequence(id string) uint64 {
	n, _ := ask(r, func() uint64 { return r.model.comments[id] })
	return n
}
