package questions

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

func (w *world) removeAll(role auth.Role, by, person string) (uint32, error) {
	r, err := w.s.RemovePersonQuestions(w.as(role, by), &questionsv1.RemovePersonQuestionsRequest{Room: "main", Person: person, Reason: "spam"})
	return r.GetRemoved(), err
}

func (w *world) undoAll(by, person string) (uint32, error) {
	r, err := w.s.UndoRemovePersonQuestions(w.as(auth.Moderator, by), &questionsv1.UndoRemovePersonQuestionsRequest{Room: "main", Person: person})
	return r.GetRestored(), err
}

// states wants each question to stand somewhere.
func (w *world) states(want map[*questionsv1.Question]eventv1.QuestionState) {
	w.Helper()
	for q, state := range want {
		if is, _, err := w.s.stored(w.Context(), "main", q.GetQuestion()); err != nil || is.GetState() != state {
			w.Errorf("%q is %v, %v; want %v", q.GetText(), is.GetState(), err, state)
		}
	}
}

// told counts the audit trail's entries by action.
func (w *world) told() map[string]int {
	w.Helper()
	entries, _, err := audit.List(w.Context(), w.bed.Bus, "main", audit.Query{Most: 1000})
	if err != nil {
		w.Fatal(err)
	}
	told := make(map[string]int)
	for _, e := range entries {
		told[e.GetAction()]++
	}
	return told
}

func TestAllQuestionsOfAPersonAreRemovedAndBroughtBack(t *testing.T) {
	w := begin(t)
	ask := func(request, words string) *questionsv1.Question { return w.ask("troll", request, words) }
	waits, isOpen, isNow, isDone, isIn, anns := ask("request-1", "Waits"), ask("request-2", "Open"), ask("request-3", "Now"), ask("request-4", "Done"), ask("request-5", "Merged"), w.ask("ann", "request-6", "Ann's")
	approve := &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE}
	for _, q := range []**questionsv1.Question{&isOpen, &isNow, &isDone} {
		*q = w.must(*q, approve)
	}
	isNow = w.must(isNow, &questionsv1.StepQuestionRequest{Step: highlight})
	isDone = w.must(isDone, &questionsv1.StepQuestionRequest{Step: answer, Answer: "So."})
	isIn = w.must(isIn, &questionsv1.StepQuestionRequest{Step: merge, Into: isOpen.GetQuestion()})
	if _, err := w.vote("ann", isOpen, true); err != nil {
		t.Fatal(err)
	}
	w.reports(isOpen, 1)
	before := map[*questionsv1.Question]eventv1.QuestionState{waits: pending, isOpen: open, isNow: answering, isDone: answered, isIn: merged, anns: pending}
	w.states(before)
	troll := waits.GetPerson()

	_, err := w.removeAll(auth.Viewer, "ann", troll)
	w.refused(err, fault.PermissionDenied)
	if n, err := w.removeAll(auth.Moderator, "mod", troll); err != nil || n != 5 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	after := map[*questionsv1.Question]eventv1.QuestionState{waits: rejected, isOpen: archived, isNow: archived, isDone: archived, isIn: rejected, anns: pending}
	w.states(after)
	if is, _, err := w.s.stored(t.Context(), "main", waits.GetQuestion()); err != nil || is.GetReason() != "spam" {
		t.Errorf("its asker is told %q, %v", is.GetReason(), err)
	}
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", isOpen.GetQuestion()); err != nil || len(all.GetPeople()) != 0 {
		t.Errorf("reports of what is removed: %v, %v", all, err)
	}
	if n, err := w.removeAll(auth.Moderator, "mod", troll); err != nil || n != 0 {
		t.Errorf("a second time: %d, %v", n, err)
	}
	_, err = w.undoAll("other", troll)
	w.refused(err, fault.UndoExpired)
	if n, err := w.undoAll("mod", troll); err != nil || n != 5 {
		t.Fatalf("%d are back, %v", n, err)
	}
	before[isIn] = pending // by itself: merging is judged anew
	w.states(before)
	if err := people.Forget(t.Context(), w.bed.Bus, "main", isOpen.GetQuestion(), judge.UndoAgain); err != nil { // as if it was cut short before
		t.Fatal(err)
	}
	if _, err := w.undoAll("mod", troll); err != nil {
		t.Errorf("a second time: %v", err)
	}
	w.states(before)
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", isOpen.GetQuestion()); err != nil || len(all.GetPeople()) != 1 {
		t.Errorf("reports of what is back: %v, %v", all, err)
	}
	w.time.on(101 * time.Second)
	_, err = w.undoAll("mod", troll)
	w.refused(err, fault.UndoExpired)
	if told := w.told(); told["remove_person_questions"] != 1 || told["undo_remove_person_questions"] != 1 {
		t.Errorf("the trail has %v", told)
	}
}

