package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"time"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/ovation-live/ovation/gateway"
	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/certs"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/internal/process"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/telemetry"
	"github.com/ovation-live/ovation/web"
)

// startTimeout is how long a start may wait for a store that other processes run.
const startTimeout = 30 * time.Second

// node is one process and the parts that run in it. A command calls the methods from the bottom up; each puts what it
// starts on the stack, so that a failure halfway, a signal and a drain all end it the same way.
type node struct {
	// set by newNode
	cfg   *config.Loaded
	log   *slog.Logger
	tel   *telemetry.Telemetry
	stack process.Stack
	admin *admin
	drain context.CancelFunc // ends run's wait

	// set by the methods, for those above
	keys  *auth.Keys
	certs *certs.Store // of gRPC; nil for plain text
	bus   *bus.Bus
	life  string // incarnation of the store at the start
	state *follow.Documents
	live  []func(*config.Loaded) error // take settings anew in what runs, or leave it as it is
	hurry func()                       // has what drains drain faster; nil where nothing does
}

// telemetryTime is how long the last traces may take to be sent.
const telemetryTime = 3 * time.Second

// newNode sets up what every process has: telemetry and the operator's port, lowest of all, so that the start and the
// drain of everything else can be seen. The context that comes with it
// ends with the parent or when the admin port is asked to drain.
func newNode(ctx context.Context, part string, cfg *config.Loaded, stderr io.Writer, adminPort net.Listener) (*node, context.Context, error) {
	tel, err := telemetry.Start(ctx, telemetry.Options{
		Part: part, Version: buildVersion(), Log: stderr, Level: cfg.Log.Level, Format: cfg.Log.Format,
		OTLPEndpoint: cfg.OTLP.Endpoint, OTLPMetrics: cfg.OTLP.Metrics, Sample: cfg.Trace.Sample,
	})
	if err != nil {
		return nil, nil, err
	}
	if goal := process.BoundMemory(); goal > 0 {
		tel.Logger.Info("the container's memory is limited", "heap_goal_bytes", goal)
	}
	ctx, cancel := context.WithCancel(ctx)
	n := &node{cfg: cfg, log: tel.Logger, tel: tel, drain: cancel}
	again := &reloader{node: n, cfg: cfg}
	n.admin = &admin{level: tel.Level, metrics: tel.Metrics, reload: again.handle, drain: cancel}
	n.stack.Defer("telemetry", func() error {
		grace, stop := context.WithTimeout(context.Background(), telemetryTime)
		defer stop()
		if err := tel.Close(grace); err != nil {
			tel.Logger.Warn("the last traces may be lost", "error", err) // a collector that is away is no failure of ours
		}
		return nil
	})
	h := n.admin.handler()
	if config.Loopback(adminPort.Addr().String()) {
		h = onlyLoopbackHosts(h)
	}
	if part != "serve" {
		n.stack.Start("reload", again.onHangup)
	}
	n.stack.Start("admin", serveHTTP(adminPort, h, n.log, 0, nil))
	return n, ctx, nil
}

// openKeys takes the configured keys or, without any, makes this machine's own in the data directory.
func (n *node) openKeys(dir *process.Dir) (err error) {
	rules := rulesOf(n.cfg.Config)
	if !n.cfg.Keys.Given() {
		if n.keys, err = auth.OpenKeys(dir.Path(keysName)); err == nil {
			n.keys = n.keys.WithRules(rules)
		}
		return err
	}
	settings := auth.Settings{Files: n.cfg.Keys.Files, Rules: rules}
	if n.cfg.Keys.JWKS != "" {
		settings.Published = auth.NewJWKS(auth.JWKSOptions{URL: n.cfg.Keys.JWKS, Retain: n.cfg.Keys.Retain, Logger: n.log})
		n.stack.Start("published keys", settings.Published.Run)
	}
	n.keys, err = auth.Open(settings)
	return err
}

func (n *node) connect(ctx context.Context, server *bus.Server) (*bus.Bus, error) {
	token, err := n.brokerToken()
	if err != nil {
		return nil, err
	}
	return bus.Connect(ctx, bus.Options{
		URL: n.cfg.NATS.URL, Server: server, Credentials: n.cfg.NATS.Credentials, Token: n.tokenOr(token),
		CA: n.cfg.NATS.CA, Cert: n.cfg.NATS.Cert, Key: n.cfg.NATS.Key,
		Replicas: n.cfg.Store.Replicas, MaxBytes: int64(n.cfg.Store.MaxBytes), Grow: n.cfg.Set("store.max_bytes"), Recreate: n.cfg.Store.Recreate, Logger: n.log,
	})
}

