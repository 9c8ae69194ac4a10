package fanout

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoWaitsForTicksWaitsForAllShards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sending
		begin := time.Now()
		waited := make(chan time.Duration, 10)
		wait := func() {
			s.wait(holdMost)
			waited <- time.Since(begin)
		}
		want := func(at time.Duration) {
			t.Helper()
			if got := <-waited; got != at {
				t.Errorf("the wait ended after %s, want %s", got, at)
			}
		}
		wait() // nothing is being sent
		want(0)
		s.begin()
		s.begin()
		go wait()
		go wait()
		time.Sleep(5 * time.Millisecond) // of the bubble's time, like all here: the first shard takes 5 ms, the other 10
		s.end()
		time.Sleep(5 * time.Millisecond) // and the other shard
		s.end()
		want(10 * time.Millisecond)
		want(10 * time.Millisecond)
		s.begin()
		go wait() // and it does not end
		want(10*time.Millisecond + holdMost)
		s.end()
		wait()
		want(10*time.Millisecond + holdMost)
	})
}

// Who waits for a tick that is awaited waits until it was published and tried on everybody, or until there is none.
func TestAnAwaitedTickIsWaitedFor(t *testing.T) {
	e, err := New(Options{Shards: 3})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = e.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	r := e.NewRoom(func(*Member) {})
	waits := func(want bool) {
		t.Helper()
		const most = 20 * time.Millisecond
		if began := time.Now(); want {
			if e.AfterTicksFor(most); time.Since(began) < most {
				t.Fatal("nobody waits")
			}
		} else if e.AfterTicksFor(10 * time.Second); time.Since(began) > 5*time.Second {
			t.Fatal("they wait for ever")
		}
	}
	waits(false)
	for range 2 { // an await twice is one
		r.Await()
		r.Await()
		waits(true)
		r.Forgo()
		waits(false)
		r.Forgo() // without an await
		waits(false)
	}
	for v := uint64(1); v <= 20; v++ {
		r.Await()
		r.Publish(&Tick{Version: v})
		r.Forgo() // the tick's own now
		waits(false)
	}
	r.Await()
	r.Close()
	waits(false)
	r = e.NewRoom(func(*Member) {})
	r.Await()
	waits(true)
	cancel()
	<-ended
	r.Publish(&Tick{Version: 1}) // to shards that have ended
	waits(false)
}
