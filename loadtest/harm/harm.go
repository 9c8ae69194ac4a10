// Package harm measures what hostile clients cost the others. A room of good viewers is given comments at an even rate, in
// turns beside an attack and beside a process that burns as much CPU as the attackers did, and the gateway's own lateness of
// its ticks is compared: what is left between the two is what the attack did to the gateway rather than to the machine. Viewers
// and attackers, but for those who stall, take what the server leaves of the cores, so that an attack that needs all of them is weaker than on machines of
// its own: what attackers burnt, and how many sockets were served, tells how strong it was.
// Begin at Run; attack.go has the attacks.
package harm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

// Options of a run.
type Options struct {
	// Attack is one of Attacks.
	Attack string
	// Viewers are the good ones.
	Viewers int
	// Attackers is how many sockets the attack has; 0 takes the attack's own number.
	Attackers int
	// Pairs of a hostile and a calm stretch.
	Pairs int
	// Duration of each stretch.
	Duration time.Duration
	// Stall is for how long viewers have stalled before it counts; 0 is 12 s.
	Stall time.Duration
	// Rate of comments a second.
	Rate float64
	// Elsewhere has the attackers at another server of their own: what the machine alone does to ticks, whoever serves the
	// attack.
	Elsewhere bool
	// Server are more arguments for `ovation serve`.
	Server []string
	// Binary is ovation's own.
	Binary string
	// Log says how the run goes.
	Log io.Writer

	noTaps bool   // the rate is more than one socket may tap at
	target string // of the attack
}

// Stretch is what one stretch measured; times are in ms.
type Stretch struct {
	// LatenessP50 and LatenessP99 are from when a tick was due until its last viewer was tried, by the gateway's histogram.
	LatenessP50 float64 `json:"lateness_ms_p50"`
	LatenessP99 float64 `json:"lateness_ms_p99"`
	// ClientP99 is from a comment's post to its frame at one good viewer.
	ClientP99 float64 `json:"client_ms_p99"`
	// Ticks that were told.
	Ticks uint64 `json:"ticks"`
	// AttackCPU is what the attack burnt, and then the spinner in its place, in cores.
	AttackCPU float64 `json:"attack_cpu_cores"`
	// ServerCPU is what the server used, in cores.
	ServerCPU float64 `json:"server_cpu_cores"`
	// Left is how many sockets ended in it: in an attack of those who come and go, how many were served.
	Left float64 `json:"left"`
	// RSS of the server at the end, in bytes.
	RSS uint64 `json:"rss_bytes"`
	// Dropped is what slow sockets were not sent at its time, or were sent a snapshot for, or closed for: those of the
	// attackers, since nothing of the good ones' may be lost.
	Dropped float64 `json:"dropped"`
}

// Pair is a hostile stretch and the calm one after it.
type Pair struct {
	Hostile Stretch `json:"hostile"`
	Calm    Stretch `json:"calm"`
	// Ratio of the lateness, p99, hostile over calm.
	Ratio float64 `json:"ratio"`
	// Woken is what became of viewers who stalled; nil in other attacks.
	Woken *Woken `json:"woken,omitempty"`
}

// Woken is what became of viewers who stalled and were woken, by their own account.
type Woken struct {
	// Resynced were sent a snapshot, CaughtUp what they had missed; Ended were closed: Slow of them, by the gateway's own
	// count, because they had taken nothing for a minute.
	Resynced int64 `json:"resynced"`
	CaughtUp int64 `json:"caught_up"`
	Ended    int64 `json:"ended"`
	Slow     int64 `json:"slow"`
	// Lost and Duplicated are comments that nothing announced, of those who are in.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
}

// Report is what a run measured. Its JSON is stable: keys are added, never renamed.
type Report struct {
	Attack    string  `json:"attack"`
	Viewers   int     `json:"viewers"`
	Attackers int     `json:"attackers"`
	Seconds   float64 `json:"seconds"`
	Pairs     []Pair  `json:"pairs"`
	// RatioMedian is the middle one of the pairs' ratios.
	RatioMedian float64 `json:"ratio_median"`
	// RSSBefore is the server's resident memory with the good viewers in, RSSMost the most at the end of a stretch.
	RSSBefore uint64 `json:"rss_bytes_before"`
	RSSMost   uint64 `json:"rss_bytes_most"`
	// Lost and Duplicated are what good viewers found missing or twice, and those who stalled and were woken; Ended are the
	// good ones whose sockets ended.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	Ended      int   `json:"ended"`
}

