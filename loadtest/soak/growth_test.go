package soak

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A verdict that cannot fail is none: leaks of each kind must be seen through the noise, and noise alone must not.
func TestLeaksAreSeen(t *testing.T) {
	const span = 20 * time.Minute
	for name, c := range map[string]struct {
		change func(s *Sample)
		after  func(s *Sample)
		want   string
	}{
		"nothing grows":                 {want: ""},
		"warming up":                    {change: func(s *Sample) { s.Heap += 40e6 * min(1, s.Seconds/200) }, want: ""},
		"100 kB a second of heap":       {change: func(s *Sample) { s.Heap += 100e3 * s.Seconds }, want: "heap grew"},
		"a goroutine in 5 s":            {change: func(s *Sample) { s.Goroutines += s.Seconds / 5 }, want: "goroutines grew"},
		"a file in 5 s":                 {change: func(s *Sample) { s.Files += s.Seconds / 5 }, want: "files grew"},
		"what stays when all have gone": {after: func(s *Sample) { s.Goroutines += 300 }, want: "goroutines: 100 before anybody came"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Report{Visits: 1, Comments: 1, Hearts: 1, Before: Sample{Heap: 30e6, Goroutines: 100, Files: 40}, After: Sample{Heap: 50e6, Goroutines: 101, Files: 41}}
			noise := rand.New(rand.NewPCG(1, 2))
			for at := 10.0; at < span.Seconds(); at += 10 {
				s := Sample{Seconds: at, Heap: 100e6 + noise.Float64()*4e6, Goroutines: 600 + noise.Float64()*10, Files: 1040 + noise.Float64()*10}
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
