package gateway

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/session"
	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
)

// Options of a gateway. Fields without a note are needed.
type Options struct {
	// Bus reads and follows the store.
	Bus *bus.Bus
	// Documents follows the state stream; shared with services in the same process.
	Documents *follow.Documents
	// Services is the connection to the gRPC services; it carries the gateway's own token.
	Services grpc.ClientConnInterface
	// Bare is a connection to the same services without a token of its own, for calls that carry the caller's.
	Bare grpc.ClientConnInterface
	// Keys verify tokens and, where they can sign, make guest tokens.
	Keys *auth.Keys
	// CanaryKeys verify the token of the process's own canary; nil without one. They are asked in CanaryRoom only.
	CanaryKeys *auth.Keys
	// CanaryRoom is where the canary taps.
	CanaryRoom string
	// Pages serves everything that is not the gateway's own; nil serves 404.
	Pages http.Handler
	// Hosts are the names that the Host header may carry, without port; empty allows any. With loopback keys it must be
	// set, or a page that a name server points at 127.0.0.1 could use them.
	Hosts []string
	// Origins that may open a socket from another site, each with its scheme; the page's own is always allowed.
	Origins []string
	// Loopback is true when the keys are this machine's own and its start page may list rooms.
	Loopback bool
	// LAN are the addresses that people in the local network can open; may be empty.
	LAN []string
	// Sources finds out from where requests come. Default: the peer's address.
	Sources *source.Finder
	// Limits of sources, people and sockets; a zero field is its default.
	Limits Limits
	// DrainWindow is over how long a drain spreads its goodbyes. Default 10 s.
	DrainWindow time.Duration
	// MaxAge is how old a socket may become, less up to a quarter of it; then it is told when to come back. 0 is for ever.
	MaxAge time.Duration
	// MaxSockets is the most sockets at once; more are refused. Default 200,000.
	MaxSockets int
	// Handshakes a second that are let in; more are told to come back. Default 2,000.
	Handshakes int
	// Canary tells what this gateway's canary saw last, for the health of rooms; nil without one.
	Canary func() Beat
	// Version of the server.
	Version string
	// Logger for what goes wrong.
	Logger *slog.Logger
}

// Gateway serves clients. Make it with New, serve Handler, run Run.
type Gateway struct {
	// static
	o        Options
	id       string
	engine   *fanout.Engine
	hub      *room.Hub
	uplink   *uplink.Uplink
	sessions *session.Sessions
	tallies  *follow.Documents
	log      *follow.Log
	counters *follow.Counters
	handler  http.Handler
	door     *door
	sources  *sources
	callers  *callers
	strange  *strangers
	refused  metric.Int64Counter

	draining    atomic.Bool
	drainWindow atomic.Int64 // time.Duration
	maxSockets  atomic.Int64
}

