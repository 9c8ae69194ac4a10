package room

import (
	"fmt"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// One removed comment may have a whole slow lane ask for a snapshot at once, while the room is at work: each is given one.
func TestACrowdThatAsksAtOnceIsGivenSnapshots(t *testing.T) {
	const crowd = 600
	s := newHouse(t)
	r := s.room("main", nil)
	guests := make([]*guest, crowd)
	for i := range guests {
		guests[i] = s.guest()
		if !guests[i].join(r, fmt.Sprint(i), frame.Viewer, nil) {
			t.Fatal("not let in")
		}
		guests[i].until(t, "the snapshot", isSnapshot)
	}
	working, done := make(chan struct{}), make(chan struct{})
	r.do(func() { close(working); <-done })
	<-working
	for _, g := range guests {
		r.resync(g.member)
	}
	close(done)
	for i, g := range guests {
		g.until(t, fmt.Sprintf("the resync of number %d", i), func(f *gatewayv1.ServerFrame) bool { return f.GetResync() != nil })
		g.until(t, fmt.Sprintf("the snapshot of number %d", i), isSnapshot)
	}
}

// Whoever found a room that closes then, because nobody was there, is not left in it: it says so, and the hub opens another.
func TestNobodySitsInAClosedRoom(t *testing.T) {
	s := newHouse(t)
	s.room("main", nil)
	for range 10 {
		r, err := s.hub.Room(t.Context(), "main")
		if err != nil {
			t.Fatal(err)
		}
		s.hub.closeIdle(time.Now().Add(2 * keepIdle))
		for i := range 4 {
			if s.guest().join(r, fmt.Sprint(i), frame.Viewer, nil) {
				t.Fatal("a room that closed took somebody in")
			}
			if i == 1 {
				<-r.stopped // and whoever comes after that
			}
		}
		if r, err = s.hub.Room(t.Context(), "main"); err != nil {
			t.Fatalf("the room cannot be opened again: %v", err)
		}
		g := s.guest()
		if !g.join(r, "again", frame.Viewer, nil) {
			t.Fatal("the new room takes nobody in")
		}
		g.until(t, "the snapshot", isSnapshot)
		r.Leave(g.member)
	}
}

// A session that leaves before its seat is made, or while it is, is in nobody's count.
func TestWhoLeftIsNotSeated(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	g := s.guest()
	working, done := make(chan struct{}), make(chan struct{})
	r.do(func() { close(working); <-done })
	<-working
	if !g.join(r, "somebody", frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	r.Leave(g.member)
	close(done)
	if _, ok := ask(r, func() bool { return true }); !ok {
		t.Fatal("the room ended")
	}
	if viewers, moderators := r.audience.Members(); viewers != [2]int{} || moderators != [2]int{} {
		t.Errorf("%v viewers and %v moderators are in an empty room", viewers, moderators)
	}
}
