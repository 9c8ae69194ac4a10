package room

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func (s *house) ban(room, person string, traces ...string) {
	s.Helper()
	body, err := proto.Marshal(&eventv1.Standing{
		Person: person, Guest: true, Traces: traces, Ban: &eventv1.Measure{By: &eventv1.Author{Role: eventv1.Role_ROLE_MODERATOR}},
	})
	if err == nil {
		_, err = s.bed.Bus.Put(s.Context(), bus.InRoom(bus.State, room, people.StandingKey, person), body, 0)
	}
	if err != nil {
		s.Fatal(err)
	}
}

// A guest who leaves before it is banned is known by where it wrote from; one who sits there is not noted twice, and of one
// who did nothing here nothing is known.
func TestTheTraceOfWhoLeftBeforeTheBanIsNoted(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	id := func(n int) string { return fmt.Sprintf("%026d", n) }
	const gone, sits, noted, quiet, last = 1, 2, 3, 4, 5
	for _, n := range []int{gone, sits, noted, last} {
		r.Acted(id(n), "trace of "+id(n))
	}
	if !s.guest().join(r, id(sits), frame.Viewer, nil) {
		t.Fatal("not let in")
	}
	s.ban("main", id(sits))
	s.ban("main", id(noted), "trace of "+id(noted))
	s.ban("main", id(quiet))
	s.ban("main", id(gone))
	s.ban("main", id(last))
	seen := map[string]bool{<-s.noted: true, <-s.noted: true}
	if len(seen) != 2 || !seen[id(gone)+" trace of "+id(gone)] || !seen[id(last)+" trace of "+id(last)] || len(s.noted) > 0 {
		t.Errorf("noted %v, and %d more", seen, len(s.noted))
	}
}

// The gateway remembers it over a time in which nobody was in the room here and it was closed.
func TestTracesOutliveAClosedRoom(t *testing.T) {
	s := newHouse(t)
	r := s.room("main", nil)
	person := fmt.Sprintf("%026d", 1)
	r.Acted(person, "trace")
	s.hub.closeIdle(time.Now().Add(2 * keepIdle))
	<-r.stopped
	s.ban("main", person)
	s.bed.Settle()
	if _, err := s.hub.Room(t.Context(), "main"); err != nil {
		t.Fatal(err)
	}
	if got := <-s.noted; got != person+" trace" {
		t.Errorf("noted %q", got)
	}
}

func TestWhatIsRememberedOfGuestsIsBounded(t *testing.T) {
	a, now := newActed(), time.Unix(1, 0)
	who := func(n int) actor { return actor{"main", fmt.Sprint(n)} }
	for n := range maxActed + 100 {
		a.note(who(0), "first", now) // goes on acting
		a.note(who(n+1), "trace", now)
	}
	if len(a.guests) != maxActed || a.order.Len() != maxActed || a.trace(who(1), now) != "" || a.trace(who(0), now) != "first" {
		t.Errorf("%d are remembered, of the first %q, of who goes on %q", len(a.guests), a.trace(who(1), now), a.trace(who(0), now))
	}
	a.note(who(0), "moved", now.Add(time.Minute))
	if got := a.trace(who(0), now.Add(keepActed)); got != "moved" {
		t.Errorf("of who moved %q", got)
	}
	if got := a.trace(who(50_000), now); got != "" {
		t.Errorf("of a stranger %q", got)
	}
	later := now.Add(keepActed + time.Second)
	if a.trace(who(maxActed), later) != "" {
		t.Error("it is remembered for too long")
	}
	if a.note(who(maxActed+500), "trace", later); len(a.guests) != 2 {
		t.Errorf("%d are left", len(a.guests))
	}
}