// New wires a gateway; nothing happens before Run.
func New(o Options) (*Gateway, error) {
	if o.DrainWindow <= 0 {
		o.DrainWindow = 10 * time.Second
	}
	if o.MaxSockets <= 0 {
		o.MaxSockets = 200_000
	}
	if o.Handshakes <= 0 {
		o.Handshakes = defaultHandshakes
	}
	if o.Sources == nil {
		o.Sources = source.New(source.Options{Logger: o.Logger})
	}
	o.Limits = o.Limits.withDefaults()
	engine, err := fanout.New(fanout.Options{Logger: o.Logger, PingEvery: session.PingEvery, MaxAge: o.MaxAge, Aged: aged})
	if err != nil {
		return nil, err
	}
	g := &Gateway{
		o: o, id: ulid.MustNew(ulid.Now(), rand.Reader).String(), engine: engine,
		tallies: follow.NewDocuments(o.Bus, bus.Tallies, o.Logger), log: follow.NewLog(o.Bus, o.Logger),
		counters: follow.NewCounters(o.Bus, o.Logger), door: newDoor(o.Handshakes),
		sources: newSources(o.Limits), strange: newStrangers(o.Logger),
	}
	g.callers = newCallers(o.Sources, g.sources)
	g.maxSockets.Store(int64(o.MaxSockets))
	g.drainWindow.Store(int64(o.DrainWindow))
	g.uplink = uplink.New(o.Services, g.id, g.engine.AfterTicksFor, o.Logger)
	g.hub = room.NewHub(room.Options{
		Gateway: g.id, Bus: o.Bus, Documents: o.Documents, Tallies: g.tallies, Log: g.log, Counters: g.counters,
		Engine: g.engine, NoteTrace: g.uplink.NoteTrace, Logger: o.Logger,
	})
	g.sessions = session.New(session.Options{Hub: g.hub, Uplink: g.uplink, Keys: o.Keys, CanaryKeys: o.CanaryKeys, CanaryRoom: o.CanaryRoom, Limits: o.Limits.people(), Denials: audit.NewDenials(o.Bus, o.Logger), Version: o.Version, Logger: o.Logger})
	meter := otel.Meter("github.com/ovation-live/ovation/gateway")
	g.refused, _ = meter.Int64Counter("ovation.gateway.handshakes.refused", metric.WithDescription("Handshakes refused: `DRAINING`, `FULL`, `HANDSHAKE`, `BUSY`, `SOURCE_BUSY`, `SOURCE_FULL`. Labels: reason."))
	for _, reason := range []string{"BUSY", "FULL"} {
		g.refused.Add(context.Background(), 0, metric.WithAttributes(attribute.String("reason", reason))) // an alert sees a rise, not a first value
	}
	_, _ = meter.Int64ObservableGauge("ovation.gateway.connections", metric.WithDescription("Open sockets."),
		metric.WithInt64Callback(func(_ context.Context, ob metric.Int64Observer) error {
			ob.Observe(int64(g.Sockets()))
			return nil
		}))
	g.handler = g.routes()
	return g, nil
}

// Handler serves the public port.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Ready tells whether new viewers may come: not while draining, and not without the store.
func (g *Gateway) Ready() bool { return !g.draining.Load() && g.o.Bus.Connected() }

// SetLimits puts other limits in force, and another capacity: the most sockets, and handshakes a second. A zero is the
// default. Nobody who is in is sent away.
func (g *Gateway) SetLimits(l Limits, maxSockets, handshakes int) {
	l = l.withDefaults()
	g.sources.set(l)
	g.sessions.SetLimits(l.people())
	g.maxSockets.Store(int64(cmp.Or(maxSockets, 200_000)))
	g.door.set(cmp.Or(handshakes, defaultHandshakes))
}

// ShortenDrain has the drain to come take no longer than this, where whoever stays sees what is not so any more.
func (g *Gateway) ShortenDrain(to time.Duration) {
	if to < time.Duration(g.drainWindow.Load()) {
		g.drainWindow.Store(int64(to))
	}
}

// Sockets is how many are open.
func (g *Gateway) Sockets() int { return g.engine.Count() }

// Watch is which rooms the log tells of, verb by verb.
func (g *Gateway) Watch() *session.Watch { return &g.sessions.Watch }

// Rooms lists the figures of the open rooms, for operators.
func (g *Gateway) Rooms() []room.Stat { return g.hub.Stats() }

// Run works until the context ends; then it drains, and returns when everything it started has ended. Stop taking new
// connections when Draining says so; the listener may stay open until Run returns.
func (g *Gateway) Run(ctx context.Context) error {
	// Followers, rooms and shards outlive the context by the drain: goodbyes must still be written. Rooms outlive the shards,
	// whose members leave them.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	shards, stopShards := context.WithCancel(work)
	defer stopShards()
	var group, sockets errgroup.Group
	sockets.Go(func() error { return g.engine.Run(shards) })
	for _, run := range []func(context.Context) error{g.tallies.Run, g.log.Run, g.counters.Run, g.hub.Run, g.uplink.Hearts.Run} {
		group.Go(func() error {
			err := run(work)
			if work.Err() == nil && err != nil {
				g.o.Logger.Error("a part of the gateway ended", "error", err)
			}
			return nil
		})
	}
	<-ctx.Done()
	g.drain()
	stopShards()
	_ = sockets.Wait() // it was asked to end
	g.sessions.Wait()
	stop()
	return group.Wait()
}

// hostAllowed tells whether a Host header names this machine in one of the allowed ways.
func (g *Gateway) hostAllowed(hostport string) bool {
	if len(g.o.Hosts) == 0 {
		return true
	}
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	for _, allowed := range g.o.Hosts {
		if host == allowed {
			return true
		}
	}
	return false
}
