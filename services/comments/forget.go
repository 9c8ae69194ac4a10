package comments

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

const (
	forgetEvery = 10 * time.Second // it holds up who writes for a moment
	keepClaim   = 2 * time.Minute  // for as long the log knows its message id, so that a retry finds its own
)

// passed says where the stored position was at a time.
type passed struct {
	upto uint64
	at   time.Time
}

// forget takes notices behind the stored position, which are of no more use to it, out of the log, and claims of words that
// count no longer: few bytes each, but a store keeps what a deleted room leaves in a block on its disk for as long as half of
// the block still stands.
func (e *eraser) forget(ctx context.Context) {
	if time.Since(e.forgot) < e.every {
		return
	}
	e.forgot = time.Now()
	e.mu.Lock()
	stored := e.stored.upto
	e.mu.Unlock()
	if upto := min(stored, e.told.Load()); upto > e.forgotten && e.purge(ctx, noticeKey, upto) {
		e.forgotten = upto
	}
	e.claims = append(e.claims, passed{stored, e.forgot})
	var old uint64
	for len(e.claims) > 0 && e.forgot.Sub(e.claims[0].at) >= e.kept {
		old = e.claims[0].upto
		e.claims = e.claims[1:]
	}
	if old > e.unclaimed && e.purge(ctx, claimKey, old) { // else those that are old next take them along
		e.unclaimed = old
	}
}

// purge takes what stands on one subject up to a sequence out of the log.
func (e *eraser) purge(ctx context.Context, key bus.Key, upto uint64) bool {
	err := e.bus.PurgeBelow(ctx, key, upto+1)
	if err != nil && ctx.Err() == nil {
		e.log.Warn("what the eraser is done with could not be taken out of the log yet", "error", err)
	}
	return err == nil
}
