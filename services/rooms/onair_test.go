package rooms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

const anItem = "as4wcfx6xxcuiezw3dhexydf3m"

func TestOnAir(t *testing.T) {
	g := newStage(t)
	before := g.create("main")
	mod := testbed.As(t.Context(), auth.Moderator, "mo")
	set := func(r *roomsv1.SetOnAirRequest) time.Time {
		t.Helper()
		r.Room = "main"
		answer, err := g.s.SetOnAir(mod, r)
		if err != nil {
			t.Fatal(err)
		}
		g.mu.Lock()
		g.now = g.now.Add(time.Second)
		g.mu.Unlock()
		return answer.GetTime().AsTime()
	}
	first := set(&roomsv1.SetOnAirRequest{Comment: anItem, Sequence: 3})
	if again := set(&roomsv1.SetOnAirRequest{Comment: anItem, Sequence: 3}); !again.Equal(first) {
		t.Errorf("a retry stands since %v, the choice since %v", again, first)
	}
	second := set(&roomsv1.SetOnAirRequest{Question: anItem})
	cleared := set(&roomsv1.SetOnAirRequest{})
	if again := set(&roomsv1.SetOnAirRequest{}); !second.After(first) || !cleared.After(second) || !again.After(cleared) {
		t.Errorf("times %v, %v, %v, %v: clearing sweeps anew each time", first, second, cleared, again)
	}
	swept := set(&roomsv1.SetOnAirRequest{RequestId: "sweep-once"})
	if again := set(&roomsv1.SetOnAirRequest{RequestId: "sweep-once"}); !again.Equal(swept) {
		t.Errorf("a sweep that was sent again is of %v, it was of %v", again, swept)
	}
	after, err := g.s.GetRoom(g.host, &roomsv1.GetRoomRequest{Room: "main"})
	if err != nil {
		t.Fatal(err)
	}
	if r := after.GetRoom(); r.GetRevision() != before.GetRevision() {
		t.Errorf("the room's revision went from %d to %d: a form of settings that is open would be refused", before.GetRevision(), r.GetRevision())
	}
	acts := strings.Count(g.trail("main"), "set_on_air")
	if acts != 5 {
		t.Errorf("%d entries of set_on_air in the audit trail, want 5", acts)
	}
}

func TestOnAirRefusals(t *testing.T) {
	g := newStage(t)
	g.create("main")
	mod := testbed.As(t.Context(), auth.Moderator, "mo")
	for name, c := range map[string]struct {
		request *roomsv1.SetOnAirRequest
		want    fault.Reason
	}{
		"both":            {&roomsv1.SetOnAirRequest{Room: "main", Comment: anItem, Sequence: 3, Question: anItem}, fault.FieldInvalid},
		"no place":        {&roomsv1.SetOnAirRequest{Room: "main", Comment: anItem}, fault.FieldInvalid},
		"a place of none": {&roomsv1.SetOnAirRequest{Room: "main", Question: anItem, Sequence: 3}, fault.FieldInvalid},
		"no id":           {&roomsv1.SetOnAirRequest{Room: "main", Question: "q 1"}, fault.FieldInvalid},
		"no request id":   {&roomsv1.SetOnAirRequest{Room: "main", RequestId: "!"}, fault.FieldInvalid},
		"no room":         {&roomsv1.SetOnAirRequest{Room: "Main"}, fault.FieldInvalid},
		"an unknown room": {&roomsv1.SetOnAirRequest{Room: "other"}, fault.RoomNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := g.s.SetOnAir(mod, c.request); !fault.Is(err, c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if _, err := g.s.SetOnAir(testbed.As(t.Context(), auth.Viewer, "vi"), &roomsv1.SetOnAirRequest{Room: "main"}); !fault.Is(err, fault.PermissionDenied) {
		t.Errorf("a viewer: %v", err)
	}
}
