package journey_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// operator is an operator's moderation service: it does what the first word of a text says.
type operator struct {
	moderationv1.UnimplementedModerationHookServiceServer
	mu    sync.Mutex
	asked []moderationv1.Kind
}

func (o *operator) Judge(ctx context.Context, r *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error) {
	o.mu.Lock()
	o.asked = append(o.asked, r.GetKind())
	o.mu.Unlock()
	switch word, _, _ := strings.Cut(r.GetText(), " "); word {
	case "hold":
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_HOLD, Reason: "smells"}, nil
	case "reject":
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_REJECT, Reason: "not here"}, nil
	case "rewrite":
		return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_REWRITE, Text: "(something nice)"}, nil
	case "hang":
		<-ctx.Done()
	}
	return &moderationv1.JudgeResponse{Verdict: moderationv1.JudgeResponse_VERDICT_ALLOW}, nil
}

// answersAt serves an operator's service until end.
func answersAt(t *testing.T, o *operator, address string) (at string, end func()) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	moderationv1.RegisterModerationHookServiceServer(s, o)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) })
	end = sync.OnceFunc(func() { s.Stop(); serving.Wait() })
	t.Cleanup(end)
	return l.Addr().String(), end
}

// An operator's service judges comments, edits and questions before anybody reads them; while it hangs or is away rooms do
// what their setting says, and when it is back it is asked again.
func TestAnOperatorsSecondOpinion(t *testing.T) {
	t.Parallel()
	o := new(operator)
	at, end := answersAt(t, o, "127.0.0.1:0")
	s := start(t, t.TempDir(), "--moderation-address", at, "--moderation-deadline", "500ms")
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	settle(t, rooms, "talk", &roomsv1.Settings{OpenQuestions: new(true)}, "settings.open_questions")
	var received recorded
	watcher := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received.add})
	until(t, watcher, "open questions", func(w *viewer.View) bool { return w.Room.GetOpenQuestions() })
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	edit := func(c *gatewayv1.Comment, text string) (*gatewayv1.Comment, error) {
		a, err := ada.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Edit{Edit: &gatewayv1.Edit{Comment: c.GetComment(), Text: text}}})
		return a.GetComment(), err
	}
	why := func(c *gatewayv1.Comment, why, detail string) {
		t.Helper()
		until(t, mod, "that it waits, and why", func(w *viewer.View) bool {
			return w.Held[c.GetComment()].GetWhy() == why && w.Held[c.GetComment()].GetDetail() == detail
		})
	}

	t.Log("what it says is done")
	fine := post(t, ada, "allow me")
	why(heldBack(t, ada, "hold secret-one"), "hook", "smells")
	_, err := ada.Post(t.Context(), "reject secret-two")
	refused(t, string(fault.Rejected), err)
	if !strings.Contains(err.Error(), "not here") {
		t.Errorf("the reason is not told: %v", err)
	}
	if c := post(t, ada, "rewrite secret-three"); c.GetText() != "(something nice)" {
		t.Errorf("rewritten: %v", c)
	}

	t.Log("of a change, too: it cannot wait, so that it is refused and the old text stands")
	_, err = edit(fine, "hold secret-four")
	refused(t, string(fault.EditExpired), err)
	_, err = edit(fine, "reject secret-five")
	refused(t, string(fault.Rejected), err)
	for range 2 { // and its retry
		if c, err := edit(fine, "rewrite secret-six"); err != nil || c.GetText() != "(something nice)" {
			t.Errorf("an edit rewritten: %v, %v", c, err)
		}
	}

	t.Log("of questions")
	asks(t, ada, "allow this question?")
	q, err := ada.Ask(t.Context(), "hold secret-seven?")
	if err != nil {
		t.Fatal(err)
	}
	until(t, mod, "the question, and why", func(w *viewer.View) bool {
		return w.Pending[q.GetQuestion()].GetWhy() == "hook" && w.Pending[q.GetQuestion()].GetDetail() == "smells"
	})

	t.Log("it hangs: nobody waits longer than its deadline")
	began := time.Now()
	post(t, ada, "hang on")
	if took := time.Since(began); took < 500*time.Millisecond || took > 3*time.Second {
		t.Errorf("a comment took %v with a deadline of 500 ms", took)
	}

	t.Log("it is away: open, then closed")
	end()
	post(t, ada, "passes while it is away")
	settle(t, rooms, "talk", &roomsv1.Settings{
		CommentHook: roomsv1.Settings_HOOK_MODE_FAIL_CLOSED.Enum(), QuestionHook: roomsv1.Settings_HOOK_MODE_FAIL_CLOSED.Enum(),
	}, "settings.comment_hook", "settings.question_hook")
	wait(t, "closed", func() bool {
		a, err := ada.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "is it closed?"}}})
		if err != nil {
			t.Fatal(err)
		}
		return a.GetHeld() != nil
	})
	why(heldBack(t, ada, "secret-eight"), "hook_away", "")
	_, err = edit(fine, "secret-nine")
	refused(t, string(fault.EditExpired), err)
	q, err = ada.Ask(t.Context(), "secret-ten?")
	if err != nil {
		t.Fatal(err)
	}
	until(t, mod, "the question, and why", func(w *viewer.View) bool { return w.Pending[q.GetQuestion()].GetWhy() == "hook_away" })
	post(t, mod, "a moderator is not kept waiting")

	t.Log("it is back, and asked again")
	answersAt(t, o, at)
	wait(t, "it is asked", func() bool {
		c, err := ada.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "rewrite me"}}})
		time.Sleep(time.Second) // within what one person may post
		return err == nil && c.GetComment().GetText() == "(something nice)"
	})
	post(t, ada, "the last of all")
	until(t, watcher, "the last", has("the last of all"))
	if received.hold("secret-") {
		t.Error("a viewer received what was held, rejected or rewritten")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.asked) < 10 {
		t.Errorf("it was asked %d times", len(o.asked))
	}
}
