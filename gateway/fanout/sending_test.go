package fanout

import (
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
