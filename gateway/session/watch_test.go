package session

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAWatchEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Watch
		if w.sees("show") {
			t.Error("nobody asked for it")
		}
		w.On("show", 10*time.Minute)
		w.On("other", 24*time.Hour)
		time.Sleep(10*time.Minute - time.Second)
		if !w.sees("show") || !w.sees("other") || w.sees("third") {
			t.Error("watched while it should be, and nothing else")
		}
		time.Sleep(2 * time.Second)
		if w.sees("show") || !w.sees("other") || len(w.Rooms()) != 1 {
			t.Error("ten minutes are over for one of them")
		}
		time.Sleep(51 * time.Minute)
		if w.sees("other") {
			t.Error("a watch lasts an hour at most")
		}
		w.On("show", time.Minute)
		w.On("show", 0)
		if w.sees("show") {
			t.Error("it was ended")
		}
	})
}
