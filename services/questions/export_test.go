package questions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

func TestSimilarQuestions(t *testing.T) {
	w := begin(t)
	shown := w.must(w.ask("eva", "request-0", "When does the concert begin?"), &questionsv1.StepQuestionRequest{Step: questionsv1.StepQuestionRequest_STEP_APPROVE})
	waits := w.ask("ana", "request-1", "What time does the concert begin?")
	w.bed.Settle()
	find := func(role auth.Role, r *questionsv1.FindSimilarQuestionsRequest) (ids []string) {
		t.Helper()
		r.Room = "main"
		a, err := w.s.FindSimilarQuestions(w.as(role, "ben"), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range a.GetQuestions() {
			ids = append(ids, s.GetQuestion().GetQuestion())
		}
		return ids
	}
	if ids := find(auth.Viewer, &questionsv1.FindSimilarQuestionsRequest{Text: "when does the concert beg"}); !slices.Equal(ids, []string{shown.GetQuestion()}) {
		t.Fatalf("a viewer who types is suggested %v", ids)
	}
	if ids := find(auth.Moderator, &questionsv1.FindSimilarQuestionsRequest{Question: waits.GetQuestion()}); !slices.Equal(ids, []string{shown.GetQuestion()}) {
		t.Fatalf("a moderator is told of %v", ids)
	}
	if ids := find(auth.Moderator, &questionsv1.FindSimilarQuestionsRequest{Question: shown.GetQuestion()}); !slices.Equal(ids, []string{waits.GetQuestion()}) {
		t.Fatalf("the waiting one is not found: %v", ids)
	}
	_, err := w.s.FindSimilarQuestions(w.as(auth.Viewer, "ben"), &questionsv1.FindSimilarQuestionsRequest{Room: "main", Question: waits.GetQuestion()})
	w.refused(err, fault.PermissionDenied)
	_, err = w.s.FindSimilarQuestions(w.as(auth.Viewer, "ben"), &questionsv1.FindSimilarQuestionsRequest{Room: "main", Text: strings.Repeat("x", 300)})
	w.refused(err, fault.TextTooLong)
	w.must(shown, &questionsv1.StepQuestionRequest{Step: edit, Text: "Who sings?"})
	w.bed.Settle()
	if ids := find(auth.Viewer, &questionsv1.FindSimilarQuestionsRequest{Text: "When does the concert begin?"}); len(ids) != 0 {
		t.Fatalf("it was edited to something else, and is still found: %v", ids)
	}
}

// Whoever opens the questions may be about to ask: the index is made before they type.
func TestTheIndexIsMadeBeforeSomebodyTypes(t *testing.T) {
	w := begin(t)
	w.open("concert")
	w.bed.Settle()
	defer w.counting(w.s)()
	if w.s.likes.has("main") {
		t.Fatal("it is made before anybody came")
	}
	if _, err := w.s.ListMyQuestions(w.as(auth.Viewer, "ben"), &questionsv1.ListMyQuestionsRequest{Room: "main"}); err != nil {
		t.Fatal(err)
	}
	w.eventually("the index holds the question", func() bool {
		if !w.s.likes.has("main") {
			return false
		}
		l := w.s.likes.room("main", w.time.Now())
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.index.Len() == 1
	})
}

func TestWatchingTellsWhatStandsAndWhatChanges(t *testing.T) {
	w := begin(t)
	q := w.open("one")
	defer w.counting(w.s)()
	var mu sync.Mutex
	var got []*questionsv1.WatchQuestionsResponse
	ctx, cancel := context.WithCancel(testbed.As(context.Background(), auth.Service, "bot"))
	var watching sync.WaitGroup
	watching.Go(func() {
		err := w.s.watch(ctx, "main", func(c *questionsv1.WatchQuestionsResponse) error {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, c)
			return nil
		})
		if ctx.Err() == nil {
			t.Errorf("the stream ended by itself: %v", err)
		}
	})
	defer watching.Wait()
	defer cancel()
	told := func(what string, is func(c *questionsv1.WatchQuestionsResponse) bool) {
		t.Helper()
		w.eventually(what, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return slices.ContainsFunc(got, is)
		})
	}
	told("all was sent", func(c *questionsv1.WatchQuestionsResponse) bool { return c.GetSynced() != nil })
	mu.Lock()
	if len(got) != 2 || got[0].GetQuestion().GetText() != "one" {
		t.Errorf("what stood is %v", got)
	}
	mu.Unlock()
	pending := w.ask("ana", "request-1", "Is it free?")
	told("the waiting question", func(c *questionsv1.WatchQuestionsResponse) bool {
		return c.GetQuestion().GetQuestion() == pending.GetQuestion() && c.GetQuestion().GetState() == questionsv1.Question_STATE_PENDING
	})
	if _, err := w.vote("ben", q, true); err != nil {
		t.Fatal(err)
	}
	told("the vote", func(c *questionsv1.WatchQuestionsResponse) bool {
		return c.GetVotes().GetQuestion() == q.GetQuestion() && c.GetVotes().GetVotes() == 1
	})
	if _, err := w.claim("mo", pending, new(questionsv1.ClaimQuestionRequest)); err != nil {
		t.Fatal(err)
	}
	told("the claim", func(c *questionsv1.WatchQuestionsResponse) bool { return c.GetClaim().GetName() == "mo" })
	if _, err := w.claim("mo", pending, &questionsv1.ClaimQuestionRequest{Release: true}); err != nil {
		t.Fatal(err)
	}
	told("its end", func(c *questionsv1.WatchQuestionsResponse) bool {
		return c.GetClaim() != nil && c.GetClaim().GetPerson() == ""
	})
}

