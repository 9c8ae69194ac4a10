package comments

import (
	"context"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

// Pace of erasing. An erase rewrites a block of the stream, some 16 ms, in which nobody else writes into it. So there are
// few of them while little is due, and as many as are due when much was removed at once; but after each the stream is
// left to others for as long as it took, at most 100 ms, which bounds it to some 30 a second.
const (
	eraseEvery  = 100 * time.Millisecond
	eraseWithin = 45 * time.Second // of the 60 s that are promised
	mostWaiting = 20_000           // beyond it reading ahead waits
)

// tombstone is one erase that is due.
type tombstone struct {
	sequence uint64
	subject  string
	since    time.Time
}

// pauseFor is the time from one erase to the next with which each of what waits, oldest first, is erased in its time.
func pauseFor(now time.Time, waiting []tombstone) time.Duration {
	apart := eraseEvery
	for i, t := range waiting {
		apart = min(apart, t.since.Add(eraseWithin).Sub(now)/time.Duration(i+1))
	}
	return max(0, apart)
}

// pace keeps erases of one stream apart.
type pace struct{ began, ended time.Time }

// take erases when that much time since the beginning of the last erase is over, and as long as that one took since its end.
func (p *pace) take(ctx context.Context, apart time.Duration, erase func() error) error {
	rest := min(p.ended.Sub(p.began), eraseEvery)
	if !pause.For(ctx, max(apart-time.Since(p.began), rest-time.Since(p.ended))) {
		return ctx.Err()
	}
	p.began = time.Now()
	err := erase()
	p.ended = time.Now()
	return err
}

// backlog is what was read and has yet to be erased, oldest first.
type backlog struct {
	mu      sync.Mutex
	list    []tombstone   // guarded by mu
	changed chan struct{} // guarded by mu; closed at the next change
}

func newBacklog() *backlog { return &backlog{changed: make(chan struct{})} }

// change holds b.mu.
func (b *backlog) change() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// until waits for a length that is wanted; false when the context ended first. It holds b.mu when it returns true.
func (b *backlog) until(ctx context.Context, wanted func(n int) bool) bool {
	for {
		b.mu.Lock()
		if wanted(len(b.list)) {
			return true
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-ctx.Done():
			return false
		case <-changed:
		}
	}
}

// add adds one, when there is room for it.
func (b *backlog) add(ctx context.Context, t tombstone) error {
	if !b.until(ctx, func(n int) bool { return n < mostWaiting }) {
		return ctx.Err()
	}
	defer b.mu.Unlock()
	b.list = append(b.list, t)
	b.change()
	return nil
}

// any waits for something to do; false when the context ended first.
func (b *backlog) any(ctx context.Context) bool {
	if !b.until(ctx, func(n int) bool { return n > 0 }) {
		return false
	}
	b.mu.Unlock()
	return ctx.Err() == nil
}

// first is the oldest, if there is one.
func (b *backlog) first() (tombstone, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) == 0 {
		return tombstone{}, false
	}
	return b.list[0], true
}

// drop takes the oldest out.
func (b *backlog) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list[0] = tombstone{}
	b.list = b.list[1:]
	b.change()
}

func (b *backlog) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = nil
	b.change()
}

func (b *backlog) pause(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return pauseFor(now, b.list)
}
