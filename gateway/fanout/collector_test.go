package fanout

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const mb = 1 << 20

func TestGarbageIsCollectedBeforeATickWouldMeetIt(t *testing.T) {
	type look struct {
		after                    time.Duration
		allocated, objects, goal uint64 // MB, and half of the goal is live
		want                     bool
	}
	for name, looks := range map[string][]look{
		"the first look knows of no interval":            {{0, 9, 9, 10, false}},
		"little is allocated":                            {{0, 10, 10, 20, false}, {100, 11, 11, 20, false}},
		"the next interval and its sweep would reach it": {{0, 10, 10, 20, false}, {100, 15, 13, 20, true}},
		"just not":                            {{0, 10, 10, 20, false}, {100, 14, 14, 20, false}},
		"nothing was for a while":             {{0, 10, 10, 20, false}, {2000, 18, 18, 20, false}, {100, 20, 18, 20, true}},
		"a collection comes in each interval": {{0, 10, 10, 20, false}, {100, 20, 18, 20, false}},
		"one is just over":                    {{0, 10, 10, 20, false}, {100, 15, 18, 20, true}},
		"collections are off":                 {{0, 10, 10, 1 << 40, false}, {100, 1000, 1000, 1 << 40, false}},
	} {
		var c collector
		now := time.Now()
		for i, l := range looks {
			now = now.Add(l.after * time.Millisecond)
			if got := c.due(now, heap{l.allocated * mb, l.goal * mb / 2, l.objects * mb, l.goal * mb}); got != l.want {
				t.Errorf("%s: look %d says %v", name, i, got)
			}
		}
	}
}

// It looks behind ticks alone, and never waits for who tells it of them.
func TestACollectorLooksWhenATickWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int32
		c := newCollector()
		c.read = func() heap { looks.Add(1); time.Sleep(time.Second); return heap{goal: mb} } // of the bubble's time, as all here
		c.collect = func() { t.Error("collected where nothing is known") }
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.run(ctx)
		time.Sleep(time.Minute) // in which nothing rings
		if n := looks.Load(); n != 0 {
			t.Errorf("%d looks before any tick", n)
		}
		for range 5 {
			c.look() // more than one while it looks are one
		}
		synctest.Wait()
		time.Sleep(time.Minute) // until all looks are through
		if n := looks.Load(); n == 0 || n > 2 {
			t.Errorf("%d looks", n)
		}
	})
}

// Ticks that others waited for are looked behind, and what is due is done; where nobody waits for ticks it is not worth a look.
func TestATickThatWasAwaitedIsLookedBehind(t *testing.T) {
	e, err := New(Options{Shards: 2})
	if err != nil {
		t.Fatal(err)
	}
	looked, collected := make(chan struct{}, 100), make(chan struct{}, 100)
	now := heap{live: 10 * mb, objects: 16 * mb, goal: 20 * mb}
	e.collector.read = func() heap {
		now.allocated += 4 * mb
		looked <- struct{}{}
		return now
	}
	e.collector.collect = func() { collected <- struct{}{} }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = e.Run(ctx) }()
	r := e.NewRoom(func(*Member) {})
	for v := uint64(1); v <= 3; v++ {
		r.Publish(&Tick{Version: v})
	}
	e.Members() // once shards answer they have sent all that
	if len(looked)+len(e.collector.wake) > 0 {
		t.Error("a look behind ticks that nobody waited for")
	}
	for v := uint64(4); v <= 6; v++ {
		r.Await()
		r.Publish(&Tick{Version: v})
		<-looked
		if v > 4 { // the first look knows of no interval, each of the others of one
			<-collected
		}
	}
	cancel()
	<-ended
}
