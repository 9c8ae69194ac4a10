package audit_test

import (
	"fmt"
	"testing"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// However many guests and people of other rooms are refused, they leave a few lines without names, and those whom the room
// knows are noted all the same, up to a bound of their own.
func TestRefusalsOfAnybodyDoNotBlindTheTrail(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("main", nil)
	denials := audit.NewDenials(bed.Bus, bed.Log)
	viewer := func(i int) auth.Person {
		return auth.Person{Subject: fmt.Sprint("viewer-", i), Name: "Ana", Role: auth.Viewer}
	}
	for i := range 20 {
		stranger := auth.Person{Subject: fmt.Sprint("stranger-", i), Name: "Head of Security", Role: auth.Host}
		guest := auth.Person{Subject: fmt.Sprint("guest:", i), Name: "Head of Security", Role: auth.Viewer, Guest: true}
		for range 3 {
			denials.Note(t.Context(), "main", audit.Denial{Who: stranger, Stranger: true, What: "EndRoom"})
			denials.Note(t.Context(), "main", audit.Denial{Who: guest, What: "EndRoom"})
		}
	}
	for i := range 70 {
		denials.Note(t.Context(), "main", audit.Denial{Who: viewer(i), What: "DeleteComment"})
	}
	entries, _, err := audit.List(t.Context(), bed.Bus, "main", audit.Query{Most: 200})
	if err != nil {
		t.Fatal(err)
	}
	anybody, known := 0, make(map[string]int)
	for _, e := range entries {
		if e.GetAction() != "denied" {
			t.Fatalf("an entry %v", e)
		}
		if e.GetTarget() == "EndRoom" {
			if anybody++; e.GetActor().GetName() != "" {
				t.Errorf("somebody whom the room does not know stands there as %q", e.GetActor().GetName())
			}
			continue
		}
		known[e.GetActor().GetPerson()]++
		if e.GetActor().GetName() != "Ana" || e.GetActor().GetRole() != eventv1.Role_ROLE_VIEWER {
			t.Errorf("a viewer stands there as %v", e.GetActor())
		}
	}
	if anybody != 10 || len(known) != 60 {
		t.Errorf("%d lines of anybody, %d of viewers; want 10 and 60", anybody, len(known))
	}
}

// One person is noted three times in 10 minutes.
func TestRefusalsOfOnePersonAreNotedThreeTimes(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("main", nil)
	denials := audit.NewDenials(bed.Bus, bed.Log)
	for range 10 {
		denials.Note(t.Context(), "main", audit.Denial{Who: auth.Person{Subject: "ana", Role: auth.Viewer}, What: "EndRoom"})
	}
	entries, _, err := audit.List(t.Context(), bed.Bus, "main", audit.Query{Most: 200})
	if err != nil || len(entries) != 3 {
		t.Errorf("%d entries (%v), want 3", len(entries), err)
	}
}
