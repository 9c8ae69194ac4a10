package fanout

import (
	"context"
	"runtime"
	"runtime/metrics"
	"time"
)

// collector has garbage collected right behind a tick, where the heap would reach its goal before the next one is through:
// a collection takes some ten milliseconds of the processors that a sweep needs, and comes several times a second while
// thousands come in. One that is due soon costs no more now, when there is nothing to send.
type collector struct {
	wake    chan struct{}
	collect func()
	read    func() heap

	// owned by run
	last      time.Time // of the last look
	allocated uint64    // by then
}

// longestPause is how far apart two looks may be for the one to tell what the next interval will allocate.
const longestPause = time.Second

// heap is what the runtime says of it, in bytes.
type heap struct {
	allocated uint64 // since the process began
	live      uint64 // of objects, after the latest collection
	objects   uint64 // that it holds now, garbage and all
	goal      uint64 // of objects, at which a collection has come by itself
}

func newCollector() collector {
	return collector{wake: make(chan struct{}, 1), collect: runtime.GC, read: readHeap}
}

func readHeap() heap {
	all := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(all)
	return heap{all[0].Value.Uint64(), all[1].Value.Uint64(), all[2].Value.Uint64(), all[3].Value.Uint64()}
}

// look is called when a tick has been sent.
func (c *collector) look() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *collector) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
			if c.due(time.Now(), c.read()) {
				c.collect()
			}
		}
	}
}

// due tells whether as much again as was allocated since the last look, and half of it for the next sweep, would bring the heap
// to its goal. Where so much is allocated that a collection comes between any two ticks, one more would keep none away. One
// that was just over counts as due, since its garbage is still among the objects: one more behind it brings the next ones into step.
func (c *collector) due(now time.Time, h heap) bool {
	grown, pause := h.allocated-c.allocated, now.Sub(c.last)
	c.allocated, c.last = h.allocated, now
	return pause <= longestPause && h.live+grown < h.goal && h.objects+grown+grown/2 > h.goal
}
