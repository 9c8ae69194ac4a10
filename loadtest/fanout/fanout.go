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
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Options of a run.
type Options struct {
	// Viewers in all; every 16,000 have a process of their own, and from 16,001 on so has a gateway.
	Viewers int
	// Rate of frames a second.
	Rate float64
	// Bytes of a frame.
	Bytes int
	// Duration of the load, for each of the two.
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

// Run measures.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Viewers < 1 || o.Rate <= 0 || o.Duration < time.Second || o.Bytes < 160 || o.Bytes > 1000 {
		return nil, errors.New("give at least one viewer, a rate above 0, a second or more, and 160 to 1,000 bytes")
	}
	r := &Report{Viewers: o.Viewers, Rate: o.Rate, Bytes: o.Bytes}
	if err := o.bare(ctx, r); err != nil {
		return nil, fmt.Errorf("the bare loop: %w", err)
	}
	if err := o.gateway(ctx, r); err != nil {
		return nil, fmt.Errorf("the gateway: %w", err)
	}
	if r.BareCPUPerFrame > 0 {
		r.Ratio = r.GatewayCPUPerFrame / r.BareCPUPerFrame
	}
	return r, nil
}

func (o Options) ticks() int { return int(o.Rate * o.Duration.Seconds()) }

// shares divides the viewers among processes.
func (o Options) shares() (shares []int) {
	for left := o.Viewers; left > 0; left -= perProcess {
		shares = append(shares, min(left, perProcess))
	}
	return shares
}

