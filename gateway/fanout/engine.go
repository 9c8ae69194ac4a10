package fanout

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

// Options of an engine; the zero value works.
type Options struct {
	// Shards is how many goroutines read and write. Default GOMAXPROCS.
	Shards int
	// PingEvery is how often a member is pinged. Default 25 s.
	PingEvery time.Duration
	// DeadAfter is how long a member may be silent, not even answering pings, or take nothing of what waits for it, before
	// it is closed as slow. Default 60 s.
	DeadAfter time.Duration
	// HalfTime is how long a part of a message may wait for the rest. Default 5 s.
	HalfTime time.Duration
	// Ahead is how long before a tick others begin to wait for it, where sweeps of its room take LongSweep or more: as long as
	// what they have in hand may take. Default 2 ms, and 1 ms.
	Ahead, LongSweep time.Duration
	// MaxAge is how old a member may become, less up to a quarter of it, so that those who came together do not leave together;
	// then Aged is called, on the goroutine that reads and writes. Default 0: as old as it likes.
	MaxAge time.Duration
	Aged   func(*Member)
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
}

// Engine is all shards of a gateway.
type Engine struct {
	// static
	o      Options
	shards []*shard
	next   atomic.Uint64  // deals members to shards in turn
	count  atomic.Int64   // members
	pumps  sync.WaitGroup // goroutines that read

	sending   sending
	closer    closer
	collector collector
	resyncs   chan resyncRequest
	sweeps    metric.Float64Histogram
	lateness  metric.Float64Histogram
}

type resyncRequest struct {
	room   *Room
	member *Member
}

// New makes an engine; nothing is read or written before Run.
func New(o Options) (*Engine, error) {
	if o.Shards <= 0 {
		o.Shards = runtime.GOMAXPROCS(0)
	}
	if o.PingEvery <= 0 {
		o.PingEvery = 25 * time.Second
	}
	if o.DeadAfter <= 0 {
		o.DeadAfter = 60 * time.Second
	}
	if o.HalfTime <= 0 {
		o.HalfTime = 5 * time.Second
	}
	o.Ahead, o.LongSweep = cmp.Or(o.Ahead, 2*time.Millisecond), cmp.Or(o.LongSweep, time.Millisecond)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	e := &Engine{o: o, resyncs: make(chan resyncRequest, 4096), closer: newCloser(), collector: newCollector()}
	for i := range o.Shards {
		s, err := newShard(e, i)
		if err != nil {
			return nil, err
		}
		e.shards = append(e.shards, s)
	}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/fanout")
	e.sweeps, _ = meter.Float64Histogram("ovation.gateway.fanout.duration", metric.WithUnit("s"),
		metric.WithDescription("One shard's sweep of one tick over its sockets."),
		metric.WithExplicitBucketBoundaries(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1))
	e.lateness, _ = meter.Float64Histogram("ovation.gateway.tick.lateness", metric.WithUnit("s"),
		metric.WithDescription("From when a tick was due until the last shard had tried all of its sockets."),
		metric.WithExplicitBucketBoundaries(latenessBounds()...))
	sum := func(of func(*shard) *atomic.Uint64) int64 {
		var n uint64
		for _, s := range e.shards {
			n += of(s).Load()
		}
		return int64(n)
	}
	_, _ = meter.Int64ObservableCounter("ovation.gateway.frames.delivered", metric.WithDescription("Shared frames handed to sockets."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(sum(func(s *shard) *atomic.Uint64 { return &s.delivered }))
			return nil
		}))
	_, _ = meter.Int64ObservableCounter("ovation.gateway.messages.dropped", metric.WithDescription("What a slow client was not sent at its time: `skipped` (comes later in one piece), `resync` (got a snapshot), `slow` and `overflow` (closed). Labels: reason."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			for reason, of := range map[string]func(*shard) *atomic.Uint64{
				"skipped":  func(s *shard) *atomic.Uint64 { return &s.skipped },
				"resync":   func(s *shard) *atomic.Uint64 { return &s.resynced },
				"slow":     func(s *shard) *atomic.Uint64 { return &s.slow },
				"overflow": func(s *shard) *atomic.Uint64 { return &s.overflowed },
			} {
				o.Observe(sum(of), metric.WithAttributes(attribute.String("reason", reason)))
			}
			return nil
		}))
	return e, nil
}

// latenessBounds are a twentieth apart from 0.25 ms to 50 ms, and a quarter up to about a second: what hostile clients cost
// the others is read from them, and a tenth more must show.
func latenessBounds() (bounds []float64) {
	step := 1.05
	for b := 0.00025; b < 1.2; b *= step {
		if b > 0.05 {
			step = 1.25
		}
		bounds = append(bounds, math.Round(b*1e6)/1e6)
	}
	return bounds
}

// Run reads and writes until the context ends; then every member is ended, and it returns when everything has.
func (e *Engine) Run(ctx context.Context) error {
	var all, closing sync.WaitGroup
	closing.Go(func() { e.closer.run(e.AfterTicks) })
	all.Go(func() { e.collector.run(ctx) })
	for _, s := range e.shards {
		all.Go(s.run)
	}
	all.Go(func() {
		beat := time.NewTicker(e.o.PingEvery / beats)
		defer beat.Stop()
		for {
			select {
			case <-ctx.Done():
				for _, s := range e.shards {
					s.post(command{kind: cmdStop})
				}
				return
			case <-beat.C:
				for _, s := range e.shards {
					s.post(command{kind: cmdBeat})
				}
			case r := <-e.resyncs:
				r.room.resync(r.member)
			}
		}
	})
	all.Wait()
	e.closer.stop()
	closing.Wait()
	e.pumps.Wait()
	return ctx.Err()
}

