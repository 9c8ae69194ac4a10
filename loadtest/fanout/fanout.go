// Package fanout measures what the gateway exists for: one room, a great audience, one small frame a tick. In one run, on
// one machine, over the same kind of sockets and with viewers in processes of their own, it compares a bare loop of
// non-blocking writes with the gateway: CPU of the serving process for each delivered frame, memory of an idle viewer,
// and whether everybody was given everything.
package fanout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

// Options of a run.
type Options struct {
	// Viewers in all; every 16,000 have a process of their own, and from 16,001 on so has a gateway.
	Viewers int
	// Rate of frames a second.
	Rate float64
	// Bytes of a frame.
	Bytes int
	// Duration of the load, for each of the two; they take turns of a quarter of it.
	Duration time.Duration
	// Binary is ovation's own.
	Binary string
	// Log says how the run goes.
	Log io.Writer
}

// Report is what a run measured. Its JSON is stable: keys are added, never renamed.
type Report struct {
	Viewers int     `json:"viewers"`
	Rate    float64 `json:"rate"`
	Bytes   int     `json:"bytes"`
	Seconds float64 `json:"seconds"`
	// Gateways is in how many processes the viewers were.
	Gateways int `json:"gateways"`
	// BareCPUPerFrame is the CPU of the bare loop's process for each delivered frame, in µs.
	BareCPUPerFrame float64 `json:"bare_cpu_us_per_frame"`
	// GatewayCPUPerFrame is that of the processes that hold the sockets; with one gateway, store and services are in it.
	GatewayCPUPerFrame float64 `json:"gateway_cpu_us_per_frame"`
	// Ratio of the two.
	Ratio float64 `json:"ratio_to_bare"`
	// Ratios are those of the single rounds: how far they are apart is the machine's noise.
	Ratios []float64 `json:"ratio_to_bare_by_round"`
	// WelcomesPerCPUSecond is how many handshakes with hello, welcome and snapshot a second of one core serves.
	WelcomesPerCPUSecond float64 `json:"welcomes_per_cpu_second"`
	// RSSPerIdleViewer is by how much resident memory grew for each viewer that connected, after a forced collection.
	RSSPerIdleViewer float64 `json:"rss_bytes_per_idle_viewer"`
	// RSSUnforced is the same before that collection.
	RSSUnforced float64 `json:"rss_bytes_per_idle_viewer_unforced"`
	// Goroutines of the serving processes with everybody in, and GoroutinesEmpty before.
	Goroutines      int64 `json:"goroutines"`
	GoroutinesEmpty int64 `json:"goroutines_empty"`
	// SweepP50 and SweepP99 are how long a shard took for a tick, in ms, by the buckets of the gateway's own histogram.
	SweepP50 float64 `json:"sweep_ms_p50"`
	SweepP99 float64 `json:"sweep_ms_p99"`
	// FramesOwed is one for each viewer and comment; FramesDelivered are fewer where two comments shared a tick.
	FramesOwed      int64 `json:"frames_owed"`
	FramesDelivered int64 `json:"frames_delivered"`
	// Lost, Duplicated and Ended are what viewers of the gateway found missing, found twice, or the ends of sockets.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	Ended      int   `json:"ended"`
	// BareDelivered is what the bare loop's writes took, of the same number owed.
	BareDelivered int64 `json:"bare_delivered"`
}

// perProcess is how many viewers a process holds, on either side: it has 20,000 files.
const perProcess = 16_000