// audiences connects a process of viewers to each address.
func (o Options) audiences(ctx context.Context, room string, addresses []string) (all []*audience.Process, err error) {
	for i, n := range o.shares() {
		p, err := audience.Start(ctx, o.Binary, audience.Options{Address: addresses[i%len(addresses)], Room: room, Viewers: n, From: 2 + 2*i}, o.Log)
		if err != nil {
			for _, p := range all {
				p.Kill()
			}
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (o Options) bare(ctx context.Context, r *Report) error {
	shares := o.shares()
	var loops []*bare
	defer func() {
		for _, b := range loops {
			b.kill()
		}
	}()
	var addresses []string
	for range shares {
		b, err := startBare(ctx, o.Binary)
		if err != nil {
			return err
		}
		loops = append(loops, b)
		addresses = append(addresses, b.address)
	}
	people, err := o.audiences(ctx, "", addresses)
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range people {
			p.Kill()
		}
	}()
	say(o.Log, "%d viewers are at the bare loop; writing for %s", o.Viewers, o.Duration)
	before, err := usage(pidsOf(loops))
	if err != nil {
		return err
	}
	counts := make([]int64, len(loops))
	var g errgroup.Group
	for i, b := range loops {
		g.Go(func() (err error) {
			counts[i], err = b.write(o.ticks(), o.Rate, o.Bytes)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	after, err := usage(pidsOf(loops))
	if err != nil {
		return err
	}
	for _, n := range counts {
		r.BareDelivered += n
	}
	if r.BareDelivered > 0 {
		r.BareCPUPerFrame = float64((after.CPU - before.CPU).Microseconds()) / float64(r.BareDelivered)
	}
	return nil
}

func pidsOf(loops []*bare) (pids []int) {
	for _, b := range loops {
		pids = append(pids, b.command.Process.Pid)
	}
	return pids
}

// stage is the system under load.
type stage struct {
	backend  server.Ready
	gateways []*server.Server
	stop     func() error
}

// serve starts one process for one gateway, or broker, services and gateways apart.
func serve(ctx context.Context, binary string, log io.Writer, gateways int) (s *stage, err error) {
	dir, err := os.MkdirTemp("", "ovation-fanout-")
	if err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	s = new(stage)
	var started []*server.Server
	s.stop = func() error {
		var all error
		for i := len(started) - 1; i >= 0; i-- {
			started[i].Kill() // a drain of very many viewers is not what is measured
		}
		return errors.Join(all, os.RemoveAll(dir))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if gateways == 1 {
		one, err := server.Start(ctx, binary, filepath.Join(dir, "data"), log, "--log-level", "error", "--gateway-handshakes", "100000")
		if err != nil {
			return nil, err
		}
		started = append(started, one)
		s.backend, s.gateways = one.Ready, []*server.Server{one}
		return s, nil
	}
	keys := filepath.Join(dir, "key")
	if err := os.WriteFile(keys, []byte(strings.Repeat("load", 10)), 0o600); err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	part := func(args ...string) (*server.Server, error) {
		p, err := server.StartPart(ctx, binary, log, append(args, "--admin", "127.0.0.1:0", "--log-level", "error")...)
		if err == nil {
			started = append(started, p)
		}
		return p, err
	}
	broker, err := part("broker", "--data", filepath.Join(dir, "data"), "--nats-listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	services, err := part("services", "--nats-url", broker.NATS, "--grpc", "127.0.0.1:0", "--keys-files", keys)
	if err != nil {
		return nil, err
	}
	for range gateways {
		g, err := part("gateway", "--nats-url", broker.NATS, "--gateway-services", services.GRPC, "--listen", "127.0.0.1:0", "--keys-files", keys, "--gateway-handshakes", "100000")
		if err != nil {
			return nil, err
		}
		s.gateways = append(s.gateways, g)
	}
	s.backend = services.Ready
	s.backend.Listen = s.gateways[0].Listen
	s.backend.Tokens.Service, err = server.Mint(ctx, binary, keys)
	return s, err
}

func (s *stage) pids() (pids []int) {
	for _, g := range s.gateways {
		pids = append(pids, g.PID())
	}
	return pids
}

func (s *stage) addresses() (all []string) {
	for _, g := range s.gateways {
		all = append(all, g.Listen)
	}
	return all
}

func (s *stage) admins() (all []string) {
	for _, g := range s.gateways {
		all = append(all, g.Admin)
	}
	return all
}

func (s *stage) goroutines(ctx context.Context) (int64, error) {
	n, err := scrape.Sum(ctx, "go_goroutines", s.admins()...)
	return int64(n), err
}

const (
	room        = "fanout"
	sweepMetric = "ovation_gateway_fanout_duration_seconds"
)

func (o Options) gateway(ctx context.Context, r *Report) (err error) {
	s, err := serve(ctx, o.Binary, o.Log, len(o.shares()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r.Gateways = len(s.gateways)
	conn, err := s.backend.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	unlimited, posts := uint32(0), uint32(5000)
	_, err = roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"},
		Settings: &roomsv1.Settings{DisplayBudget: &unlimited, MaxPostsPerSecond: &posts},
	})
	if err != nil {
		return fmt.Errorf("make the room: %w", err)
	}
	p := &poster{client: commentsv1.NewCommentsServiceClient(conn)}
	if err := p.calibrate(ctx, s.backend.URL(), o.Bytes); err != nil {
		return err
	}
	if err := s.free(ctx); err != nil {
		return err
	}
	empty, err := usage(s.pids())
	if err != nil {
		return err
	}
	if r.GoroutinesEmpty, err = s.goroutines(ctx); err != nil {
		return err
	}
	people, err := o.audiences(ctx, room, s.addresses())
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range people {
			p.Kill()
		}
	}()
	in, err := usage(s.pids())
	if err != nil {
		return err
	}
	r.WelcomesPerCPUSecond = float64(o.Viewers) / (in.CPU - empty.CPU).Seconds()
	if err := o.idle(ctx, s, r, empty); err != nil {
		return err
	}
	say(o.Log, "%d viewers are at %d gateways; posting for %s", o.Viewers, r.Gateways, o.Duration)
	if err := o.load(ctx, s, p, people, r); err != nil {
		return err
	}
	for _, of := range people {
		report, err := of.Leave(p.sent)
		if err != nil {
			return err
		}
		if report.Why != "" {
			say(o.Log, "a viewer's socket ended: %s", report.Why)
		}
		r.Lost += report.Lost
		r.Duplicated += report.Duplicated
		r.Ended += report.Ended
	}
	return nil
}

// idle measures what connected viewers cost while nothing happens.
func (o Options) idle(ctx context.Context, s *stage, r *Report, empty server.Usage) error {
	time.Sleep(3 * time.Second) // for what handshakes left behind
	unforced, err := usage(s.pids())
	if err != nil {
		return err
	}
	if err := s.free(ctx); err != nil {
		return err
	}
	forced, err := usage(s.pids())
	if err != nil {
		return err
	}
	r.RSSUnforced = (float64(unforced.RSS) - float64(empty.RSS)) / float64(o.Viewers)
	r.RSSPerIdleViewer = (float64(forced.RSS) - float64(empty.RSS)) / float64(o.Viewers)
	r.Goroutines, err = s.goroutines(ctx)
	return err
}

// load posts at an even rate and measures.
func (o Options) load(ctx context.Context, s *stage, p *poster, people []*audience.Process, r *Report) error {
	given, err := frames(people)
	if err != nil {
		return err
	}
	sweeps, err := scrape.ReadHistogram(ctx, sweepMetric, s.admins()...)
	if err != nil {
		return err
	}
	before, err := usage(s.pids())
	if err != nil {
		return err
	}
	start := time.Now()
	for n := range o.ticks() {
		time.Sleep(time.Until(start.Add(time.Duration(float64(n) / o.Rate * float64(time.Second)))))
		if err := p.post(ctx); err != nil {
			return err
		}
	}
	time.Sleep(time.Second) // the last tick
	after, err := usage(s.pids())
	if err != nil {
		return err
	}
	r.Seconds = time.Since(start).Seconds() - 1
	r.FramesOwed = int64(o.ticks()) * int64(o.Viewers)
	all, err := frames(people)
	if err != nil {
		return err
	}
	if r.FramesDelivered = all - given; r.FramesDelivered > 0 {
		r.GatewayCPUPerFrame = float64((after.CPU - before.CPU).Microseconds()) / float64(r.FramesDelivered)
	}
	more, err := scrape.ReadHistogram(ctx, sweepMetric, s.admins()...)
	if err != nil {
		return err
	}
	took := more.Since(sweeps)
	r.SweepP50, r.SweepP99 = 1000*took.Quantile(0.5), 1000*took.Quantile(0.99)
	return nil
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

// poster writes marked comments of the length that makes a tick's frame as large as is wanted.
type poster struct {
	client commentsv1.CommentsServiceClient
	pad    string
	sent   uint64
}

func (p *poster) text(n uint64) string { return audience.Mark(n) + p.pad }

func (p *poster) post(ctx context.Context) error {
	p.sent++
	return p.write(ctx, p.text(p.sent))
}

func (p *poster) write(ctx context.Context, text string) error {
	_, err := p.client.PostComment(ctx, &commentsv1.PostCommentRequest{
		Room: room, RequestId: viewer.NewRequestID(), Text: text, Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load", Role: "host"},
	})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}

// calibrate posts to one viewer and looks how large the tick is.
func (p *poster) calibrate(ctx context.Context, url string, size int) error {
	var got int
	v, err := viewer.Dial(ctx, viewer.Options{URL: url, Room: room, OnFrame: func(b []byte) { got = len(b) + 4 }})
	if err != nil {
		return err
	}
	defer v.Close()
	for _, last := range []bool{false, true} {
		marked := audience.Mark(0)
		if err := p.write(ctx, marked+p.pad); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := v.Until(wait, func(w *viewer.View) bool {
			return len(w.Comments) > 0 && w.Comments[len(w.Comments)-1].GetText() == marked+p.pad
		})
		cancel()
		if err != nil {
			return fmt.Errorf("calibrate: %w", err)
		}
		if !last {
			v.Look(func(*viewer.View) { p.pad = strings.Repeat("x", max(0, size-got)) })
		}
	}
	return nil
}

func usage(pids []int) (all server.Usage, err error) {
	for _, pid := range pids {
		u, err := server.Use(pid)
		if err != nil {
			return all, err
		}
		all.CPU += u.CPU
		all.RSS += u.RSS
	}
	return all, nil
}

// free has the gateways collect what they no longer use and give it back.
func (s *stage) free(ctx context.Context) error {
	for _, g := range s.gateways {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+g.Admin+"/debug/free", nil)
		if err != nil {
			return err
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			return fmt.Errorf("free memory: %w", err)
		}
		_ = a.Body.Close()
		if a.StatusCode != http.StatusOK {
			return fmt.Errorf("free memory: %s", a.Status)
		}
	}
	return nil
}

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
