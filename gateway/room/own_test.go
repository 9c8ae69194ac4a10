package room

import (
	"fmt"
	"testing"

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