// Run measures. Both stand ready with their viewers before either is loaded, and they take turns: a machine that others use
// too is faster in one minute than in the next.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	if o.Viewers < 1 || o.Rate <= 0 || o.Duration < time.Second || o.Bytes < 160 || o.Bytes > 1000 {
		return nil, errors.New("give at least one viewer, a rate above 0, a second or more, and 160 to 1,000 bytes")
	}
	r = &Report{Viewers: o.Viewers, Rate: o.Rate, Bytes: o.Bytes}
	g := &gatewayLoad{o: o, report: r}
	defer func() { err = errors.Join(err, g.stop()) }()
	if err := g.connect(ctx); err != nil {
		return nil, fmt.Errorf("the gateway: %w", err)
	}
	b := &bareLoad{o: o}
	defer b.stop()
	if err := b.connect(ctx); err != nil {
		return nil, fmt.Errorf("the bare loop: %w", err)
	}
	say(o.Log, "%d viewers are at %d gateways, as many at the bare loop; loading them in turn", o.Viewers, r.Gateways)
	var bare, gateway load
	for range rounds {
		lower, err := b.load(o.ticks() / rounds)
		if err != nil {
			return nil, fmt.Errorf("the bare loop: %w", err)
		}
		upper, err := g.load(ctx, o.ticks()/rounds)
		if err != nil {
			return nil, fmt.Errorf("the gateway: %w", err)
		}
		if lower.frames > 0 && upper.frames > 0 {
			r.Ratios = append(r.Ratios, upper.perFrame()/lower.perFrame())
		}
		bare, gateway = bare.plus(lower), gateway.plus(upper)
	}
	r.BareDelivered, r.BareCPUPerFrame = bare.frames, bare.perFrame()
	r.FramesDelivered, r.GatewayCPUPerFrame = gateway.frames, gateway.perFrame()
	r.FramesOwed = int64(o.ticks()/rounds*rounds) * int64(o.Viewers)
	r.Seconds = gateway.took.Seconds()
	if r.BareCPUPerFrame > 0 {
		r.Ratio = r.GatewayCPUPerFrame / r.BareCPUPerFrame
	}
	return r, g.leave()
}

// rounds is how often the two take turns.
const rounds = 4

// load is what one stretch of it cost.
type load struct {
	frames int64
	cpu    time.Duration
	took   time.Duration
}

func (l load) plus(m load) load { return load{l.frames + m.frames, l.cpu + m.cpu, l.took + m.took} }

// perFrame is CPU in µs.
func (l load) perFrame() float64 {
	if l.frames == 0 {
		return 0
	}
	return float64(l.cpu.Microseconds()) / float64(l.frames)
}

func (o Options) ticks() int { return int(o.Rate * o.Duration.Seconds()) }

// shares divides the viewers among processes.
func (o Options) shares() (shares []int) {
	for left := o.Viewers; left > 0; left -= perProcess {
		shares = append(shares, min(left, perProcess))
	}
	return shares
}