const (
	room           = "harm"
	latenessMetric = "ovation_gateway_tick_lateness_seconds"
	droppedMetric  = "ovation_gateway_messages_dropped_total"
	endedMetric    = "ovation_gateway_disconnects_total"
)

// Run measures.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	attack, ok := Attacks[o.Attack]
	if !ok {
		return nil, fmt.Errorf("there is no attack %q; there are %s", o.Attack, Names())
	}
	if o.Viewers < 1 || o.Pairs < 1 || o.Rate <= 0 || o.Duration < time.Second {
		return nil, errors.New("give at least one viewer, one pair, a rate above 0 and a second or more")
	}
	if o.Stall <= 0 {
		o.Stall = fill
	}
	if o.Attackers <= 0 {
		o.Attackers = attack.Sockets
	}
	dir, err := os.MkdirTemp("", "ovation-harm-")
	if err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	begin := func(data string) (*server.Server, error) {
		return server.Start(ctx, o.Binary, filepath.Join(dir, data), o.Log, append([]string{"--log-level", "error"}, o.Server...)...)
	}
	s, err := begin("data")
	if err != nil {
		return nil, err
	}
	defer s.Kill()
	o.target = s.Listen
	if o.Elsewhere {
		other, err := begin("elsewhere")
		if err != nil {
			return nil, err
		}
		defer other.Kill()
		conn, err := other.Dial()
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }()
		if err := makeRoom(ctx, conn); err != nil {
			return nil, err
		}
		o.target = other.Listen
	}
	if !attack.Stopped { // who is stopped takes no core, and once woken must get all that is owed
		if err := giveWay(); err != nil {
			return nil, err
		}
	}
	good, err := o.enter(ctx, s)
	if err != nil {
		return nil, err
	}
	defer good.close()
	r = &Report{Attack: o.Attack, Viewers: o.Viewers, Attackers: o.Attackers, Seconds: o.Duration.Seconds()}
	before, err := server.Use(s.PID())
	if err != nil {
		return nil, err
	}
	r.RSSBefore = before.RSS
	for n := range o.Pairs {
		p, err := o.pair(ctx, s, good)
		if err != nil {
			return nil, fmt.Errorf("pair %d: %w", n+1, err)
		}
		say(o.Log, "pair %d: lateness p99 %.2f ms beside the attack, %.2f ms calm", n+1, p.Hostile.LatenessP99, p.Calm.LatenessP99)
		if w := p.Woken; w != nil {
			say(o.Log, "pair %d: of those who stalled %d caught up, %d were sent a snapshot, %d ended, %d closed as slow", n+1, w.CaughtUp, w.Resynced, w.Ended, w.Slow)
			r.Lost, r.Duplicated = r.Lost+w.Lost, r.Duplicated+w.Duplicated
		}
		r.Pairs = append(r.Pairs, p)
		r.RSSMost = max(r.RSSMost, p.Hostile.RSS, p.Calm.RSS)
	}
	byRatio := slices.SortedFunc(slices.Values(r.Pairs), func(a, b Pair) int { return cmp.Compare(a.Ratio, b.Ratio) })
	r.RatioMedian = byRatio[len(byRatio)/2].Ratio
	left, err := good.people.Leave(good.sent)
	if err != nil {
		return nil, err
	}
	r.Lost, r.Duplicated, r.Ended = r.Lost+left.Lost, r.Duplicated+left.Duplicated, left.Ended
	return r, nil
}

func (o Options) pair(ctx context.Context, s *server.Server, good *good) (p Pair, err error) {
	slow, err := scrape.SumOf(ctx, endedMetric, "reason", fault.CloseSlow.Reason, s.Admin)
	if err != nil {
		return p, err
	}
	beside, err := o.attack(ctx)
	defer func() { end(beside...) }()
	if err != nil {
		return p, err
	}
	if Attacks[o.Attack].Stopped { // until what the kernel holds for them is full, and the ring has gone round
		lead := o
		lead.Duration, lead.Rate, lead.noTaps = o.Stall, fillRate, true
		if _, err = lead.stretch(ctx, s, good, beside); err != nil {
			return p, err
		}
	}
	if p.Hostile, err = o.stretch(ctx, s, good, beside); err != nil {
		return p, err
	}
	if Attacks[o.Attack].Stopped { // calm is that the same viewers read
		err = signal(beside, syscall.SIGCONT)
	} else {
		end(beside...)
		beside, err = o.children(ctx, 1, "spin", "--cores", fmt.Sprintf("%.3f", p.Hostile.AttackCPU))
	}
	if err != nil {
		return p, err
	}
	if !pause.For(ctx, settle) {
		return p, ctx.Err()
	}
	p.Calm, err = o.stretch(ctx, s, good, beside)
	if err == nil && p.Calm.LatenessP99 > 0 {
		p.Ratio = p.Hostile.LatenessP99 / p.Calm.LatenessP99
	}
	if err == nil && Attacks[o.Attack].Stopped {
		if p.Woken, err = woken(beside, good.sent); err != nil {
			return p, err
		}
		var all float64
		all, err = scrape.SumOf(ctx, endedMetric, "reason", fault.CloseSlow.Reason, s.Admin)
		p.Woken.Slow = int64(all - slow)
	}
	return p, err
}