// What others did meanwhile stands, and a place that another question took is not taken back.
func TestWhatAnUndoOfAllQuestionsLeaves(t *testing.T) {
	w := begin(t)
	now, other := w.must(w.open("now"), &questionsv1.StepQuestionRequest{Step: highlight}), w.open("other")
	again := w.ask("asker-now", "request-1", "again")
	troll := again.GetPerson()
	if n, err := w.removeAll(auth.Moderator, "mod", troll); err != nil || n != 2 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	is, _, err := w.s.stored(t.Context(), "main", again.GetQuestion())
	if err != nil {
		t.Fatal(err)
	}
	again.Revision = is.GetRevision()
	w.must(again, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.must(other, &questionsv1.StepQuestionRequest{Step: highlight})
	if n, err := w.undoAll("mod", troll); err != nil || n != 1 {
		t.Fatalf("%d are back, %v", n, err)
	}
	w.states(map[*questionsv1.Question]eventv1.QuestionState{now: open, again: open, other: answering})

	if n, err := w.removeAll(auth.Moderator, "mod", troll); err != nil || n != 2 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	w.time.on(61 * time.Second)
	_, err = w.undoAll("mod", troll)
	w.refused(err, fault.UndoExpired)
}

func TestAModeratorCannotRemoveAHostsQuestions(t *testing.T) {
	w := begin(t)
	a, err := w.s.AskQuestion(w.as(auth.Host, "host"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "Who is there?"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.removeAll(auth.Moderator, "mod", a.GetQuestion().GetPerson())
	w.refused(err, fault.PermissionDenied)
	w.states(map[*questionsv1.Question]eventv1.QuestionState{a.GetQuestion(): pending})
}

// removedHalf leaves the removal of everything of a person as a process does that is killed behind its first write.
func (w *world) removedHalf(asked *questionsv1.Question, st step) {
	w.Helper()
	_, by, err := w.s.staff(w.as(auth.Moderator, "mod"), "main", asked.GetPerson(), nil)
	if err != nil {
		w.Fatal(err)
	}
	q, record, err := w.s.stored(w.Context(), "main", asked.GetQuestion())
	if err != nil {
		w.Fatal(err)
	}
	next := before(q)
	if err := move(next, st, brings{}); err != nil {
		w.Fatal(err)
	}
	mark(q, next, by, removedAtOnce("main", asked.GetPerson(), by), w.time.Now().UnixMilli())
	if err := w.s.replace(w.Context(), "main", nil, q, next, record.Sequence); err != nil {
		w.Fatal(err)
	}
}

// A try that was cut off before it was recorded is recorded by the next one, once.
func TestARemovalThatWasCutOffIsRecorded(t *testing.T) {
	w := begin(t)
	asked := w.ask("troll", "request-1", "Why?")
	w.removedHalf(asked, reject)
	for range 2 {
		if n, err := w.removeAll(auth.Moderator, "mod", asked.GetPerson()); err != nil || n != 0 {
			t.Fatalf("%d were removed, %v", n, err)
		}
	}
	if told := w.told(); told["remove_person_questions"] != 1 {
		t.Errorf("the trail has %v", told)
	}
}

// What was merged into it has its own place then, and its reports are over, also where the first try was a minute ago.
func TestARemovalThatWasCutOffIsFinished(t *testing.T) {
	w := begin(t)
	trolls, theirs := w.open("trolls"), w.open("theirs")
	w.reports(trolls, 1)
	w.merge(theirs, trolls)
	w.bed.Settle()
	w.removedHalf(trolls, questionsv1.StepQuestionRequest_STEP_ARCHIVE)
	w.time.on(70 * time.Second)
	for range 2 {
		if n, err := w.removeAll(auth.Moderator, "mod", trolls.GetPerson()); err != nil || n != 0 {
			t.Fatalf("%d were removed, %v", n, err)
		}
	}
	w.states(map[*questionsv1.Question]eventv1.QuestionState{trolls: archived, theirs: open})
	if all, _, err := people.ReadReports(t.Context(), w.bed.Bus, "main", trolls.GetQuestion()); err != nil || len(all.GetPeople()) != 0 {
		t.Errorf("reports of what is removed: %v, %v", all, err)
	}
	if told := w.told(); told["remove_person_questions"] != 1 || told["unmerge_question"] != 1 {
		t.Errorf("the trail has %v", told)
	}
}
