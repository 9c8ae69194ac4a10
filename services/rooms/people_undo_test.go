package rooms_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func (h *house) undoPerson(by, whom string) error {
	_, err := h.s.UndoPersonAct(testbed.As(h.Context(), auth.Moderator, by), &roomsv1.UndoPersonActRequest{Room: "main", Person: h.key(whom)})
	return err
}

// liftedUntold puts into a person's standing what an undo of their ban puts there, and nothing else: a process that was killed then.
func (h *house) liftedUntold(by, whom string) {
	h.Helper()
	held, record, err := people.Read(h.Context(), h.bed.Bus, "main", h.key(whom))
	if err != nil {
		h.Fatal(err)
	}
	body, err := proto.Marshal(&eventv1.Standing{
		Person: h.key(whom), Revision: held.GetRevision() + 1, LastBy: h.key(by), LastAction: "undo_ban_person", ChangedMs: h.now.UnixMilli(),
	})
	if err == nil {
		_, err = h.bed.Bus.Put(h.Context(), bus.InRoom(bus.State, "main", people.StandingKey, h.key(whom)), body, record.Sequence)
	}
	if err != nil {
		h.Fatal(err)
	}
}

func TestAnUndoOfABanThatWasCutShortIsFinished(t *testing.T) {
	for name, undo := range map[string]func(h *house){
		"heard": func(h *house) {
			if err := h.undoPerson("mod", "troll"); err != nil {
				h.Fatal(err)
			}
		},
		"cut short": func(h *house) { h.liftedUntold("mod", "troll") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.must(h.ban(auth.Moderator, "mod", "troll", 0))
			undo(h)
			h.reason(fault.UndoExpired, h.undoPerson("mia", "troll"))
			for range 2 {
				h.later(45 * time.Second)
				if err := h.undoPerson("mod", "troll"); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Join(h.actions(), " "); got != "undo_ban_person ban_person" {
				t.Errorf("the trail says %s", got)
			}
			h.later(11 * time.Second)
			h.reason(fault.UndoExpired, h.undoPerson("mod", "troll"))
		})
	}
}

// What remembers an undo is no measure: it bars nobody, is listed nowhere, is in no later act's way, and goes by itself.
func TestAnUndoneBanIsNoMeasure(t *testing.T) {
	h := newHouse(t)
	h.must(h.ban(auth.Moderator, "mod", "troll", 0))
	h.bed.Settle()
	if err := h.undoPerson("mod", "troll"); err != nil {
		t.Fatal(err)
	}
	last, err := h.bed.Bus.Last(t.Context(), bus.InRoom(bus.State, "main", people.StandingKey, h.key("troll")))
	if err != nil || last.Header("Nats-TTL") != "2m10s" {
		t.Errorf("it stands for %q, %v", last.Header("Nats-TTL"), err)
	}
	if _, err := h.s.GetRoom(testbed.As(t.Context(), auth.Viewer, "troll"), &roomsv1.GetRoomRequest{Room: "main"}); err != nil {
		t.Errorf("at the door: %v", err)
	}
	if all := h.people(); len(all) != 0 {
		t.Errorf("listed are %v", all)
	}
	h.must(h.ban(auth.Moderator, "mia", "troll", 0))
	h.reason(fault.UndoExpired, h.undoPerson("mod", "troll"))
	if err := h.undoPerson("mia", "troll"); err != nil || len(h.people()) != 0 {
		t.Errorf("what mia did is taken back with %v; listed are %v", err, h.people())
	}
}
