package comments

import (
	"context"
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
