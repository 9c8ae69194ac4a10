package fanout

import (
	"context"
	"log/slog"
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
	// Shards is how many goroutines write. Default GOMAXPROCS.
	Shards int
	// PingEvery is how often a member is pinged. Default 25 s.
	PingEvery time.Duration
	// DeadAfter is how long a member may be silent, not even answering pings, or take nothing of what waits for it, before
	// it is closed as slow. Default 60 s.
	DeadAfter time.Duration
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
}

// Engine is all shards of a gateway.
type Engine struct {
	// static
	o      Options
	shards []*shard
	next   atomic.Uint64 // deals members to shards in turn

	lastSweep atomic.Int64 // nanoseconds, the longest of the shards' last
	resyncs   chan resyncRequest
	sweeps    metric.Float64Histogram
}

type resyncRequest struct {
	room   *Room
	member *Member
}

// New makes an engine; nothing is written before Run.
func New(o Options) *Engine {
	if o.Shards <= 0 {
		o.Shards = runtime.GOMAXPROCS(0)
	}
	if o.PingEvery <= 0 {
		o.PingEvery = 25 * time.Second
	}
	if o.DeadAfter <= 0 {
		o.DeadAfter = 60 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	e := &Engine{o: o, resyncs: make(chan resyncRequest, 4096)}
	for range o.Shards {
		e.shards = append(e.shards, newShard(e))
	}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/fanout")
	e.sweeps, _ = meter.Float64Histogram("ovation.gateway.fanout.duration", metric.WithUnit("s"),
		metric.WithDescription("One shard's sweep of one tick over its members"),
		metric.WithExplicitBucketBoundaries(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1))
	sum := func(of func(*shard) *atomic.Uint64) int64 {
		var n uint64
		for _, s := range e.shards {
			n += of(s).Load()
		}
		return int64(n)
	}
	_, _ = meter.Int64ObservableCounter("ovation.gateway.frames.delivered", metric.WithDescription("Shared frames handed to sockets"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(sum(func(s *shard) *atomic.Uint64 { return &s.delivered }))
			return nil
		}))
	_, _ = meter.Int64ObservableCounter("ovation.gateway.messages.dropped", metric.WithDescription("What a slow member was not sent at its time, by reason"),
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
	return e
}

// Run writes until the context ends; then every member is ended, and it returns when everything has.
func (e *Engine) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, s := range e.shards {
		all.Go(func() { s.run(ctx) })
	}
	all.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case r := <-e.resyncs:
				r.room.resync(r.member)
			}
		}
	})
	all.Wait()
	return ctx.Err()
}

// LastSweep is how long the last tick took the slowest shard.
func (e *Engine) LastSweep() time.Duration { return time.Duration(e.lastSweep.Load()) }

// Attach gives a socket to a shard, which writes to it from now on.
func (e *Engine) Attach(c *conn.Conn) *Member {
	s := e.shards[e.next.Add(1)%uint64(len(e.shards))]
	m := &Member{shard: s, conn: c, done: make(chan struct{}), index: -1, progress: time.Now()}
	c.Bind(func() { s.post(command{kind: cmdOutbox, member: m}) })
	if !s.post(command{kind: cmdAttach, member: m}) { // the engine has ended
		c.Kill()
		m.reason = fault.CloseDrain
		close(m.done)
	}
	return m
}

// Member is one socket in the engine. Its methods may be called from anywhere and never wait.
type Member struct {
	// static
	shard *shard
	conn  *conn.Conn
	done  chan struct{}

	reason fault.Close // set before done is closed

	inRoom   bool // guarded by the room's mu
	audience frame.Audience

	// owned by the shard
	index    int // in shard.members
	place    int // in roomShard.members
	room     *roomShard
	seat     frame.Audience
	version  uint64 // every tick up to it was sent or covered
	lane     bool   // the slow one
	awaiting bool   // asked for a resync
	personal [][]byte
	waiting  int    // bytes in personal
	rest     []byte // of a frame that the socket took in part
	stalled  bool   // in shard.stalled
	closing  bool
	deadline time.Time // of the closing
	progress time.Time // when the socket last took what waited, or had nothing waiting
}

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

// Close writes what waits, the goodbye if there is one, and the close frame, and ends the socket within a second. The
// first call decides.
func (m *Member) Close(c fault.Close, goodbye *frame.Frame) {
	var b []byte
	if goodbye != nil {
		b = goodbye.Bytes()
	}
	if !m.shard.post(command{kind: cmdClose, member: m, bytes: b, close: c}) {
		m.conn.Kill()
	}
}

// Slow takes or leaves the slow lane: every tenth tick, with what lies between.
func (m *Member) Slow(on bool) { m.shard.post(command{kind: cmdSlow, member: m, on: on}) }

// Done is closed when the member has ended.
func (m *Member) Done() <-chan struct{} { return m.done }

// Reason is why it ended; ask after Done.
func (m *Member) Reason() fault.Close { return m.reason }
