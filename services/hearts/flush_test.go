package hearts

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// Batches begin 25 ms apart however many writers send one window after the other, and the first after a pause at once. What
// is too much for one goes in several without a pause.
func TestBatchesBegin25MillisecondsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var begun []time.Duration
		windows := 0
		store := func(_ context.Context, w []bus.Window, _ []bus.Sum) error {
			begun, windows = append(begun, time.Since(begin).Round(time.Millisecond)), windows+len(w)
			time.Sleep(5 * time.Millisecond) // of synctest's clock, like all here
			return nil
		}
		f := newFlusher(store, func(counted) {}, slog.New(slog.DiscardHandler), time.Now, newMeters())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { _ = f.run(ctx); close(ended) }()
		send := func(writer, number, sums int) {
			w := &window{Window: bus.Window{Writer: fmt.Sprint(writer), Number: uint64(number)}, since: time.Now(), done: make(chan struct{})}
			for i := range sums {
				w.sums = append(w.sums, bus.Sum{Key: bus.Key{Subject: fmt.Sprint(writer, ".", i)}, Count: 1})
			}
			if err := f.add(ctx, w); err != nil {
				t.Errorf("a window was not stored: %v", err)
			}
		}
		var all sync.WaitGroup
		for writer := range 7 {
			all.Go(func() {
				time.Sleep(time.Duration(writer) * time.Millisecond)
				for n := range 4 {
					send(writer, n+1, 1)
				}
			})
		}
		all.Wait()
		for _, writer := range []int{10, 11} {
			all.Go(func() { send(writer, 1, 899) })
		}
		all.Wait()
		time.Sleep(time.Until(begin.Add(time.Second)))
		send(0, 5, 1)
		cancel()
		<-ended
		var want []time.Duration
		for _, at := range []int{0, 25, 50, 75, 100, 125, 130, 1000} {
			want = append(want, time.Duration(at)*time.Millisecond)
		}
		if !slices.Equal(begun, want) || windows != 7*4+3 {
			t.Errorf("%d windows in batches that began at %v, want 31 at %v", windows, begun, want)
		}
	})
}
