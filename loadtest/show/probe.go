package show

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ovation-live/ovation/loadtest/viewer"
)

// probe taps alone on a kind of its own, five times a second, so that a total tells a single tap.
func (s *show) probe(ctx context.Context, start time.Time) error {
	due := make(map[uint64]time.Time)
	var mu sync.Mutex
	seen := uint64(0)
	v, err := viewer.Dial(ctx, viewer.Options{URL: s.Server.URL(), Room: s.room, Light: true, OnHearts: func(totals map[string]uint64) {
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		for ; seen < totals[probeKind]; seen++ {
			if t, ok := due[seen+1]; ok {
				s.taps.Record(now.Sub(t))
			}
		}
	}})
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	defer v.Close()
	sent := uint64(0)
	err = s.each(ctx, start, 5, func(_ int, moment time.Time) error {
		sent++
		mu.Lock()
		due[sent] = moment
		mu.Unlock()
		return v.Tap(ctx, probeKind, 1)
	})
	if err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	return v.Until(wait, func(w *viewer.View) bool { return w.Hearts[probeKind] >= sent })
}
