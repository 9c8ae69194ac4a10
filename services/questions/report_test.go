package questions

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func (w *world) report(who string, q *questionsv1.Question) error {
	_, err := w.s.ReportQuestion(w.as(auth.Viewer, who), &questionsv1.ReportQuestionRequest{Room: "main", Question: q.GetQuestion(), Reason: "harassment"})
	return err
}

func (w *world) reports(q *questionsv1.Question, n int) {
	w.Helper()
	for i := range n {
		if err := w.report(fmt.Sprint("reporter", i), q); err != nil {
			w.Fatal(err)
		}
	}
}

func TestReportsTakeAQuestionBackToPendingOnce(t *testing.T) {
	w := begin(t)
	w.bed.Room("main", func(r *eventv1.Room) { r.Settings.ReportThreshold = 3 })
	w.bed.Settle()
	q := w.open("rude")
	for range 3 {
		if err := w.report("reporter0", q); err != nil { // one a person
			t.Fatal(err)
		}
	}
	w.reports(q, 2)
	if now := w.now(q); now.GetState() != questionsv1.Question_STATE_OPEN {
		t.Fatalf("below the threshold it is %v", now.GetState())
	}
	w.reports(q, 3)
	now := w.now(q)
	if now.GetState() != questionsv1.Question_STATE_PENDING || now.GetRevision() != q.GetRevision()+1 {
		t.Fatalf("at the threshold it is %v", now)
	}
	w.reports(q, 5) // of what waits again: nothing to do
	again := w.must(now, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.bed.Settle()
	w.reports(q, 9)
	if now := w.now(again); now.GetState() != questionsv1.Question_STATE_OPEN {
		t.Fatalf("what was approved after reports is %v", now.GetState())
	}
	gone := w.must(again, &questionsv1.StepQuestionRequest{Step: reject})
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", gone.GetQuestion()); err != nil || len(all.GetPeople()) != 0 {
		t.Errorf("reports of what was rejected: %v, %v", all, err)
	}
}

// What was archived and brought back may be reported anew: by the same person, within the time for which the store knows
// message ids, and the trail tells of both.
func TestAReportAfterTheFirstWasDecidedIsInTheTrail(t *testing.T) {
	w := begin(t)
	q := w.open("rude")
	for n := 1; n <= 2; n++ {
		w.reports(q, 1)
		w.reports(q, 1) // told twice, it counts and stands once
		if got := w.told()["report_question"]; got != n {
			t.Fatalf("after %d reports the trail has %d", n, got)
		}
		w.bed.Settle()
		archived := w.must(w.now(q), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_ARCHIVE})
		q = w.must(archived, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_RESTORE})
		w.time.on(time.Second)
		w.bed.Settle()
	}
}

func TestWhatReportsOfQuestionsMayNotDo(t *testing.T) {
	w := begin(t)
	w.bed.Room("main", func(r *eventv1.Room) { r.Settings.ReportThreshold = 1 })
	w.bed.Settle()
	hidden := w.ask("ana", "request-1", "Never opened?")
	w.refused(w.report("ben", hidden), fault.QuestionNotFound) // whose it is, and that it is, is nobody's business
	w.refused(w.report("ben", &questionsv1.Question{Question: strings.Repeat("a", 26)}), fault.QuestionNotFound)
	q := w.open("mine")
	w.refused(w.report("asker-mine", q), fault.FieldInvalid)
	_, err := w.s.ReportQuestion(w.as(auth.Viewer, "ben"), &questionsv1.ReportQuestionRequest{Room: "main", Question: q.GetQuestion(), Reason: "dull"})
	w.refused(err, fault.FieldInvalid)
	// One that the host answers just now stays on the screen; moderators are told.
	w.must(q, &questionsv1.StepQuestionRequest{Step: highlight})
	w.reports(q, 3)
	if now := w.now(q); now.GetState() != questionsv1.Question_STATE_ANSWERING {
		t.Errorf("a question that is being answered is %v", now.GetState())
	}
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", q.GetQuestion()); err != nil || len(all.GetPeople()) != 3 || all.GetHeld() {
		t.Errorf("moderators are told %v, %v", all, err)
	}
}