func TestAnExportCanBeCountedAndLeadsToNobody(t *testing.T) {
	w := begin(t)
	a, b := w.open("one"), w.open("two")
	defer w.counting(w.s)()
	for n := range 6 {
		for i, q := range []*questionsv1.Question{a, b} {
			if n%(i+2) == 0 {
				if _, err := w.vote(fmt.Sprint("voter", n), q, true); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	w.time.on(2 * time.Second)
	if _, err := w.vote("voter4", a, false); err != nil {
		t.Fatal(err)
	}
	w.merge(b, a)
	w.bed.Settle()
	w.eventually("0 2 and 3 vote for one of them", func() bool { return w.tallied(a) == 3 })
	export := func() (questions map[string]*questionsv1.Question, ballots []*questionsv1.Ballot, entries []*questionsv1.LogEntry) {
		questions = map[string]*questionsv1.Question{}
		if err := w.s.export(w.as(auth.Host, "host"), "main", func(r *questionsv1.ExportQuestionsResponse) error {
			switch item := r.GetItem().(type) {
			case *questionsv1.ExportQuestionsResponse_Question:
				questions[item.Question.GetQuestion()] = item.Question
			case *questionsv1.ExportQuestionsResponse_Ballot:
				ballots = append(ballots, item.Ballot)
			case *questionsv1.ExportQuestionsResponse_Entry:
				entries = append(entries, item.Entry)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return questions, ballots, entries
	}
	questions, ballots, entries := export()
	up := map[string]bool{}
	for _, v := range ballots {
		if v.GetUp() {
			up[v.GetVoter()] = true
		}
	}
	if uint64(len(up)) != questions[a.GetQuestion()].GetVotes() {
		t.Errorf("who counts the ballots gets %d, the tally is %d", len(up), questions[a.GetQuestion()].GetVotes())
	}
	if questions[b.GetQuestion()].GetMergedInto() != a.GetQuestion() || len(entries) != 3 || entries[0].GetAction() != "merge_question" || entries[0].GetName() != "mod" {
		t.Errorf("%v, %v", questions[b.GetQuestion()], entries)
	}
	_, again, _ := export()
	for _, v := range again {
		if up[v.GetVoter()] {
			t.Fatal("a voter has the same name in two exports")
		}
	}
}
