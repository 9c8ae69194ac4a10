package hearts

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// longestWait is how long a window may wait for its flush. Beyond it the writer is asked to send it again: nothing was
// acknowledged, so nothing is lost that was promised.
const longestWait = 5 * time.Second

// flushEvery is how long after the beginning of a batch the next one begins at the soonest: a batch costs the store
// milliseconds whatever is in it, and lanes of several gateways would have one begin whenever one ends.
const flushEvery = 25 * time.Millisecond

// flusher is the batch loop: it takes everything that waits, stores it at once, and then looks again. After a pause a window
// is stored the moment it comes; under load the batches grow by themselves.
type flusher struct {
	// static
	store func(context.Context, []bus.Window, []bus.Sum) error
	tell  func(counted) // is told each sum that was stored, once
	log   *slog.Logger
	clock func() time.Time
	meter meters
	wake  chan struct{}

	mu     sync.Mutex
	queue  []*window              // guarded by mu
	known  map[bus.Window]*window // guarded by mu; queued or under way
	closed bool                   // guarded by mu
}

// window is one writer's window on its way.
type window struct {
	bus.Window
	sums   []bus.Sum
	hearts []counted // the same, for the pulse
	since  time.Time
	done   chan struct{} // closed when err is set
	err    error
}

// counted is a sum that is in the totals.
type counted struct {
	room, nonce, kind string
	count             uint64
	moments           []*heartsv1.HeartMoment
}

func newFlusher(store func(context.Context, []bus.Window, []bus.Sum) error, tell func(counted), log *slog.Logger, clock func() time.Time, m meters) *flusher {
	return &flusher{store: store, tell: tell, log: log, clock: clock, meter: m, wake: make(chan struct{}, 1), known: make(map[bus.Window]*window)}
}

// add queues a window and waits until it is stored. A copy of a window that is on its way waits for that one.
func (f *flusher) add(ctx context.Context, w *window) error {
	f.mu.Lock()
	switch first := f.known[w.Window]; {
	case f.closed:
		f.mu.Unlock()
		return unavailable("this replica is going away")
	case first != nil:
		w = first
	default:
		f.known[w.Window] = w
		f.queue = append(f.queue, w)
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func unavailable(why string) error {
	return fault.New(fault.Unavailable, "%s; send the same window again", why).After(100 * time.Millisecond)
}

func (f *flusher) run(ctx context.Context) error {
	var next time.Time // when a batch may begin
	for {
		select {
		case <-ctx.Done():
			f.close()
			return ctx.Err()
		case <-f.wake:
		}
		for pause.For(ctx, time.Until(next)) {
			batch, more := f.take()
			if len(batch) == 0 {
				break
			}
			if next = time.Now(); !more {
				next = next.Add(flushEvery)
			}
			f.flush(ctx, batch)
		}
	}
}

func (f *flusher) close() {
	f.mu.Lock()
	f.closed = true
	waiting := f.queue
	f.queue = nil
	f.mu.Unlock()
	for _, w := range waiting {
		f.end(w, unavailable("this replica is going away"))
	}
}

// take gives the waiting windows that fit into one batch together, oldest first, and tells whether there are more.
func (f *flusher) take() (batch []*window, more bool) {
	late := f.clock().Add(-longestWait)
	var dropped []*window
	keys := make(map[string]bool)
	f.mu.Lock()
	for len(f.queue) > 0 {
		w := f.queue[0]
		if w.since.Before(late) {
			dropped = append(dropped, w)
			f.queue = f.queue[1:]
			continue
		}
		fresh := 0
		for _, s := range w.sums {
			if !keys[s.Key.Subject] {
				fresh++
			}
		}
		if len(batch)+1+len(keys)+fresh > bus.MaxBatch {
			break
		}
		for _, s := range w.sums {
			keys[s.Key.Subject] = true
		}
		batch = append(batch, w)
		f.queue = f.queue[1:]
	}
	more = len(f.queue) > 0
	f.mu.Unlock()
	for _, w := range dropped {
		f.end(w, unavailable("the window waited longer than 5 s"))
	}
	return batch, more
}

// flush stores a batch. It is finished even when the process is to end: stopping between the members of a batch would
// only leave the server waiting.
func (f *flusher) flush(ctx context.Context, batch []*window) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestWait)
	defer cancel()
	err := f.store(ctx, names(batch), total(batch))
	if errors.Is(err, bus.ErrApplied) && len(batch) > 1 {
		// One of them was applied before, at another replica or before an answer was lost, and the store refused all. One
		// by one it is known which.
		for _, w := range batch {
			f.stored(w, f.store(ctx, []bus.Window{w.Window}, w.sums))
		}
	} else {
		for _, w := range batch {
			f.stored(w, err)
		}
		err = applied(err)
	}
	f.meter.flushed(ctx, time.Since(start), len(batch), err)
}

// stored ends a window with what the store said. One that was applied before was told by whoever applied it; where that
// was this replica and the answer was lost, its hearts stand in no second, rather than in two.
func (f *flusher) stored(w *window, err error) {
	if err == nil {
		for _, c := range w.hearts {
			f.tell(c)
		}
	}
	f.end(w, applied(err))
}

// applied is the outcome of storing one window: that it was stored before is what was wanted.
func applied(err error) error {
	if errors.Is(err, bus.ErrApplied) {
		return nil
	}
	return err
}

func (f *flusher) end(w *window, err error) {
	f.mu.Lock()
	delete(f.known, w.Window)
	f.mu.Unlock()
	w.err = err
	close(w.done)
}

func names(batch []*window) []bus.Window {
	all := make([]bus.Window, len(batch))
	for i, w := range batch {
		all[i] = w.Window
	}
	return all
}

// total sums the windows by counter.
func total(batch []*window) []bus.Sum {
	at := make(map[string]int)
	var sums []bus.Sum
	for _, w := range batch {
		for _, s := range w.sums {
			i, ok := at[s.Key.Subject]
			if !ok {
				i = len(sums)
				at[s.Key.Subject] = i
				sums = append(sums, bus.Sum{Key: s.Key})
			}
			sums[i].Count += s.Count
		}
	}
	return sums
}
