package room

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// However held comments come, are decided and come back, a moderator who joined once knows the oldest maxHeld of those that
// wait, and none that does not.
func TestModeratorsKnowTheOldestHeldComments(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		m := &model{held: make(map[string]heldComment)}
		sequence := uint64(0)
		put := func(id string, state eventv1.HeldState) {
			sequence++
			m.held[id] = heldComment{doc: &eventv1.HeldComment{Id: id, PostedMs: 1, State: state}, sequence: sequence}
		}
		total := 0
		hold := func() string {
			total++
			id := fmt.Sprintf("%06d", total)
			put(id, eventv1.HeldState_HELD_STATE_UNSPECIFIED)
			return id
		}
		for range random.IntN(2*maxHeld + 1) {
			hold()
		}
		known := make(map[string]bool)
		tell := func(wanted func(string, heldComment) bool) {
			mod := m.heldFor(new(gatewayv1.Moderation), wanted)
			if len(mod.GetHeld()) > maxHeld {
				t.Fatalf("%d told at once", len(mod.GetHeld()))
			}
			for _, h := range mod.GetHeld() {
				known[h.GetComment().GetComment()] = true
			}
			for _, id := range mod.GetHeldGone() {
				delete(known, id)
			}
		}
		changed := func(after uint64) *changes {
			c := newChanges()
			for id, h := range m.held {
				if h.sequence > after {
					c.heldChanged(id)
				}
			}
			m.rankHeld(c)
			return c
		}
		changed(0)
		tell(func(_ string, h heldComment) bool { return h.waits() })
		for range 20 {
			before := sequence
			for range random.IntN(61) {
				if total == 0 {
					break
				}
				id := fmt.Sprintf("%06d", 1+random.IntN(total))
				if m.held[id].waits() {
					put(id, eventv1.HeldState_HELD_STATE_RELEASED)
				} else {
					put(id, eventv1.HeldState_HELD_STATE_UNSPECIFIED) // the verdict is taken back
				}
			}
			for range random.IntN(41) {
				hold()
			}
			if c := changed(before); seed%2 == 0 { // with the tick, or by coming back after it
				tell(func(id string, _ heldComment) bool { return c.held[id] })
			} else {
				tell(func(id string, h heldComment) bool { return h.sequence > before || m.heldTop[id] > before })
			}

			waiting := 0
			for n := 1; n <= total; n++ {
				id := fmt.Sprintf("%06d", n)
				if !m.held[id].waits() {
					if known[id] {
						t.Fatalf("seed %d: %s waits no more, and is known", seed, id)
					}
					continue
				}
				if waiting++; waiting <= maxHeld && !known[id] {
					t.Fatalf("seed %d: %s is number %d of those that wait, and is not known", seed, id, waiting)
				}
			}
		}
	}
}

// That a release shows everybody what somebody out of sight wrote is told with the comment, anew when it changes, and to a
// moderator who was away then.
func TestAHeldCommentTellsThatItsAuthorIsOutOfSight(t *testing.T) {
	m := newModel(slog.New(slog.DiscardHandler))
	m.room = &eventv1.Room{}
	sequence := uint64(0)
	put := func(key string, body proto.Message) *gatewayv1.Moderation {
		t.Helper()
		bytes, err := proto.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sequence++
		d := follow.Document{Key: key, Sequence: sequence, Body: bytes}
		return m.moderationOf(m.apply(batch{docs: []follow.Document{d}, texts: []fetched{{sequence: 1, text: "hello"}}}, sequence, sequence))
	}
	told := func(what string, mod *gatewayv1.Moderation, want bool) {
		t.Helper()
		if len(mod.GetHeld()) != 1 || mod.GetHeld()[0].GetOutOfSight() != want {
			t.Errorf("%s: told is %v, want that it is out of sight to be %v", what, mod.GetHeld(), want)
		}
	}
	const author = "p"
	held := &eventv1.HeldComment{Id: "c", TextSequence: 1, Revision: 1, Author: &eventv1.Author{Person: author, Role: eventv1.Role_ROLE_VIEWER}}
	told("in sight", put(heldPrefix+"c", held), false)
	before := sequence
	shadow := &eventv1.Standing{Shadow: &eventv1.Measure{By: &eventv1.Author{Role: eventv1.Role_ROLE_MODERATOR}}}
	told("out of sight", put(people.StandingKey+"."+author, shadow), true)
	told("to who was away", m.moderationSince(before), true)
	told("to who comes", m.moderationNow(), true)
	told("lifted", put(people.StandingKey+"."+author, new(eventv1.Standing)), false)
	if mod := put(people.StandingKey+".another", shadow); len(mod.GetHeld()) != 0 {
		t.Errorf("another's standing tells %v", mod.GetHeld())
	}
}
