package comments

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Whose time is over while it looks for an earlier try has read for the others: they go on behind it.
func TestALookWhoseCallerHasGoneIsOfUse(t *testing.T) {
	b := testbed.New(t)
	key := bus.InRoom(bus.Log, "main")
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: &eventv1.Comment{Id: "c1"}}})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := b.Bus.Append(t.Context(), key, "m1", body)
	if err != nil {
		t.Fatal(err)
	}
	x := newRecent(b.Bus)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	now := time.Now()
	if at, ok, err := x.find(gone, "main", "c1", now); err != nil || !ok || at != stored.Sequence {
		t.Fatalf("%d %v %v, want it at %d", at, ok, err, stored.Sequence)
	}
	in := x.rooms["main"]
	if in.next != stored.Sequence+1 || !in.read.Equal(now) {
		t.Errorf("it goes on at %d, as of %s", in.next, in.read)
	}
	at, ok, err := x.find(t.Context(), "main", "c1", now.Add(time.Second))
	if err != nil || !ok || at != stored.Sequence {
		t.Errorf("the next one: %d %v %v", at, ok, err)
	}
}

// Who waits for somebody's look waits no longer than its call may.
func TestWhoWaitsForALookHasADeadline(t *testing.T) {
	b := testbed.New(t)
	x := newRecent(b.Bus)
	if _, _, err := x.find(t.Context(), "main", "c1", time.Now()); err != nil {
		t.Fatal(err)
	}
	turn := x.rooms["main"].turn
	turn <- struct{}{} // somebody reads, of a store that is silent
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, _, err := x.find(ctx, "main", "c1", time.Now())
		ended <- err
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended with %v, want its deadline", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits on beyond its deadline")
	}
	<-turn
}

// A look that fails has failed for all who waited for it: one after the other they would wait for the same silence again.
func TestALookThatFailsAnswersAllWhoWait(t *testing.T) {
	b := testbed.New(t)
	x := newRecent(b.Bus)
	if _, _, err := x.find(t.Context(), "main", "c1", time.Now()); err != nil {
		t.Fatal(err)
	}
	in := x.rooms["main"]
	in.turn <- struct{}{}
	const waiting = 5
	ended := make(chan error, waiting)
	for range waiting {
		go func() {
			_, _, err := x.find(t.Context(), "main", "c1", time.Now())
			ended <- err
		}()
	}
	for in.asked.Load() < 1+waiting {
		time.Sleep(time.Millisecond) // until the last one waits; what is to be seen does not hang on it
	}
	b.Bus.Close()
	<-in.turn
	for range waiting {
		if err := <-ended; err == nil {
			t.Error("a look at a store that is gone found something")
		}
	}
	in.turn <- struct{}{}
	if in.answered != 1+waiting {
		t.Errorf("the look that failed answered those up to %d, want all %d", in.answered, 1+waiting)
	}
	<-in.turn
}
