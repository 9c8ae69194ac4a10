package room

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/limit"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// 47: two gateways whose clocks are 10 s apart show the same comments in the same order, whatever times stand in them, and
// who goes from one to the other with its cursor misses nothing and is given nothing twice.
func Test47GatewaysTenSecondsApart(t *testing.T) {
	bed := testbed.New(t)
	houses := []*house{newHouseOver(t, bed), newHouseOver(t, bed)}
	var rooms []*Room
	for i, s := range houses {
		r := s.room("main", nil)
		by := time.Duration(20*i-10) * time.Second / 2
		r.do(func() { r.model.now = func() time.Time { return testbed.Stepped(t, time.Now(), by) } })
		rooms = append(rooms, r)
	}
	traveller := houses[0].guest()
	if !traveller.join(rooms[0], "traveller", frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	first, _ := traveller.until(t, "the snapshot", isSnapshot)
	cursor := first.GetSnapshot().GetCursor()
	var want, seen []string
	take := func(f *gatewayv1.ServerFrame) {
		for _, c := range f.GetTick().GetComments() {
			seen = append(seen, c.GetText())
		}
		if c := f.GetTick().GetCursor(); c != nil {
			cursor = c
		}
	}
	for i := range 12 {
		text := fmt.Sprint("number ", i)
		posted := time.Now().Add(time.Duration(i%3-1) * 10 * time.Second).UnixMilli() // by replicas that are apart, too
		body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: &eventv1.Comment{
			Id: fmt.Sprint("c", i), Text: text, PostedMs: posted, Author: &eventv1.Author{Person: fmt.Sprint("p", i), Role: eventv1.Role_ROLE_MODERATOR},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bed.Bus.Append(t.Context(), bus.InRoom(bus.Log, "main"), fmt.Sprint("m", i), body); err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
		if i%4 != 3 { // three of four come while it is away
			continue
		}
		for to := i; len(seen) <= to; {
			f, _ := traveller.until(t, text, isTick)
			take(f)
		}
		next := (i/4 + 1) % 2
		_ = traveller.conn.Close()
		traveller = houses[next].guest()
		if !traveller.join(rooms[next], "traveller", frame.Viewer, cursor) {
			t.Fatal("not let in again")
		}
		if f, _ := traveller.until(t, "the welcome", isWelcome); !f.GetWelcome().GetRecovered() {
			t.Fatalf("its cursor %v is none at the other gateway", cursor)
		}
		f, _ := traveller.until(t, "what it missed", isTick)
		take(f)
	}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q, posted %q", seen, want)
	}
}

// A cursor of another gateway that is ahead names what the next tick here brings: that tick is not for its client.
func TestWhoIsAheadIsNotGivenTheTickThatCatchesUp(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	say := func(text string) uint64 {
		body, err := proto.Marshal(posts(text, text))
		if err != nil {
			t.Fatal(err)
		}
		stored, err := s.bed.Bus.Append(t.Context(), bus.InRoom(bus.Log, "main"), text, body)
		if err != nil {
			t.Fatal(err)
		}
		return stored.Sequence
	}
	here := s.guest()
	if !here.join(r, "here", frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	here.until(t, "the snapshot", isSnapshot)
	last := say("first")
	f, _ := here.until(t, "the first", func(f *gatewayv1.ServerFrame) bool { return len(f.GetTick().GetComments()) > 0 })
	ahead := proto.CloneOf(f.GetTick().GetCursor())
	ahead.Log = last + 1 // what it has seen at the other gateway
	g := s.guest()
	if !g.join(r, "ahead", frame.Viewer, ahead) {
		t.Fatal("not let in")
	}
	if at := say("second"); at != ahead.GetLog() {
		t.Fatalf("stored at %d, want %d", at, ahead.GetLog())
	}
	if f, _ := g.until(t, "the welcome", isWelcome); !f.GetWelcome().GetRecovered() {
		t.Fatal("a cursor that was ahead for a moment is not honoured")
	}
	say("third")
	for {
		f, _ := g.until(t, "the third", func(f *gatewayv1.ServerFrame) bool { return len(f.GetTick().GetComments()) > 0 })
		for _, c := range f.GetTick().GetComments() {
			if c.GetText() == "third" {
				return
			}
			t.Fatalf("%q is given once more", c.GetText())
		}
	}
}

// 47: what people may do in a time is by the clock that does not jump: a clock that is set gives nobody more and nobody less.
func Test47BudgetsUnderAClockThatIsSet(t *testing.T) {
	settings := &eventv1.RoomSettings{HeartCap: 1_000_000, TapsPerSecond: 10, TapBurst: 40}
	rule := limit.Bucket{Burst: 10, Per: 10 * time.Second}
	for _, by := range []time.Duration{time.Hour, -time.Hour, time.Second, -time.Second} {
		b, r, now := newBudgets(10), limit.NewRate[string](), time.Now()
		if n, _ := b.take("p", 100, settings, now); n != 40 {
			t.Fatalf("%d taps at once, want 40", n)
		}
		for range 10 {
			if wait := r.Allow("p", rule, now); wait > 0 {
				t.Fatalf("a wait of %s within the burst", wait)
			}
		}
		later := testbed.Stepped(t, now.Add(2*time.Second), by)
		if n, _ := b.take("p", 100, settings, later); n != 20 {
			t.Errorf("set by %s: %d taps after 2 s, want 20", by, n)
		}
		got := 0
		for r.Allow("p", rule, later) == 0 {
			got++
		}
		if got != 2 {
			t.Errorf("set by %s: %d are allowed after 2 s, want 2", by, got)
		}
	}
}
