package questions

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// hide puts somebody out of the others' sight, or back into it.
func (w *world) hide(who string, hidden bool) {
	w.Helper()
	_, room, err := w.s.judge.Room(w.Context(), "main", nil)
	if err != nil {
		w.Fatal(err)
	}
	person := auth.PersonKey(room.GetPersonKey(), who)
	doc := &eventv1.Standing{Person: person}
	if hidden {
		doc.Shadow = &eventv1.Measure{By: &eventv1.Author{Person: "mod", Role: eventv1.Role_ROLE_MODERATOR}, FromMs: w.time.Now().UnixMilli()}
	}
	_, record, err := people.Read(w.Context(), w.bed.Bus, "main", person)
	if err != nil {
		w.Fatal(err)
	}
	w.put(bus.InRoom(bus.State, "main", people.StandingKey, person), doc, record.Sequence)
	w.bed.Settle()
}

func (w *world) voted(who string) (questions []string) {
	w.Helper()
	mine, err := w.s.ListMyQuestions(w.as(auth.Viewer, who), &questionsv1.ListMyQuestionsRequest{Room: "main"})
	if err != nil {
		w.Fatal(err)
	}
	return mine.GetVoted()
}

// A shadow-banned person's vote stands for that person and in no tally, of merged questions neither, and a recount agrees.
func TestVotesOfWhomNobodySeesCountForNobody(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	stop := w.counting(w.s)
	must := func(who string, q *questionsv1.Question, up bool) {
		t.Helper()
		if changed, err := w.vote(who, q, up); err != nil || !changed {
			t.Fatalf("%s votes %v: changed %v, %v", who, up, changed, err)
		}
		w.time.on(2 * time.Second)
	}
	equal := func(what string, q *questionsv1.Question, want uint64) {
		t.Helper()
		w.eventually(what, func() bool { return w.tallied(q) == want })
		w.eventually(what+", by a recount", func() bool {
			r, err := w.s.RecountVotes(w.as(auth.Host, "host"), &questionsv1.RecountVotesRequest{Room: "main"})
			return err == nil && r.GetEqual() && !slices.ContainsFunc(r.GetQuestions(), func(n *questionsv1.Recount) bool { return n.GetWaiting() > 0 })
		})
		if got := w.tallied(q); got != want {
			t.Fatalf("%s: %d after the recount, want %d", what, got, want)
		}
	}
	must("troll", a, true) // still seen
	w.hide("troll", true)
	must("troll", b, true)
	must("ann", a, true)
	must("ann", b, true)
	equal("what was given before stays", a, 2)
	equal("what is given out of sight counts for nobody", b, 1)
	if got := w.voted("troll"); len(got) != 2 {
		t.Fatalf("who is out of sight is told of the own votes %v", got)
	}
	if _, whole := w.exported(); strings.Count(whole, `"voter":`) != 3 {
		t.Fatalf("of three votes that count the export has %d", strings.Count(whole, `"voter":`))
	}
	must("troll", a, false)
	equal("what counted is taken back", a, 1)
	must("troll", b, false)
	equal("what did not count takes nothing with it", b, 1)
	must("troll", b, true)
	w.merge(b, a)
	equal("a union counts it neither", a, 1)
	stop()
	w.again()
	defer w.counting(w.s)()
	w.hide("troll", false)
	must("troll", a, true)
	equal("seen again, they count again", a, 2)
}
