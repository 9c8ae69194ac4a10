package questions

import (
	"fmt"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// What stayed unanswered is found after the end, by votes; it can be answered in writing or refused with a reason, also
// what was never approved, and its asker is told.
func TestWhatStayedUnansweredIsAnsweredAfterTheEnd(t *testing.T) {
	w := begin(t)
	few, many := w.open("few"), w.open("many")
	done := w.must(w.open("done"), &questionsv1.StepQuestionRequest{Step: answer})
	waits := w.ask("ana", "request-1", "Is it free?")
	w.time.on(time.Second)
	rude := w.ask("eva", "request-2", "Rude?")
	defer w.counting(w.s)()
	for i := range 3 {
		for _, q := range []*questionsv1.Question{few, many}[min(i, 1):] {
			if _, err := w.vote(fmt.Sprint("voter", i), q, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.eventually("the votes are counted", func() bool { return w.tallied(many) == 3 && w.tallied(few) == 1 })
	_, err := w.do(auth.Moderator, "mod", waits, &questionsv1.StepQuestionRequest{Step: answer, Answer: "Yes."})
	w.refused(err, fault.WrongState) // while the show goes on it is approved first
	w.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	w.bed.Settle()
	inbox := func(size int32) (ids []string) {
		t.Helper()
		for token := ""; ; {
			page, err := w.s.ListUnansweredQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListUnansweredQuestionsRequest{Room: "main", PageSize: size, PageToken: token})
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range page.GetQuestions() {
				ids = append(ids, q.GetQuestion())
			}
			if token = page.GetNextPageToken(); token == "" {
				return ids
			}
		}
	}
	for _, size := range []int32{0, 1, 3} {
		got := inbox(size)
		if len(got) != 4 || got[0] != many.GetQuestion() || got[1] != few.GetQuestion() || got[2] != waits.GetQuestion() || got[3] != rude.GetQuestion() {
			t.Fatalf("pages of %d: %v; want %s, %s, %s, %s", size, got, many.GetQuestion(), few.GetQuestion(), waits.GetQuestion(), rude.GetQuestion())
		}
	}
	_, err = w.do(auth.Moderator, "mod", waits, &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	w.refused(err, fault.RoomEnded)
	w.must(waits, &questionsv1.StepQuestionRequest{Step: answer, Answer: "Yes, it is."})
	w.must(rude, &questionsv1.StepQuestionRequest{Step: reject, Reason: "not like this"})
	w.must(many, &questionsv1.StepQuestionRequest{Step: answer, Answer: "Soon."})
	_, err = w.do(auth.Moderator, "mod", w.now(done), &questionsv1.StepQuestionRequest{Step: answer})
	w.refused(err, fault.WrongState)
	w.bed.Settle()
	if got := inbox(0); len(got) != 1 || got[0] != few.GetQuestion() {
		t.Errorf("what is left: %v", got)
	}
	for who, want := range map[string]string{"ana": "Yes, it is.", "eva": "not like this"} {
		mine, err := w.s.ListMyQuestions(w.as(auth.Viewer, who), &questionsv1.ListMyQuestionsRequest{Room: "main"})
		if err != nil || len(mine.GetQuestions()) != 1 || mine.GetQuestions()[0].GetAnswer()+mine.GetQuestions()[0].GetReason() != want {
			t.Errorf("%s is told %v, %v", who, mine, err)
		}
	}
	seen, err := w.s.GetQuestion(w.as(auth.Viewer, "ben"), &questionsv1.GetQuestionRequest{Room: "main", Question: waits.GetQuestion()})
	if err != nil || seen.GetQuestion().GetAnswer() != "Yes, it is." || seen.GetQuestion().GetOpenTime() == nil {
		t.Errorf("others see it with its answer: %v, %v", seen, err)
	}
	_, err = w.s.ListUnansweredQuestions(w.as(auth.Moderator, "mod"), &questionsv1.ListUnansweredQuestionsRequest{Room: "main", PageToken: "nonsense"})
	w.refused(err, fault.PageTokenInvalid)
}
