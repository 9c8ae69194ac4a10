package room

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// A cursor that is ahead of this gateway waits for it to catch up: for aheadWait where nobody knows whether what it names
// exists, and for aheadCertain where the store is seen to hold it. A gateway that has just started, on a busy machine,
// needs the longer one; to give up would cost its client everything that it holds.
const (
	aheadWait    = time.Second
	aheadCertain = 5 * time.Second
	// lookEarly is how long until those that wait are looked at again; never sooner than the next tick may come.
	lookEarly = 20 * time.Millisecond
	// maxEarly is how many may wait in a room, and maxEarlyOf how many of one person: a cursor is a stranger's word. More are
	// given a snapshot at once.
	maxEarly, maxEarlyOf = 4096, 4
)

// early are those that wait, and how many of each person.
type early struct {
	joins []*join
	of    map[string]int
}

// add is false where there are too many.
func (e *early) add(j *join) bool {
	if len(e.joins) == maxEarly || e.of[j.seat.Person] == maxEarlyOf {
		return false
	}
	if e.of == nil {
		e.of = make(map[string]int)
	}
	e.joins = append(e.joins, j)
	e.of[j.seat.Person]++
	return true
}

// outcome is what became of a cursor: recovered, or why its client was given a whole snapshot.
type outcome string

const (
	recovered  outcome = "recovered"
	otherEpoch outcome = "epoch"    // of another life of the room or of the store
	ahead      outcome = "ahead"    // this gateway did not see in time what the client has seen
	tooOld     outcome = "too_old"  // before what this gateway holds of the log
	tooMuch    outcome = "too_much" // more was missed than one frame holds
	busy       outcome = "busy"     // many others came back with as many other cursors
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

// catchUps are those that were made since the last tick. Whoever comes back after a cut shares one with all who were cut off
// with it; but a cursor is a stranger's word, and thousands of different ones would keep the room from its ticks. So in the
// time of a tick so many are made, of so many bytes; who comes with yet another one is given the snapshot, which is shared.
type catchUps struct {
	frames map[catchUpKey]*frame.Frame
	kept   int       // bytes of frames
	from   time.Time // since when made and bytes count
	made   int
	bytes  int
}

const (
	maxCatchUps     = 128
	catchUpsBytes   = 1 << 20
	maxKeptCatchUps = 4 << 20
)

// spent tells whether no more may be made in this tick's time.
func (c *catchUps) spent(now time.Time, interval time.Duration) bool {
	if now.Sub(c.from) >= interval {
		c.from, c.made, c.bytes = now, 0, 0
	}
	return c.made >= maxCatchUps || c.bytes >= catchUpsBytes
}

func (c *catchUps) add(key catchUpKey, f *frame.Frame) {
	c.made++
	if f == nil {
		return
	}
	c.bytes += f.Len()
	if c.kept += f.Len(); c.kept > maxKeptCatchUps {
		c.clear()
		return
	}
	c.frames[key] = f
}

func (c *catchUps) clear() {
	clear(c.frames)
	c.kept = 0
}

// Join lets a session in at a tick boundary: it is sent the welcome, then what it misses since its cursor or a snapshot,
// and then every tick. welcome is called with whether the cursor was honoured. False when the room has just closed.
func (r *Room) Join(seat *Seat, cursor *gatewayv1.Cursor, welcome func(recovered bool) *frame.Frame) bool {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return false
	}
	r.sessions[seat.Member] = seat
	r.received(seat, time.Now())
	r.mu.Unlock()
	j := &join{seat: seat, cursor: cursor, welcome: welcome, since: time.Now()}
	r.do(func() { r.seat(j, time.Now()) }) // a room that closes after this sends away whoever has a seat, or ends with the gateway
	return true
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
	r.mu.Lock()
	delete(r.sessions, m)
	if len(r.sessions) == 0 {
		r.idle = time.Now()
	}
	r.mu.Unlock()
	r.audience.Leave(m) // after it is out of the list: see admit
}

