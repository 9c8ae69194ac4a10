package room

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// What its author had from the ack and everybody else was not given is the author's after a reload, and nobody else's.
func TestOnesOwnCommentsThatNobodyWasShown(t *testing.T) {
	s := newScript(t)
	by := func(person string, shadow bool, e *eventv1.LogEntry) *eventv1.LogEntry {
		e.GetComment().Author.Person, e.GetComment().Shadow = person, shadow
		return e
	}
	s.tick(by("troll", true, posts("a", "out of sight")), by("ada", false, posts("b", "shown")), by("troll", true, posts("c", "removed")), removes("c"))
	ids := func(person string) (all []string) {
		for _, c := range s.m.own(person) {
			all = append(all, c.GetComment())
		}
		return all
	}
	if got := fmt.Sprint(ids("troll"), ids("ada"), ids(""), ids("somebody")); got != "[a] [] [] []" {
		t.Errorf("one's own are %s", got)
	}
	s.m.display.budget = 6
	for i := range 40 { // above the budget of a second
		s.tick(by("ada", false, posts(fmt.Sprint("more", i), "again")))
	}
	own := ids("ada")
	if len(own) != mostOwn || own[0] != "more39" {
		t.Errorf("what the budget left out is %v", own)
	}
	edit := edits("a", "corrected", 1)
	edit.GetEdit().Comment.Author.Person, edit.GetEdit().Comment.Shadow = "troll", true
	s.tick(edit)
	if own := s.m.own("troll"); len(own) != 1 || own[0].GetText() != "corrected" {
		t.Errorf("an edited one is %v", own)
	}
}

// What waits for a moderator is its author's over a reload, and so is what became of it for an hour; nobody else's.
func TestOnesOwnHeldComments(t *testing.T) {
	m := newScript(t).m
	at := time.UnixMilli(1_800_000_000_000)
	m.now = func() time.Time { return at }
	sequence := uint64(0)
	take := func(d *eventv1.HeldComment) {
		t.Helper()
		sequence++
		d.TextSequence, d.DecidedMs, d.PostedMs = sequence, at.UnixMilli(), at.UnixMilli()+int64(sequence)
		m.texts[sequence] = "text of " + d.GetId()
		body, err := proto.Marshal(d)
		if err != nil || !m.takeHeld(follow.Document{Key: heldPrefix + d.GetId(), Body: body, Sequence: sequence}, new(changes)) {
			t.Fatalf("%s was not taken: %v", d.GetId(), err)
		}
	}
	held := func(id, person string, state eventv1.HeldState, by string) *eventv1.HeldComment {
		return &eventv1.HeldComment{
			Id: id, Author: &eventv1.Author{Person: person}, State: state, DecidedBy: &eventv1.Author{Person: by}, Answer: "off topic",
		}
	}
	take(held("refused", "ada", eventv1.HeldState_HELD_STATE_REJECTED, "mod"))
	take(held("removed", "ada", eventv1.HeldState_HELD_STATE_REJECTED, "ada"))
	take(held("other", "bo", eventv1.HeldState_HELD_STATE_UNSPECIFIED, ""))
	take(held("shown", "ada", eventv1.HeldState_HELD_STATE_RELEASED, "mod"))
	take(held("waits", "ada", eventv1.HeldState_HELD_STATE_UNSPECIFIED, ""))
	told := func(person string) (all []string) {
		for _, h := range m.ownHeld(person) {
			all = append(all, fmt.Sprintf("%s %s %q", h.GetComment().GetComment(), h.GetState(), h.GetComment().GetText()))
		}
		return all
	}
	if got := fmt.Sprint(told("ada")); got != `[waits held "text of waits" shown released "" refused rejected ""]` {
		t.Errorf("one's own are %s", got)
	}
	if got := fmt.Sprint(told("bo"), told("eve"), told("")); got != `[other held "text of other"] [] []` {
		t.Errorf("others' are %s", got)
	}
	at = at.Add(toldAgain + time.Second)
	if got := fmt.Sprint(told("ada")); got != `[waits held "text of waits"]` {
		t.Errorf("after an hour one's own are %s", got)
	}
	for i := range 2 * mostOwn {
		take(held(fmt.Sprint("more", i), "ada", eventv1.HeldState_HELD_STATE_UNSPECIFIED, ""))
	}
	if got := told("ada"); len(got) != mostOwn || got[0] != fmt.Sprintf("more%d held %q", 2*mostOwn-1, fmt.Sprintf("text of more%d", 2*mostOwn-1)) {
		t.Errorf("of many one's own are %q", got)
	}
}
