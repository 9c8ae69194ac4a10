package hearts

import (
	"context"
	"fmt"
	"sync"
)

// reading is what was read of a room's show. Whoever asked for the same at that moment holds the same maps: nobody changes
// them.
type reading struct {
	rows   rows
	totals map[string]uint64 // nil where they were not asked for
}

// stretch is what a reading is of. A room that was made anew is another one.
type stretch struct {
	room, nonce string
	between     span
	totals      bool
}

// readings joins equal reads that come while one is under way: each reads all that a show left in the store, everybody may
// ask, and an audience asks in one moment.
type readings struct {
	mu    sync.Mutex
	under map[stretch]*underway // guarded by mu
}

// underway is a read that others wait for.
type underway struct {
	done chan struct{}
	// set before done is closed
	got  reading
	err  error
	left bool // by who began it, before its end: whoever waits begins anew
}

// do reads a stretch, or waits for whoever does.
func (r *readings) do(ctx context.Context, of stretch, read func(context.Context) (reading, error)) (reading, error) {
	for {
		r.mu.Lock()
		u, waits := r.under[of]
		if !waits {
			u = &underway{done: make(chan struct{}), left: true}
			if r.under == nil {
				r.under = make(map[stretch]*underway)
			}
			r.under[of] = u
		}
		r.mu.Unlock()
		if !waits {
			return r.lead(ctx, of, u, read)
		}
		select {
		case <-u.done:
		case <-ctx.Done():
			return reading{}, fmt.Errorf("wait for a read: %w", ctx.Err())
		}
		if !u.left {
			return u.got, u.err
		}
	}
}

func (r *readings) lead(ctx context.Context, of stretch, u *underway, read func(context.Context) (reading, error)) (reading, error) {
	defer func() { // also where it panics
		r.mu.Lock()
		delete(r.under, of)
		r.mu.Unlock()
		close(u.done)
	}()
	u.got, u.err = read(ctx)
	u.left = u.err != nil && ctx.Err() != nil
	return u.got, u.err
}