// openStore connects, to the server of this process or else to nats.url, makes the streams that are missing, and starts
// to follow their state.
func (n *node) openStore(ctx context.Context, server *bus.Server) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	b, err := n.connect(ctx, server)
	for told := false; errors.Is(err, bus.ErrUnreachable); told = true { // brokers may start beside us
		if !told {
			n.log.Warn("NATS does not answer yet; trying on", "for", startTimeout.String(), "error", err)
		}
		if !pause.For(ctx, time.Second) {
			return err
		}
		b, err = n.connect(ctx, server)
	}
	if err != nil {
		return err
	}
	n.bus = b
	n.stack.Defer("store connection", func() error { b.Close(); return nil })
	n.admin.require("store", func() error {
		if !b.Connected() {
			return errors.New("NATS is not connected")
		}
		return nil
	})
	if err := b.Ensure(ctx); err != nil {
		return err
	}
	if n.life, err = b.Incarnation(ctx); err != nil { // before anything is read that a later life would change
		return err
	}
	n.state = follow.NewDocuments(b, bus.State, n.log)
	n.stack.Start("state follower", n.state.Run)
	return nil
}

// startServices serves the named gRPC services on a listener.
func (n *node) startServices(l net.Listener, names []string) error {
	fill := watchUsage(n.bus, n.log)
	n.admin.showStore(fill.last)
	n.stack.Start("look at the streams", fill.Run)
	file, err := filter.Open(n.cfg.Filter.TermsFile, n.log)
	if err != nil {
		return fmt.Errorf("filter.terms_file: %w", err)
	}
	n.stack.Start("blocked terms", file.Run)
	n.live = append(n.live, func(c *config.Loaded) error {
		if c.Filter.TermsFile == file.Path() {
			return nil
		}
		return file.Move(c.Filter.TermsFile)
	})
	terms := filter.NewRooms(file)
	views := follow.NewViews(n.state, n.bus, n.log)
	n.stack.Start("room views", views.Run)
	second, err := hook.New(hook.Options{
		Address: n.cfg.Moderation.Address, TLS: n.cfg.Moderation.TLS, Deadline: n.cfg.Moderation.Deadline, Logger: n.log,
	})
	if err != nil {
		return err
	}
	n.stack.Defer("connection to the moderation hook", second.Close)
	var policies []auth.Policy
	var chosen []service
	for _, entry := range serviceTable {
		if !slices.Contains(names, entry.name) {
			continue
		}
		s, rules := entry.make(serviceParts{bus: n.bus, views: views, terms: terms, keys: n.keys, hook: second, media: n.cfg.MediaOrigins, log: n.log.With("service", entry.name)})
		policies = append(policies, rules)
		chosen = append(chosen, s)
		n.stack.Start(entry.name, s.Run)
	}
	verbs := rpc.NewVerbs(verbsOf(n.cfg.Limits))
	n.live = append(n.live, func(c *config.Loaded) error {
		verbs.Set(verbsOf(c.Limits))
		return nil
	})
	server := rpc.NewServer(rpc.ServerOptions{
		Verifier: n.keys, TLS: n.serverTLS(), Policy: auth.Merge(policies...), Logger: n.log, Reflection: n.cfg.Reflection,
		Revoked: revokedIn(views), Shut: shutIn(judge.New(n.bus, views)), Verbs: verbs, Denied: deniedIn(audit.NewDenials(n.bus, n.log)),
	})
	for _, s := range chosen {
		s.Register(server.GRPC())
	}
	for name := range server.GRPC().GetServiceInfo() {
		server.Health().SetServingStatus(name, healthv1.HealthCheckResponse_SERVING)
	}
	n.stack.Start("gRPC", func(ctx context.Context) error { return server.Serve(ctx, l) })
	return nil
}

// gatewayPorts is where a gateway is reached.
type gatewayPorts struct {
	listeners []net.Listener
	hosts     []string // names that requests may use; empty for any
	local     bool     // the keys are this machine's own
	lan       []string // addresses for others on the network
	services  string   // gRPC target
	token     func() string
	drain     time.Duration // the window
	canary    bool
}

