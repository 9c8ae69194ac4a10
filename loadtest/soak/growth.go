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

const (
	// A visit of a new person leaves its heart budget and its slow mode for an hour, at about 400 bytes each; a connection that
	// stays, or a session, is 4 KiB and more.
	perVisit = 1 << 10
	// What the heap of an even load differs by from look to look: what is on its way at the moment, and tables that double.
	heapNoise = 1 << 20
	// The broker keeps the block that each of its eight streams is writing in memory, in buffers of up to 8 MiB, and drops them
	// after some seconds of rest: its heap goes up and down in steps of MiB, and says little by its slope.
	brokerMost = 8 * 8 << 20
	// Of each message that it keeps it knows where it stands.
	perMessage = 100
)

// allowed is how much of its mean a figure may grow in an hour, and how much it may differ from before once everybody has
// gone; floor is what is noise in any case.
var allowed = []struct {
	what         string
	of           func(Sample) float64
	share, floor float64
}{
	{"goroutines", func(s Sample) float64 { return s.Goroutines }, 0.05, 20},
	{"files", func(s Sample) float64 { return s.Files }, 0.05, 20},
}

// judge fills in Growth and Growing, from the second half of the samples: what the first did was to warm up. Within a short
// span the line through noisy samples says little about an hour: what is noise is allowed once a span, however short that is.
func (r *Report) judge(span time.Duration) {
	warm := span.Seconds() / 2
	var steady []Sample
	for _, s := range r.Samples {
		if s.Seconds >= warm {
			steady = append(steady, s)
		}
	}
	if len(steady) < 3 {
		r.Growing = append(r.Growing, fmt.Sprintf("%d samples after the warm-up prove nothing", len(steady)))
	}
	if r.Visits == 0 || r.Comments == 0 || r.Hearts == 0 {
		r.Growing = append(r.Growing, "there was no load: nothing is proved")
	}
	hours := max(1.0/60, (span.Seconds()-warm)/3600)
	for _, a := range allowed {
		slope, mean := line(steady, a.of)
		g := Growth{What: a.what, Mean: mean, PerHour: slope * 3600, Allowed: mean*a.share + a.floor/min(1, hours)}
		r.grows(g)
		if before, after := a.of(r.Before), a.of(r.After); after > before*(1+a.share)+a.floor {
			r.Growing = append(r.Growing, fmt.Sprintf("%s: %.0f before anybody came, %.0f when everybody had gone", a.what, before, after))
		}
	}
	r.judgeHeap(steady, hours)
}

func (r *Report) judgeHeap(steady []Sample, hours float64) {
	if len(steady) == 0 {
		return
	}
	first, last := steady[0], steady[len(steady)-1]
	slope, mean := line(steady, func(s Sample) float64 { return s.Own })
	visits := float64(last.Visits - first.Visits)
	if visits > 0 {
		r.OwnPerVisit = slope * (last.Seconds - first.Seconds) / visits
	}
	r.grows(Growth{What: "heap without the broker", Mean: mean, PerHour: slope * 3600, Allowed: (visits*perVisit + heapNoise) / hours})
	slope, mean = line(steady, func(s Sample) float64 { return s.Broker })
	r.Growth = append(r.Growth, Growth{What: "heap of the broker", Mean: mean, PerHour: slope * 3600, Allowed: brokerMost / hours})
	most := 0.0
	for _, s := range steady {
		most = max(most, s.Broker)
	}
	if bound := brokerMost + perMessage*float64(r.Comments+r.Hearts); most > r.Before.Broker+bound {
		r.Growing = append(r.Growing, fmt.Sprintf("the broker's heap came to %.0f bytes, with %.0f before anybody came and %.0f allowed for its buffers and index", most, r.Before.Broker, bound))
	}
}

func (r *Report) grows(g Growth) {
	r.Growth = append(r.Growth, g)
	if g.PerHour > g.Allowed {
		r.Growing = append(r.Growing, fmt.Sprintf("%s grew by %.0f an hour, with %.0f allowed and %.0f on average", g.What, g.PerHour, g.Allowed, g.Mean))
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
