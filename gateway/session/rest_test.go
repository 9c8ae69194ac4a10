package session

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
)

// Whoever went over its rate leaves the slow lane some time after that, whether or not it ever says anything more; and not before
// that if it goes on.
func TestTheSlowLaneOfAFloodEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // sleeps move the clock of this bubble; nobody waits
		engine, err := fanout.New(fanout.Options{Logger: slog.New(slog.DiscardHandler)}) // does not run: what it is told waits in a queue
		if err != nil {
			t.Fatal(err)
		}
		v := &session{Sessions: New(Options{Logger: slog.New(slog.DiscardHandler)}), phase: seated}
		v.member = engine.Attach(nil, func(*fanout.Member) fanout.Visitor { return v })
		resting := func() bool {
			synctest.Wait()
			v.mu.Lock()
			defer v.mu.Unlock()
			return v.rest != nil
		}
		v.slowForNow()
		time.Sleep(restLane - time.Millisecond)
		if !resting() {
			t.Error("it is out too soon")
		}
		v.slowForNow() // it goes on
		time.Sleep(restLane - time.Millisecond)
		if !resting() {
			t.Error("it goes on, and is out")
		}
		time.Sleep(2 * time.Millisecond)
		if resting() {
			t.Error("it said nothing for long, and is in the slow lane yet")
		}
	})
}