// startGateway serves pages and sockets. It is the top of the stack: it drains first.
func (n *node) startGateway(p gatewayPorts) error {
	services, err := n.dialServices(p.services, p.token)
	if err != nil {
		return err
	}
	bare, err := n.dialServices(p.services, nil)
	if err != nil {
		return err
	}
	var watcher *canary
	var beat func() gateway.Beat
	var canaryKeys *auth.Keys
	if p.canary {
		canaryKeys = auth.NewKeys()
		if watcher, err = newCanary(p.listeners[0].Addr().String(), n.cfg.TLS.Cert != "", proxiesOf(n.cfg.Config), services, canaryKeys, n.log); err != nil {
			return err
		}
		beat = watcher.last
	}
	g, err := gateway.New(gateway.Options{
		Bus: n.bus, Documents: n.state, Services: services, Bare: bare, Keys: n.keys, CanaryKeys: canaryKeys, CanaryRoom: canaryRoom, Pages: web.Handler(web.Origins{Framers: n.cfg.Origins, Media: n.cfg.MediaOrigins}),
		Hosts: p.hosts, Origins: n.cfg.Origins, Loopback: p.local, LAN: p.lan,
		Sources: source.New(source.Options{Trusted: n.cfg.ProxyNetworks(), Header: n.cfg.ProxyHeader, Proxied: n.cfg.ProxyProtocol, Logger: n.log}), Limits: limitsOf(n.cfg.Limits),
		DrainWindow: p.drain, MaxSockets: n.cfg.Gateway.MaxSockets, MaxAge: n.cfg.Gateway.MaxAge, Handshakes: n.cfg.Gateway.Handshakes, Canary: beat, Version: buildVersion(), Logger: n.log,
	})
	if err != nil {
		return err
	}
	n.hurry = func() { g.ShortenDrain(hurriedDrain) }
	n.live = append(n.live, func(c *config.Loaded) error {
		g.SetLimits(limitsOf(c.Limits), c.Gateway.MaxSockets, c.Gateway.Handshakes)
		return nil
	})
	n.admin.show(g.Rooms, g.Watch())
	n.admin.require("gateway", func() error {
		if !g.Ready() {
			return errors.New("not taking viewers")
		}
		return nil
	})
	for _, l := range p.listeners {
		if l, err = n.public(g, l); err != nil {
			return err
		}
		n.stack.Start("pages on "+l.Addr().String(), serveHTTP(l, g.Handler(), n.log, requestTime, g.Connections))
	}
	n.stack.Start("gateway", g.Run)
	if watcher != nil {
		n.stack.Start("canary", watcher.Run)
	}
	return nil
}

// tokenLife is how long a gateway's own token is good for; it is made anew at half of it.
const tokenLife = time.Hour

func (n *node) dialServices(target string, token func() string) (*grpc.ClientConn, error) {
	conn, err := rpc.Dial(rpc.DialOptions{Target: target, Token: token, TLS: n.clientTLS(target)})
	if err != nil {
		return nil, fmt.Errorf("connect to the services at %s: %w", target, err)
	}
	n.stack.Defer("connection to the services", conn.Close)
	return conn, nil
}

// hurriedDrain is over how long viewers are sent away by a gateway whose store began another life: it sees nothing of what
// is stored until its sequences are past those of the life before.
const hurriedDrain = 3 * time.Second

// watchLife ends the process when a store of its own begins another life, so that whoever runs it starts it anew: all that it
// follows and remembers counts by sequences that went back.
func (n *node) watchLife() {
	n.stack.Start("store's life", func(ctx context.Context) error {
		err := n.bus.AwaitAnotherLife(ctx, n.life)
		if errors.Is(err, bus.ErrAnotherLife) && n.hurry != nil {
			n.hurry()
		}
		return err
	})
}

// run tells that everything stands, waits until the context ends or a part fails, and ends everything in order.
func (n *node) run(ctx context.Context, announce func() error) error {
	if n.bus != nil && n.cfg.NATS.URL != "" {
		n.watchLife()
	}
	n.admin.started.Store(true) // first: whoever reads the announcement may ask /readyz at once
	if err := announce(); err != nil {
		return n.fail(fmt.Errorf("tell that it is ready: %w", err))
	}
	stop := context.AfterFunc(ctx, func() {
		n.admin.draining.Store(true)
		n.log.Info("ending")
	})
	defer stop()
	return n.stack.Wait(ctx)
}

// fail takes back a start that could not be finished.
func (n *node) fail(err error) error {
	if stopped := n.stack.Stop(); stopped != nil {
		n.log.Warn("taking back the start", "error", stopped)
	}
	if errors.Is(err, context.Canceled) {
		return errors.New("stopped before everything stood")
	}
	return err
}
