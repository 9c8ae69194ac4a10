package room

import (
	"sync"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/presence"
)

// inbox is where followers put what is new until the next tick. A sink must not block, so it is a list under a lock that
// nobody holds while waiting.
type inbox struct {
	mu sync.Mutex
	in batch // guarded by mu

	signal chan struct{} // has a place: something is waiting
}

// batch is what came since the tick before.
type batch struct {
	log      []bus.Record
	pins     []bus.Record // entries that were read for the pin
	docs     []follow.Document
	tallies  []follow.Document
	texts    []fetched
	totals   map[string]uint64
	sockets  *presence.Count
	degraded *bool
}

// fetched is a text that was read for a question.
type fetched struct {
	sequence uint64
	text     string
	gone     bool
}

func newInbox() *inbox { return &inbox{signal: make(chan struct{}, 1)} }

func (i *inbox) put(add func(*batch)) {
	i.mu.Lock()
	add(&i.in)
	i.mu.Unlock()
	select {
	case i.signal <- struct{}{}:
	default:
	}
}

func (i *inbox) drain() batch {
	i.mu.Lock()
	defer i.mu.Unlock()
	b := i.in
	i.in = batch{}
	return b
}

func (i *inbox) record(r bus.Record)        { i.put(func(b *batch) { b.log = append(b.log, r) }) }
func (i *inbox) document(d follow.Document) { i.put(func(b *batch) { b.docs = append(b.docs, d) }) }
func (i *inbox) tally(d follow.Document)    { i.put(func(b *batch) { b.tallies = append(b.tallies, d) }) }
func (i *inbox) text(f fetched)             { i.put(func(b *batch) { b.texts = append(b.texts, f) }) }
func (i *inbox) count(n presence.Count)     { i.put(func(b *batch) { b.sockets = &n }) }
func (i *inbox) degrade(yes bool)           { i.put(func(b *batch) { b.degraded = &yes }) }
func (i *inbox) total(name string, total, _ uint64) {
	i.put(func(b *batch) {
		if b.totals == nil {
			b.totals = make(map[string]uint64, 4)
		}
		b.totals[name] = total
	})
}
