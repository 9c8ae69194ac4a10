package room

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func TestAnAlarmRingsAheadAndWhenItIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		begin := time.Now()
		a := newAlarm()
		defer a.stop()
		want := func(at time.Duration, due bool) {
			t.Helper()
			<-a.rings()
			if now := time.Now(); now.Sub(begin) != at || a.off(now) != due {
				t.Errorf("it rang after %s and said not %v, want %s", now.Sub(begin), due, at)
			}
		}
		want(0, true)
		a.set(begin.Add(100*ms), 2*ms)
		a.set(begin.Add(200*ms), 2*ms) // it rings sooner anyway
		want(98*ms, false)
		want(100*ms, true)
		a.set(begin.Add(300*ms), 2*ms)
		a.set(begin.Add(150*ms), 0) // sooner, and nobody to tell
		want(150*ms, true)
		a.set(begin.Add(151*ms), 2*ms) // no time to ring ahead of it by so much: it does at once
		want(150*ms, false)
		want(151*ms, true)
		a.set(begin, 2*ms) // long past
		want(151*ms, true)
	})
}

// Who waits for ticks waits for one that is about to come, where sending takes long, and no longer than until it is sent.
func TestATickIsAwaited(t *testing.T) {
	const interval, ahead = 300 * time.Millisecond, 100 * time.Millisecond
	s := newHouseWith(t, fanout.Options{Ahead: ahead, LongSweep: 1})
	r := s.room("main", func(r *eventv1.Room) { r.Settings.MinTickMs = uint32(interval.Milliseconds()) })
	viewer := s.guest()
	if !viewer.join(r, "viewer", frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	viewer.until(t, "the snapshot", isSnapshot)
	for n := uint64(1); n <= 20; n++ { // the first one's sweep tells how long they take; on a busy machine one may be late already when it is asked for
		sent := make(chan struct{})
		r.inbox.total("heart.heart", n, 0)
		go func() {
			defer close(sent)
			viewer.until(t, "a tick", isTick)
		}()
		var longest time.Duration
		for ticked := false; !ticked; {
			began := time.Now()
			s.engine.AfterTicksFor(10 * time.Second)
			longest = max(longest, time.Since(began))
			select {
			case <-sent:
				ticked = true
			case <-time.After(time.Millisecond): // as often as newcomers come
			}
		}
		if longest > ahead/2 && longest < 5*time.Second {
			return
		}
	}
	t.Errorf("nobody waits for a tick %s ahead, or somebody for ever", ahead)
}
