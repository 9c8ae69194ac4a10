package comments

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

// Pace of erasing. An erase rewrites a block of the stream and waits for the disk, some 16 ms and on slow ones 30 and more,
// in which nobody else writes into it. So there are few of them while little is due, and as many as are due when much was
// removed at once. After each the stream is left to others: for as long as it took, at most 100 ms, while all that waits will
// be gone in time all the same, and else for less, but never for less than a quarter of what it took.
const (
	eraseEvery  = 100 * time.Millisecond
	eraseWithin = 45 * time.Second // of the 60 s that are promised
	eraseSurely = 54 * time.Second // by when rests become shorter
	mostWaiting = 20_000           // beyond it reading ahead waits
)

// tombstone is one erase that is due.
type tombstone struct {
	sequence uint64
	subject  string
	since    time.Time
}

// apart are times from one erase to the next: what to keep to, and the longest with which nothing is late.
type apart struct{ aim, most time.Duration }

// apartFor is how far apart erases may be so that each of what waits, oldest first, is erased in its time.
func apartFor(now time.Time, waiting []tombstone) apart {
	a := apart{aim: eraseEvery, most: time.Minute}
	for i, t := range waiting {
		n := time.Duration(i + 1)
		a.aim = min(a.aim, t.since.Add(eraseWithin).Sub(now)/n)
		a.most = min(a.most, t.since.Add(eraseSurely).Sub(now)/n)
	}
	return apart{max(0, a.aim), max(0, a.most)}
}

// pace keeps erases of one stream apart.
type pace struct{ began, ended time.Time }

// rest is how long the stream is left to others after an erase.
func rest(took time.Duration, a apart) time.Duration {
	return max(took/4, min(took, eraseEvery, a.most-took))
}

// take erases when it is time to.
func (p *pace) take(ctx context.Context, a apart, erase func() error) error {
	if !pause.For(ctx, max(a.aim-time.Since(p.began), rest(p.ended.Sub(p.began), a)-time.Since(p.ended))) {
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

// add adds one, when there is room for it. One that is there is added once.
func (b *backlog) add(ctx context.Context, t tombstone) error {
	if !b.until(ctx, func(n int) bool { return n < mostWaiting }) {
		return ctx.Err()
	}
	defer b.mu.Unlock()
	at, known := slices.BinarySearchFunc(b.list, t.sequence, func(t tombstone, sequence uint64) int { return cmp.Compare(t.sequence, sequence) })
	if !known {
		b.list = slices.Insert(b.list, at, t)
		b.change()
	}
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

// drop takes one out.
func (b *backlog) drop(sequence uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = slices.DeleteFunc(b.list, func(t tombstone) bool { return t.sequence == sequence })
	b.change()
}

func (b *backlog) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = nil
	b.change()
}

func (b *backlog) apart(now time.Time) apart {
	b.mu.Lock()
	defer b.mu.Unlock()
	return apartFor(now, b.list)
}
