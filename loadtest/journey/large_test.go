package journey_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// A moderator comes into a room of 2,000 questions that wait: the snapshot stays below 50 KB, by either subprotocol, and
// the pages bring every one of them; nobody else may ask for a page.
func TestAModeratorReachesEachOf2000ThatWait(t *testing.T) {
	t.Parallel()
	const many, each = 2000, 20
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), open(t, &s.Ready, "large")
	questions := questionsv1.NewQuestionsServiceClient(conn)
	var asking sync.WaitGroup
	for person := range many / each {
		asking.Go(func() {
			for n := range each {
				if _, err := questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
					Room: "large", RequestId: fmt.Sprintf("request-%d", n), Text: fmt.Sprintf("What does number %d of asker %d want to know?", n, person),
					Actor: &roomsv1.Actor{Subject: fmt.Sprint("asker-", person), Role: "moderator"},
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	asking.Wait()
	for _, json := range []bool{true, false} {
		var first tape
		var size int
		mo := join(t, &s.Ready, viewer.Options{Room: "large", Token: s.Tokens.Moderator, Client: "console", JSON: json, OnFrame: first.keep})
		until(t, mo, "some wait", func(w *viewer.View) bool { return len(w.Pending) > 0 })
		known := map[string]bool{}
		mo.Look(func(w *viewer.View) {
			for id := range w.Pending {
				known[id] = true
			}
		})
		if size = first.size(); size > 52_000 || len(known) < 50 { // the welcome included
			t.Errorf("JSON %v: a moderator is sent %d bytes with %d questions", json, size, len(known))
		}
		pages, after := 0, ""
		for more := true; more; pages++ {
			ack, err := mo.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_ListQuestions{ListQuestions: &gatewayv1.ListQuestions{List: "pending", After: after}}})
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range ack.GetQuestions().GetQuestions() {
				after = q.GetQuestion().GetQuestion()
				known[after] = true
			}
			more = ack.GetQuestions().GetMore()
		}
		if len(known) != many {
			t.Errorf("JSON %v: %d pages tell of %d questions", json, pages, len(known))
		}
		_, err := mo.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_ListQuestions{ListQuestions: &gatewayv1.ListQuestions{List: "all"}}})
		refused(t, "FIELD_INVALID", err)
		t.Logf("JSON %v: %d bytes to begin with, %d pages", json, size, pages)
	}
	guest := join(t, &s.Ready, viewer.Options{Room: "large", Name: "Ada"})
	_, err := guest.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_ListQuestions{ListQuestions: &gatewayv1.ListQuestions{List: "pending"}}})
	refused(t, "PERMISSION_DENIED", err)
}
