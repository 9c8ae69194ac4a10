package posts

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// latenessMetric is from when a tick was due until its last viewer was tried.
const latenessMetric = "ovation_gateway_tick_lateness_seconds"

// Watched is what those who watch the first room meanwhile were given.
type Watched struct {
	Viewers int `json:"viewers"`
	// ShownPerSecond is the most comments a second that a viewer was given, over the whole load; the room's display budget
	// bounds it. Fewest is the least.
	ShownPerSecond float64 `json:"shown_per_second"`
	Fewest         float64 `json:"shown_per_second_fewest"`
	// Ticks, and their lateness by the gateway's own histogram, in milliseconds.
	Ticks       uint64  `json:"ticks"`
	LatenessP50 float64 `json:"lateness_ms_p50"`
	LatenessP99 float64 `json:"lateness_ms_p99"`
}

// watchers watch a room.
type watchers struct {
	admin  string
	seats  []*viewer.Viewer
	shown  []atomic.Int64
	before scrape.Histogram
}

// watch brings viewers in, and reads where the gateway's histogram stands.
func watch(ctx context.Context, o Options, room string) (w *watchers, err error) {
	w = &watchers{admin: o.Server.Admin, seats: make([]*viewer.Viewer, o.Viewers), shown: make([]atomic.Int64, o.Viewers)}
	all, dialing := errgroup.WithContext(ctx)
	all.SetLimit(32)
	for i := range w.seats {
		all.Go(func() (err error) {
			w.seats[i], err = viewer.Dial(dialing, viewer.Options{
				URL: o.Server.URL(), Room: room, Light: true, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+i/100))},
				OnComment: func(_ *gatewayv1.Comment, snapshot bool) {
					if !snapshot {
						w.shown[i].Add(1)
					}
				},
			})
			if err != nil {
				err = fmt.Errorf("viewer %d: %w", i, err)
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		w.close()
		return nil, err
	}
	if w.before, err = scrape.ReadHistogram(ctx, latenessMetric, w.admin); err != nil {
		w.close()
	}
	return w, err
}

// told is what they were given in so many seconds.
func (w *watchers) told(ctx context.Context, seconds float64) (*Watched, error) {
	after, err := scrape.ReadHistogram(ctx, latenessMetric, w.admin)
	if err != nil {
		return nil, err
	}
	added := after.Since(w.before)
	r := &Watched{Viewers: len(w.seats), Ticks: added.Count(), LatenessP50: 1000 * added.Quantile(0.5), LatenessP99: 1000 * added.Quantile(0.99)}
	r.Fewest = float64(w.shown[0].Load()) / seconds
	for i := range w.shown {
		rate := float64(w.shown[i].Load()) / seconds
		r.ShownPerSecond, r.Fewest = max(r.ShownPerSecond, rate), min(r.Fewest, rate)
	}
	return r, nil
}

func (w *watchers) close() {
	for _, v := range w.seats {
		if v != nil {
			v.Close()
		}
	}
}
