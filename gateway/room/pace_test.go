package room

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Whoever comes with a cursor that no gateway ever gave out changes nothing of how often the others are sent a tick.
func TestACursorAheadMakesNoTickComeSooner(t *testing.T) {
	const interval = 300 * time.Millisecond
	s := newHouse(t)
	r := s.room("main", func(r *eventv1.Room) { r.Settings.MinTickMs = uint32(interval.Milliseconds()) })
	viewer := s.guest()
	if !viewer.join(r, "viewer", frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	viewer.until(t, "the snapshot", isSnapshot)
	for i := range 3 {
		if !s.guest().join(r, fmt.Sprint("stranger-", i), frame.Viewer, &gatewayv1.Cursor{Epoch: r.epoch, Log: math.MaxInt64, State: math.MaxInt64}) {
			t.Fatal("not let in")
		}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // hearts come all the time
		defer close(stopped)
		for n := uint64(1); ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				r.inbox.total("heart.heart", n, 0)
			}
		}
	}()
	var ticks []int64
	for began := time.Now(); time.Since(began) < 800*time.Millisecond; {
		f, _ := viewer.until(t, "a tick", isTick)
		ticks = append(ticks, f.GetTick().GetAtMs())
	}
	close(stop)
	<-stopped
	for i := 1; i < len(ticks); i++ {
		if apart := ticks[i] - ticks[i-1]; apart < interval.Milliseconds()-1 { // a millisecond for what rounding takes
			t.Fatalf("tick %d of %d came %d ms after the one before, where ticks last %v", i+1, len(ticks), apart, interval)
		}
	}
}

// Whoever waits with a cursor ahead may show another token meanwhile: for the race detector.
func TestWhoeverWaitsMayRenewItsToken(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	seat := &Seat{Member: s.guest().member, Protocol: frame.JSON, Audience: frame.Viewer, Person: "one", Pass: "first"}
	r.mu.Lock()
	r.sessions[seat.Member] = seat
	r.mu.Unlock()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				r.Renew(seat.Member, fmt.Sprint("another-", i%2))
			}
		}
	}()
	waiting, _ := ask(r, func() (waited int) {
		for range 200 {
			r.seat(&join{seat: seat, cursor: &gatewayv1.Cursor{Epoch: r.epoch, Log: math.MaxInt64, State: math.MaxInt64}, since: time.Now()}, time.Now())
			waited += len(r.early.joins)
			r.early = early{}
		}
		return waited
	})
	close(stop)
	<-stopped
	if waiting != 200 {
		t.Errorf("waited %d times of 200", waiting)
	}
}

// Of those that come with a cursor ahead so many of one person wait, and so many of a room; all others are in at once.
func TestSoManyCursorsAheadWait(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	ahead := &gatewayv1.Cursor{Epoch: r.epoch, Log: math.MaxInt64, State: math.MaxInt64}
	guests := make([]*guest, maxEarlyOf+1)
	for i := range guests {
		guests[i] = s.guest()
	}
	waiting, _ := ask(r, func() int {
		for _, g := range guests {
			seat := &Seat{Member: g.member, Protocol: frame.JSON, Audience: frame.Viewer, Person: "one"}
			r.mu.Lock()
			r.sessions[g.member] = seat
			r.mu.Unlock()
			r.seat(&join{seat: seat, cursor: ahead, since: time.Now(), welcome: func(recovered bool) *frame.Frame {
				if recovered {
					t.Error("a cursor that no gateway gave out is honoured")
				}
				return nil
			}}, time.Now())
		}
		return len(r.early.joins)
	})
	if waiting != maxEarlyOf {
		t.Errorf("%d of one person wait", waiting)
	}
	for _, g := range guests { // one at once, the others when they have waited for long enough
		g.until(t, "the snapshot", isSnapshot)
	}
	var full early
	for i := range maxEarly + 1 {
		if took := full.add(&join{seat: &Seat{Person: fmt.Sprint(i)}}); took != (i < maxEarly) {
			t.Fatalf("number %d of a room: %v", i+1, took)
		}
	}
}
