package comments

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
)

const (
	overruleWithin = 10 * time.Second      // from before a notice until its entry is stored, or will not be
	noticeLife     = 3 * overruleWithin    // for which its entry is looked for
	firstLook      = 20 * time.Millisecond // its entry comes a round trip behind it
	mostApart      = 2 * time.Second       // between two looks
	lookedAtOnce   = 100                   // entries of the room
)

// noticeKey is where notices stand: in the log, so that each has its place before the entry that it tells of, and on one
// subject, so that whoever follows them is given nothing else.
var noticeKey = bus.Singleton(bus.Log, "erase")

// give stores a notice that an entry of a room's log is about to overrule another. The entry may not come: whoever would have
// written it died, or somebody was faster. A try of its own has a notice of its own, since that of the one before may be
// forgotten by now.
func give(ctx context.Context, b *bus.Bus, room string, target uint64) error {
	_, err := b.Append(ctx, noticeKey, rand.Text(), nil, bus.Header{Name: bus.NoticeHeader, Value: told(room, number(target))})
	if err != nil {
		return fmt.Errorf("give notice to the eraser: %w", err)
	}
	return nil
}

// told is what a notice says: a room, and the sequence of what is overruled. What a claim says (bus.ClaimHeader) is alike: a room,
// and the comment whose words these are, or the sequence of what an edit replaces.
func told(room, target string) string { return room + " " + target }

// notice is one whose entry was not found yet.
type notice struct {
	sequence uint64
	room     string
	target   string
	since    time.Time // when it came in
	next     uint64    // first entry that was not looked at
	again    time.Time // when to look again
}

// notices are the open ones, in order.
type notices struct {
	wake chan struct{} // has a place; filled when one came in

	mu   sync.Mutex
	list []*notice // guarded by mu
}

func newNotices() *notices { return &notices{wake: make(chan struct{}, 1)} }

// add adds the one that stands at a sequence, when there is room for it.
func (n *notices) add(ctx context.Context, sequence uint64, value string) error {
	room, target, _ := strings.Cut(value, " ")
	now := time.Now()
	one := &notice{sequence: sequence, room: room, target: target, since: now, next: sequence + 1, again: now.Add(firstLook)}
	for !n.tryAdd(one) {
		if !pause.For(ctx, leastBackoff) { // so many at once are rare: it looks again rather than to be told
			return ctx.Err()
		}
	}
	select {
	case n.wake <- struct{}{}:
	default:
	}
	return nil
}

func (n *notices) tryAdd(one *notice) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.list) >= mostWaiting {
		return false
	}
	n.list = append(n.list, one)
	return true
}

// first is the sequence of the oldest.
func (n *notices) first() (sequence uint64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.list) == 0 {
		return 0, false
	}
	return n.list[0].sequence, true
}

// due waits for one that is to be looked at; nil when the context ended.
func (n *notices) due(ctx context.Context) *notice {
	for {
		n.mu.Lock()
		var next *notice
		for _, one := range n.list {
			if next == nil || one.again.Before(next.again) {
				next = one
			}
		}
		n.mu.Unlock()
		wait := time.Hour // until it is woken
		if next != nil {
			wait = time.Until(next.again)
		}
		if wait <= 0 {
			if ctx.Err() != nil {
				return nil
			}
			return next
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-n.wake:
			timer.Stop()
		}
	}
}

// close takes one out.
func (n *notices) close(one *notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, other := range n.list {
		if other == one {
			n.list = append(n.list[:i], n.list[i+1:]...)
			return
		}
	}
}

func (n *notices) clear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = nil
}

// look looks for the entries that notices tell of, each until it is there or cannot come any more.
func (e *eraser) look(ctx context.Context) {
	for one := e.open.due(ctx); one != nil; one = e.open.due(ctx) {
		age := time.Since(one.since) // before the look, which must not have been too early
		found, err := e.found(ctx, one)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("cannot look for a removal that notice was given of", "sequence", one.sequence, "error", err)
		}
		if found || err == nil && age > e.life {
			e.open.close(one)
			continue
		}
		one.again = time.Now().Add(min(max(age, firstLook), mostApart))
	}
}

// found looks at what came into the room's log since the last look, and has the entry carried out if it is there.
func (e *eraser) found(ctx context.Context, one *notice) (bool, error) {
	for {
		records, more, err := e.bus.Range(ctx, bus.InRoom(bus.Log, one.room), one.next, lookedAtOnce)
		if err != nil {
			return false, err
		}
		for _, r := range records {
			if r.Header(bus.ErasesHeader) == one.target {
				return true, e.waiting.add(ctx, tombstone{r.Sequence, r.Subject, r.Time})
			}
			one.next = r.Sequence + 1
		}
		if !more || len(records) == 0 {
			return false, nil
		}
	}
}
