// Package latency keeps how long things took, for the reports of load tests: a histogram of fixed size that many may record
// into, and the few figures of it that a report shows.
package latency

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Figures of a distribution, in milliseconds.
type Figures struct {
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
	Count int64   `json:"count"`
}

// most is what a longer time counts as.
const most = 2 * time.Minute

// Histogram holds 1 µs to 2 minutes with three digits.
type Histogram struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram // guarded by mu
}

// New makes an empty one.
func New() *Histogram { return &Histogram{h: hdrhistogram.New(1, most.Microseconds(), 3)} }

// Record takes one time in.
func (h *Histogram) Record(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = h.h.RecordValue(min(max(1, d.Microseconds()), most.Microseconds())) // within bounds: cannot fail
}

// Figures of what was recorded so far.
func (h *Histogram) Figures() Figures {
	h.mu.Lock()
	defer h.mu.Unlock()
	ms := func(us int64) float64 { return float64(us) / 1000 }
	return Figures{
		P50: ms(h.h.ValueAtQuantile(50)), P90: ms(h.h.ValueAtQuantile(90)), P99: ms(h.h.ValueAtQuantile(99)), Max: ms(h.h.Max()), Count: h.h.TotalCount(),
	}
}