// audiences connects a process of viewers to each address, from addresses of the loopback network behind a first one.
func (o Options) audiences(ctx context.Context, room string, addresses []string, from int) (all []*audience.Process, err error) {
	for i, n := range o.shares() {
		p, err := audience.Start(ctx, o.Binary, audience.Options{Address: addresses[i%len(addresses)], Room: room, Viewers: n, From: from + 2*i}, o.Log)
		if err != nil {
			leave(all)
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func leave(people []*audience.Process) {
	for _, p := range people {
		p.Kill()
	}
}

// Viewers of the two come from addresses of their own, since each of these has ports for some.
const (
	fromGateway = 2
	fromBare    = 100
)

// bareLoad is the bare loop with its viewers.
type bareLoad struct {
	o      Options
	loops  []*bare
	people []*audience.Process
}

func (b *bareLoad) connect(ctx context.Context) (err error) {
	var addresses []string
	for range b.o.shares() {
		loop, err := startBare(ctx, b.o.Binary)
		if err != nil {
			return err
		}
		b.loops = append(b.loops, loop)
		addresses = append(addresses, loop.address)
	}
	b.people, err = b.o.audiences(ctx, "", addresses, fromBare)
	return err
}

func (b *bareLoad) pids() (pids []int) {
	for _, loop := range b.loops {
		pids = append(pids, loop.command.Process.Pid)
	}
	return pids
}

func (b *bareLoad) load(ticks int) (l load, err error) {
	start := time.Now()
	before, err := server.UseAll(b.pids())
	if err != nil {
		return l, err
	}
	counts := make([]int64, len(b.loops))
	var g errgroup.Group
	for i, loop := range b.loops {
		g.Go(func() (err error) {
			counts[i], err = loop.write(ticks, b.o.Rate, b.o.Bytes)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return l, err
	}
	after, err := server.UseAll(b.pids())
	for _, n := range counts {
		l.frames += n
	}
	l.cpu, l.took = after.CPU-before.CPU, time.Since(start)
	return l, err
}

func (b *bareLoad) stop() {
	leave(b.people)
	for _, loop := range b.loops {
		loop.kill()
	}
}

const (
	room        = "fanout"
	sweepMetric = "ovation_gateway_fanout_duration_seconds"
)

// gatewayLoad is the gateway with its viewers.
type gatewayLoad struct {
	o      Options
	report *Report
	stage  *stage
	poster *poster
	people []*audience.Process
	sweeps scrape.Histogram // before the first load
}

// connect brings the viewers in and measures what they cost.
func (g *gatewayLoad) connect(ctx context.Context) (err error) {
	o, r := g.o, g.report
	if g.stage, err = serve(ctx, o.Binary, o.Log, len(o.shares())); err != nil {
		return err
	}
	s := g.stage
	r.Gateways = len(s.Gateways)
	if g.poster, err = newPoster(ctx, &s.Backend, o.Bytes); err != nil {
		return err
	}
	if err := s.free(ctx); err != nil {
		return err
	}
	empty, err := s.Use()
	if err != nil {
		return err
	}
	if r.GoroutinesEmpty, err = s.goroutines(ctx); err != nil {
		return err
	}
	if g.people, err = o.audiences(ctx, room, s.Addresses(), fromGateway); err != nil {
		return err
	}
	in, err := s.Use()
	if err != nil {
		return err
	}
	r.WelcomesPerCPUSecond = float64(o.Viewers) / (in.CPU - empty.CPU).Seconds()
	if err := g.idle(ctx, empty); err != nil {
		return err
	}
	g.sweeps, err = scrape.ReadHistogram(ctx, sweepMetric, s.Admins()...)
	return err
}

// idle measures what connected viewers cost while nothing happens.
func (g *gatewayLoad) idle(ctx context.Context, empty server.Usage) error {
	s, r := g.stage, g.report
	time.Sleep(3 * time.Second) // for what handshakes left behind
	unforced, err := s.Use()
	if err != nil {
		return err
	}
	if err := s.free(ctx); err != nil {
		return err
	}
	forced, err := s.Use()
	if err != nil {
		return err
	}
	r.RSSUnforced = (float64(unforced.RSS) - float64(empty.RSS)) / float64(g.o.Viewers)
	r.RSSPerIdleViewer = (float64(forced.RSS) - float64(empty.RSS)) / float64(g.o.Viewers)
	r.Goroutines, err = s.goroutines(ctx)
	return err
}

// load posts at an even rate.
func (g *gatewayLoad) load(ctx context.Context, ticks int) (l load, err error) {
	given, err := frames(g.people)
	if err != nil {
		return l, err
	}
	before, err := g.stage.Use()
	if err != nil {
		return l, err
	}
	start := time.Now()
	for n := range ticks {
		time.Sleep(time.Until(start.Add(time.Duration(float64(n) / g.o.Rate * float64(time.Second)))))
		if err := g.poster.post(ctx); err != nil {
			return l, err
		}
	}
	l.took = time.Since(start)
	time.Sleep(lastTick)
	after, err := g.stage.Use()
	if err != nil {
		return l, err
	}
	all, err := frames(g.people)
	l.frames, l.cpu = all-given, after.CPU-before.CPU
	return l, err
}

// lastTick is how long the last tick of a stretch may take; what the gateway does meanwhile counts as cost of the frames.
const lastTick = time.Second

// leave asks the viewers what they were given.
func (g *gatewayLoad) leave() error {
	r := g.report
	more, err := scrape.ReadHistogram(context.Background(), sweepMetric, g.stage.Admins()...)
	if err != nil {
		return err
	}
	took := more.Since(g.sweeps)
	r.SweepP50, r.SweepP99 = 1000*took.Quantile(0.5), 1000*took.Quantile(0.99)
	for _, p := range g.people {
		report, err := p.Leave(g.poster.sent)
		if err != nil {
			return err
		}
		if report.Why != "" {
			say(g.o.Log, "a viewer's socket ended: %s", report.Why)
		}
		r.Lost += report.Lost
		r.Duplicated += report.Duplicated
		r.Ended += report.Ended
	}
	return nil
}

func (g *gatewayLoad) stop() error {
	leave(g.people)
	if g.poster != nil {
		g.poster.close()
	}
	if g.stage == nil {
		return nil
	}
	return g.stage.Kill()
}

func frames(people []*audience.Process) (all int64, err error) {
	for _, p := range people {
		n, err := p.Frames()
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