// fill is for how long stalled viewers are sent ticks before it counts, if nobody says otherwise, and fillRate how many comments a second are in them:
// that many that their sockets are full after a second or two, and more than the ring's 64 ticks follow.
const (
	fill     = 12 * time.Second
	fillRate = 100
)

// woken asks those who were stopped what they were given up to a mark.
func woken(all []*child, mark uint64) (*Woken, error) {
	w := new(Woken)
	for _, c := range all {
		if _, err := fmt.Fprintln(c.in, mark); err != nil {
			return nil, fmt.Errorf("ask the woken: %w", err)
		}
		var r audience.Report
		if err := json.NewDecoder(c.out).Decode(&r); err != nil {
			return nil, fmt.Errorf("ask the woken: %w", err)
		}
		w.Resynced += r.Resynced
		w.CaughtUp += max(0, int64(r.Viewers)-r.Resynced)
		w.Ended += int64(r.Ended)
		w.Lost += r.Lost - r.Missed
		w.Duplicated += r.Duplicated
	}
	return w, nil
}

// settle is for how long nothing is measured after an attack: sockets that wait for their end are ended by then.
const settle = 2 * time.Second

// stretch posts and taps at an even rate, as in a show, and measures.
func (o Options) stretch(ctx context.Context, s *server.Server, good *good, beside []*child) (m Stretch, err error) {
	time.Sleep(time.Second) // what was before
	before, err := read(ctx, s, beside)
	if err != nil {
		return m, err
	}
	start := time.Now()
	good.forget()
	for n := 0; time.Since(start) < o.Duration; n++ {
		time.Sleep(time.Until(start.Add(time.Duration(float64(n) / o.Rate * float64(time.Second)))))
		if err := good.post(ctx); err != nil {
			return m, err
		}
		if o.noTaps {
			continue
		}
		if err := good.probe.Tap(ctx, "heart", 1); err != nil {
			return m, err
		}
	}
	time.Sleep(time.Second) // the last tick
	took := time.Since(start).Seconds()
	after, err := read(ctx, s, beside)
	if err != nil {
		return m, err
	}
	late := after.late.Since(before.late)
	return Stretch{
		LatenessP50: 1000 * late.Quantile(0.5), LatenessP99: 1000 * late.Quantile(0.99), Ticks: late.Count(), ClientP99: good.p99(),
		AttackCPU: (after.beside - before.beside).Seconds() / took, ServerCPU: (after.server.CPU - before.server.CPU).Seconds() / took,
		RSS: after.server.RSS, Dropped: after.dropped - before.dropped, Left: after.left - before.left,
	}, nil
}

// reading is what the counters stand at.
type reading struct {
	late          scrape.Histogram
	dropped, left float64
	server        server.Usage
	beside        time.Duration
}

func read(ctx context.Context, s *server.Server, beside []*child) (r reading, err error) {
	if r.late, err = scrape.ReadHistogram(ctx, latenessMetric, s.Admin); err != nil {
		return r, err
	}
	if r.dropped, err = scrape.Sum(ctx, droppedMetric, s.Admin); err != nil {
		return r, err
	}
	if r.left, err = scrape.Sum(ctx, endedMetric, s.Admin); err != nil {
		return r, err
	}
	if r.server, err = server.Use(s.PID()); err != nil {
		return r, err
	}
	r.beside, err = use(beside)
	return r, err
}

// attack starts the attackers; those that stall are stopped once they are in.
func (o Options) attack(ctx context.Context) ([]*child, error) {
	n := (o.Attackers + mostSockets - 1) / mostSockets
	all, err := o.children(ctx, n, "attack", "--kind", o.Attack, "--address", o.target, "--room", room, "--sockets", fmt.Sprint(o.Attackers/n))
	if err == nil && Attacks[o.Attack].Stopped {
		err = signal(all, syscall.SIGSTOP)
	}
	return all, err
}

const ready = "ready\n"

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