// seat belongs to Run.
func (r *Room) seat(j *join, now time.Time) {
	select {
	case <-j.seat.Member.Done():
		return
	default:
	}
	if r.seatRevoked(j.seat) { // while it was on its way in
		r.takenBack()(j.seat)
		return
	}
	if err := r.shut(j.seat); err != nil {
		r.shuttingOut(err)(j.seat)
		return
	}
	if j.cursor != nil && j.cursor.GetEpoch() == r.epoch && r.behind(j.cursor, j.seat.Audience) && now.Sub(j.since) < r.patience(j.cursor) && r.early.add(j) {
		return
	}
	if j.seat.Welcomed != nil {
		defer j.seat.Welcomed()
	}
	f, what := r.catchUp(j, now)
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
	waiting := r.early.joins
	r.early = early{}
	for _, j := range waiting {
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
	r.mu.Lock()
	in := r.sessions[s.Member] == s
	r.mu.Unlock()
	if !in { // it left meanwhile, perhaps before it was in
		r.audience.Leave(s.Member)
	}
}

// catchUp is what a returning client is sent, encoded once for all that return with the same cursor; nil where its
// cursor cannot be honoured, or where it brought none.
func (r *Room) catchUp(j *join, now time.Time) (*frame.Frame, outcome) {
	switch {
	case j.cursor == nil:
		return nil, ""
	case j.cursor.GetEpoch() == r.epoch && r.behind(j.cursor, j.seat.Audience):
		return nil, ahead
	}
	key := catchUpKey{j.cursor.GetLog(), j.cursor.GetState(), j.seat.Protocol, j.seat.Audience}
	if why := r.model.refuses(j.cursor, j.seat.Audience); why != "" {
		return nil, why
	}
	if f, ok := r.catchUps.frames[key]; ok {
		return f, recovered
	}
	if r.catchUps.spent(now, r.interval()) {
		return nil, busy
	}
	t := r.model.since(j.cursor, j.seat.Audience, now.UnixMilli())
	if t == nil {
		r.catchUps.add(key, nil)
		return nil, tooMuch
	}
	f := r.encode(j.seat.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Tick{Tick: t}})
	r.catchUps.add(key, f)
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

// resync is called by the engine for a member that fell out of the ring. One removed comment may have the whole slow lane ask
// at once: they stand in a list, so that nobody need be refused.
func (r *Room) resync(m *fanout.Member) {
	r.mu.Lock()
	r.asking = append(r.asking, m)
	r.mu.Unlock()
	r.answerSoon()
}

func (r *Room) answerSoon() {
	select {
	case r.asked <- struct{}{}:
	default:
	}
}

// askingShare is how many are given a snapshot before others have their turn, and a tick.
const askingShare = 256

// answerAsking gives the first of those who ask a snapshot. It belongs to Run.
func (r *Room) answerAsking() {
	r.mu.Lock()
	n := min(len(r.asking), askingShare)
	seats := make([]*Seat, 0, n)
	for _, m := range r.asking[:n] {
		if s := r.sessions[m]; s != nil {
			seats = append(seats, s)
		}
	}
	r.asking = slices.Delete(r.asking, 0, n)
	more := len(r.asking) > 0
	if !more {
		r.asking = nil // of a crowd that asked at once nothing is kept
	}
	r.mu.Unlock()
	var resync [2]*frame.Frame
	for _, s := range seats {
		if resync[s.Protocol] == nil {
			resync[s.Protocol] = r.encode(s.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Resync{Resync: &gatewayv1.Resync{}}})
		}
		r.admit(s, resync[s.Protocol], r.snapshot(s.Protocol, s.Audience))
	}
	if more {
		r.answerSoon()
	}
}

// CommentSequence is where a comment stands in the log, 0 when this gateway no longer holds it: a hint that makes its
// removal cheap.
func (r *Room) CommentSequence(id string) uint64 {
	n, _ := ask(r, func() uint64 { return r.model.comments[id] })
	return n
}
