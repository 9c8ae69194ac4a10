package soak

import (
	"fmt"
	"time"
)

// Growth is how something changed over an hour, by the straight line through its samples.
type Growth struct {
	What    string  `json:"what"`
	Mean    float64 `json:"mean"`
	PerHour float64 `json:"perHour"`
	Allowed float64 `json:"allowedPerHour"`
}

// allowed is how much of its mean a figure may grow in an hour, and how much it may differ from before once everybody has
// gone; floor is what is noise in any case.
var allowed = []struct {
	what         string
	of           func(Sample) float64
	share, floor float64
	keeps        bool // the store keeps what was written, so that it need not come back to what it was before
}{
	{"heap", func(s Sample) float64 { return s.Heap }, 0.25, 8 << 20, true},
	{"goroutines", func(s Sample) float64 { return s.Goroutines }, 0.05, 20, false},
	{"files", func(s Sample) float64 { return s.Files }, 0.05, 20, false},
}

// judge fills in Growth and Growing. Within a short span the line through noisy samples says little about an hour: what
// is noise is allowed once a span, however short that is.
func (r *Report) judge(span time.Duration) {
	warm := span.Seconds() / 4
	var steady []Sample
	for _, s := range r.Samples {
		if s.Seconds >= warm {
			steady = append(steady, s)
		}
	}
	hours := max(1.0/60, (span.Seconds()-warm)/3600)
	for _, a := range allowed {
		slope, mean := line(steady, a.of)
		g := Growth{What: a.what, Mean: mean, PerHour: slope * 3600, Allowed: mean*a.share + a.floor/min(1, hours)}
		r.Growth = append(r.Growth, g)
		if g.PerHour > g.Allowed {
			r.Growing = append(r.Growing, fmt.Sprintf("%s grew by %.0f an hour, with %.0f allowed and %.0f on average", g.What, g.PerHour, g.Allowed, g.Mean))
		}
		if before, after := a.of(r.Before), a.of(r.After); !a.keeps && after > before*(1+a.share)+a.floor {
			r.Growing = append(r.Growing, fmt.Sprintf("%s: %.0f before anybody came, %.0f when everybody had gone", a.what, before, after))
		}
	}
	if len(steady) < 3 {
		r.Growing = append(r.Growing, fmt.Sprintf("%d samples after the warm-up prove nothing", len(steady)))
	}
	if r.Visits == 0 || r.Comments == 0 || r.Hearts == 0 {
		r.Growing = append(r.Growing, "there was no load: nothing is proved")
	}
}

// line is the slope a second and the mean, by least squares.
func line(samples []Sample, of func(Sample) float64) (slope, mean float64) {
	if len(samples) == 0 {
		return 0, 0
	}
	var at float64
	for _, s := range samples {
		at += s.Seconds
		mean += of(s)
	}
	n := float64(len(samples))
	at, mean = at/n, mean/n
	var above, below float64
	for _, s := range samples {
		above += (s.Seconds - at) * (of(s) - mean)
		below += (s.Seconds - at) * (s.Seconds - at)
	}
	if below == 0 {
		return 0, mean
	}
	return above / below, mean
}
