package soak

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
)

// A verdict that cannot fail is none: leaks of each kind must be seen through the noise, and noise alone must not.
func TestLeaksAreSeen(t *testing.T) {
	const span = 20 * time.Minute
	for name, c := range map[string]struct {
		change func(s *Sample)
		after  func(s *Sample)
		want   string
	}{
		"nothing grows":                   {want: ""},
		"warming up":                      {change: func(s *Sample) { s.Own += 40e6 * min(1, s.Seconds/500) }, want: ""},
		"what a visit leaves for an hour": {change: func(s *Sample) { s.Own += 500 * float64(s.Visits) }, want: ""},
		"a session stays of each visit":   {change: func(s *Sample) { s.Own += 2e3 * float64(s.Visits) }, want: "heap without the broker grew"},
		"10 kB a second of heap":          {change: func(s *Sample) { s.Own += 20e3 * s.Seconds }, want: "heap without the broker grew"},
		"a block of the broker's":         {change: func(s *Sample) { s.Broker += 8e6 * float64(int(s.Seconds/100)%2) }, want: ""},
		"the broker keeps all blocks":     {change: func(s *Sample) { s.Broker += 100e3 * s.Seconds }, want: "the broker's heap came to"},
		"a goroutine in 5 s":              {change: func(s *Sample) { s.Goroutines += s.Seconds / 5 }, want: "goroutines grew"},
		"a file in 5 s":                   {change: func(s *Sample) { s.Files += s.Seconds / 5 }, want: "files grew"},
		"what stays when all have gone":   {after: func(s *Sample) { s.Goroutines += 300 }, want: "goroutines: 100 before anybody came"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Report{
				Visits: 1, Comments: 1, Hearts: 1, Before: Sample{Own: 6e6, Broker: 9e6, Goroutines: 100, Files: 40},
				After: Sample{Goroutines: 101, Files: 41},
			}
			noise := rand.New(rand.NewPCG(1, 2))
			for at := 10.0; at < span.Seconds(); at += 10 {
				s := Sample{
					Seconds: at, Own: 20e6 + noise.Float64()*1e6, Broker: 10e6 + noise.Float64()*1e6, Goroutines: 600 + noise.Float64()*10,
					Files: 1040 + noise.Float64()*10, Visits: int64(10 * at),
				}
				if c.change != nil {
					c.change(&s)
				}
				r.Samples = append(r.Samples, s)
			}
			if c.after != nil {
				c.after(&r.After)
			}
			r.judge(span)
			if got := strings.Join(r.Growing, "; "); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("says %q, want %q", got, c.want)
			}
		})
	}
	r := &Report{}
	r.judge(span)
	if len(r.Growing) < 2 {
		t.Errorf("a run without samples and load says %q", r.Growing)
	}
}

func TestWhoseMemoryIs(t *testing.T) {
	stack := func(bytes int64, functions ...string) *profile.Sample {
		s := &profile.Sample{Value: []int64{0, 0, 1, bytes}}
		for _, name := range functions { // from the inside out
			s.Location = append(s.Location, &profile.Location{Line: []profile.Line{{Function: &profile.Function{Name: name}}}})
		}
		return s
	}
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "alloc_objects"}, {Type: "alloc_space"}, {Type: "inuse_objects"}, {Type: "inuse_space"}},
		Sample: []*profile.Sample{
			stack(1, "strings.Clone", product+"gateway/room.(*budgets).take", product+"gateway/session.tap"),
			stack(2, "github.com/nats-io/nats-server/v2/server.init.func7", "sync.(*Pool).Get"),
			stack(4, broker+"v2/server.(*Server).Start", product+"internal/bus.StartServer"),
			stack(8, "compress/flate.NewWriter", "runtime/pprof.writeHeap", "net/http/pprof.handler.ServeHTTP"),
			stack(16, "context.init"),
		},
	}
	h, err := sortOut(p)
	if err != nil || h.own != 17 || h.broker != 6 || h.places["gateway/room.(*budgets).take"] != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	more := grown(map[string]float64{"a": 1, "b": 5}, map[string]float64{"a": 3, "b": 4, "c": 7})
	if len(more) != 2 || more[0] != (Place{"c", 7}) || more[1] != (Place{"a", 2}) {
		t.Errorf("grown: %v", more)
	}
	p.SampleType = p.SampleType[:2]
	if _, err := sortOut(p); err == nil {
		t.Error("a profile of something else is taken for a heap")
	}
}