// In a room that posts openly, what a moderator should see first waits, with the reason, and is not refused.
func TestWhatWaitsInAnOpenRoom(t *testing.T) {
	guest := func(review bool) *roomsv1.Actor {
		return &roomsv1.Actor{Subject: "guest:ana", Role: "viewer", Guest: true, Review: review}
	}
	member := &roomsv1.Actor{Subject: "ana", Role: "viewer"}
	for name, c := range map[string]struct {
		room   func(*eventv1.Room)
		actor  *roomsv1.Actor
		text   string
		reason eventv1.HoldReason
	}{
		"a guest's":                      {func(*eventv1.Room) {}, guest(false), "When?", eventv1.HoldReason_HOLD_REASON_UNSPECIFIED},
		"a guest's, of a banned network": {func(*eventv1.Room) {}, guest(true), "When?", eventv1.HoldReason_HOLD_REASON_REVIEW},
		"a guest's, while it is calm":    {func(r *eventv1.Room) { r.Calm = &eventv1.Calm{HoldGuests: true} }, guest(false), "When?", eventv1.HoldReason_HOLD_REASON_CALM},
		"a member's, while it is calm":   {func(r *eventv1.Room) { r.Calm = &eventv1.Calm{HoldGuests: true} }, member, "When?", eventv1.HoldReason_HOLD_REASON_UNSPECIFIED},
		"a blocked word":                 {func(r *eventv1.Room) { r.Settings.HoldFiltered = true }, member, "Where is the sausage?", eventv1.HoldReason_HOLD_REASON_FILTER},
	} {
		t.Run(name, func(t *testing.T) {
			w := begin(t)
			body, err := proto.Marshal(&eventv1.BlockedTerms{Terms: []*eventv1.BlockedTerm{{Text: "sausage"}}})
			if err == nil {
				_, err = w.bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", filter.RoomKey), body, 0)
			}
			if err != nil {
				t.Fatal(err)
			}
			w.bed.Room("main", func(r *eventv1.Room) { r.Settings.OpenQuestions = true; c.room(r) })
			if _, err := w.bed.Views.Room(t.Context(), "main"); err != nil {
				t.Fatal(err)
			}
			w.bed.Settle()
			a, err := w.s.AskQuestion(w.as(auth.Service, "gateway"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: c.text, Actor: c.actor})
			if err != nil {
				t.Fatal(err)
			}
			q, _, err := w.s.stored(t.Context(), "main", a.GetQuestion().GetQuestion())
			if err != nil || q.GetHoldReason() != c.reason || (q.GetState() == open) != (c.reason == 0) {
				t.Errorf("it is %v for %v, %v; want %v", q.GetState(), q.GetHoldReason(), err, c.reason)
			}
		})
	}
}

// A question that was merged and stands for itself again, since what it was merged into is gone, may be reported anew.
func TestAQuestionThatIsPartedMayBeReported(t *testing.T) {
	w := begin(t)
	theirs, into := w.open("theirs"), w.open("into")
	count := func(what string, want int) {
		t.Helper()
		if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", theirs.GetQuestion()); err != nil || len(all.GetPeople()) != want {
			t.Errorf("%s: the reports are %v, %v; want %d", what, all, err, want)
		}
	}
	w.reports(theirs, 1)
	w.must(w.now(theirs), &questionsv1.StepQuestionRequest{Step: merge, Into: into.GetQuestion()})
	w.bed.Settle()
	if _, err := w.removeAll(auth.Moderator, "mod", into.GetPerson()); err != nil {
		t.Fatal(err)
	}
	w.bed.Settle()
	count("parted", 0)
	w.reports(theirs, 2)
	count("reported since", 2)
	if _, err := w.undoAll("mod", into.GetPerson()); err != nil {
		t.Fatal(err)
	}
	count("merged again", 0)
}

// Reports of what was back for a moment go with it when that is taken back, and count no more when it is back for good.
func TestReportsFromInBetweenGoWithTheUndo(t *testing.T) {
	for name, c := range map[string]struct{ away, back step }{
		"merged":   {merge, unmerge},
		"archived": {questionsv1.StepQuestionRequest_STEP_ARCHIVE, questionsv1.StepQuestionRequest_STEP_RESTORE},
		"rejected": {reject, questionsv1.StepQuestionRequest_STEP_APPROVE},
	} {
		t.Run(name, func(t *testing.T) {
			w := begin(t)
			q, into := w.open("rude"), w.open("into")
			step := func(st step) {
				t.Helper()
				w.bed.Settle()
				r := &questionsv1.StepQuestionRequest{Step: st}
				if st == merge {
					r.Into = into.GetQuestion()
				}
				w.must(w.now(q), r)
			}
			count := func(what string, want int) {
				t.Helper()
				if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", q.GetQuestion()); err != nil || len(all.GetPeople()) != want {
					t.Errorf("%s: the reports are %v, %v; want %d", what, all, err, want)
				}
			}
			step(c.away)
			step(c.back)
			w.reports(q, 2)
			step(undo)
			count("away again", 0)
			step(c.back)
			count("back for good", 0)
			w.reports(q, 1)
			count("reported since", 1)
		})
	}
}