// AfterTicks waits while a tick is on its way to sockets, or awaited, for 50 ms at most. Who is not in a hurry calls it before work that
// would stand between those who are in and their tick: the welcome of newcomers.
func (e *Engine) AfterTicks() { e.AfterTicksFor(holdMost) }

// AfterTicksFor is AfterTicks for who may wait another time at most.
func (e *Engine) AfterTicksFor(most time.Duration) { e.sending.wait(most) }

// Visitor is what comes of a member's messages. A shard calls it and serves nobody else meanwhile: it must not wait.
type Visitor interface {
	// Take handles one message, whose bytes are good until it returns. False stops the reading until Resume.
	Take(payload []byte) bool
	// Expired tells that the time of Expire has come, some seconds late at most.
	Expired()
	// Gone is the last call: the member has ended.
	Gone(fault.Close)
}

// Attach gives a socket to a shard, which reads and writes it from now on.
func (e *Engine) Attach(c *conn.Conn, visit func(*Member) Visitor) *Member {
	s := e.shards[e.next.Add(1)%uint64(len(e.shards))]
	m := &Member{shard: s, conn: c, done: make(chan struct{}), index: -1, place: noPlace, progress: moment(time.Now())}
	if age := e.o.MaxAge; age > 0 {
		m.old = moment(time.Now().Add(age - rand.N(age/4+1)))
	}
	m.visitor = visit(m)
	e.count.Add(1)
	if !s.post(command{kind: cmdAttach, member: m}) { // the engine has ended
		e.count.Add(-1)
		c.Kill()
		m.reason = fault.CloseDrain
		close(m.done)
		m.visitor.Gone(m.reason)
	}
	return m
}

// Count is how many members there are.
func (e *Engine) Count() int { return int(e.count.Load()) }

// Members lists them; those that come meanwhile may be left out.
func (e *Engine) Members() (all []*Member) {
	for _, s := range e.shards {
		answer := make(chan []*Member, 1)
		if s.post(command{kind: cmdList, list: answer}) {
			all = append(all, <-answer...)
		}
	}
	return all
}

// born is where moments count from.
var born = time.Now()

// moment is a time in nanoseconds: a third of a time.Time, which a member holds twice, and as little moved by a clock that
// jumps.
func moment(at time.Time) int64 { return int64(at.Sub(born)) }

// momentOf is the moment at which it will be a time of day: as far from now as the clock says now, wherever it jumps later. It is
// never 0.
func momentOf(at, now time.Time) int64 { return max(1, moment(now.Add(at.Round(0).Sub(now.Round(0))))) }

// noPlace is that of a member that is not polled.
const noPlace = -1

// Member is one socket in the engine. Its methods may be called from anywhere and never wait.
type Member struct {
	// static
	shard   *shard
	conn    *conn.Conn
	visitor Visitor
	done    chan struct{}
	resume  chan struct{} // where a goroutine of its own reads; nil else

	expires atomic.Int64 // the moment; 0 for never
	reason  fault.Close  // set before done is closed

	inRoom   bool // guarded by the room's mu
	audience frame.Audience

	// owned by the shard
	index    int32 // in shard.members
	place    int32 // in the poller
	seatAt   int32 // in roomShard.seats
	spilled  int32 // bytes read and forgotten since it is closing
	lane     bool  // the slow one
	awaiting bool  // asked for a resync
	stalled  bool  // the socket is full
	paused   bool  // nothing is read
	closing  bool
	finished bool // said its last word
	room     *roomShard
	personal [][]byte
	waiting  int    // bytes in personal
	rest     []byte // of a frame that the socket took in part
	deadline int64  // of the closing, a moment
	old      int64  // the moment when it has reached its age; 0 for never
	progress int64  // the moment when the socket last took what waited, or had nothing waiting
}

// Expire says when Expired is to be called; the zero time for never.
func (m *Member) Expire(at time.Time) {
	if at.IsZero() {
		m.expires.Store(0)
	} else {
		m.expires.Store(momentOf(at, time.Now()))
	}
}

// Resume goes on with reading after Take said to stop.
func (m *Member) Resume() { m.shard.post(command{kind: cmdResume, member: m}) }

// AfterTicks is the engine's.
func (m *Member) AfterTicks() { m.shard.engine.AfterTicks() }

// Protocol is the socket's.
func (m *Member) Protocol() frame.Protocol { return m.conn.Protocol() }

// Send writes a personal frame, in order with the ticks. False when the member has ended.
func (m *Member) Send(f *frame.Frame) bool {
	select {
	case <-m.done:
		return false
	default:
	}
	return m.shard.post(command{kind: cmdSend, member: m, bytes: f.Bytes()})
}

// Close writes what waits, the goodbye if there is one, and the close frame, and ends the socket when the peer has read them, or
// some seconds later: a second, and until its times are looked at. The first call decides.
func (m *Member) Close(c fault.Close, goodbye *frame.Frame) {
	var b []byte
	if goodbye != nil {
		b = goodbye.Bytes()
	}
	m.shard.post(command{kind: cmdClose, member: m, bytes: b, close: c}) // a shard that has ended has ended its members
}

// Slow takes or leaves the slow lane: ten ticks at once, or as many as come in the time of ten.
func (m *Member) Slow(on bool) { m.shard.post(command{kind: cmdSlow, member: m, on: on}) }

// Done is closed when the member has ended.
func (m *Member) Done() <-chan struct{} { return m.done }

// Reason is why it ended; ask after Done.
func (m *Member) Reason() fault.Close { return m.reason }
