package questions

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/hook"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// operator is an operator's moderation service, on a port of its own.
type operator struct {
	moderationv1.UnimplementedModerationHookServiceServer

	mu    sync.Mutex
	says  *moderationv1.JudgeResponse  // guarded by mu
	asked []*moderationv1.JudgeRequest // guarded by mu
}

func (o *operator) Judge(_ context.Context, r *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = append(o.asked, r)
	return o.says, nil
}

func (o *operator) answers(v moderationv1.JudgeResponse_Verdict, reason, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.says, o.asked = &moderationv1.JudgeResponse{Verdict: v, Reason: reason, Text: text}, nil
}

// hooked makes the service anew with a moderation hook at an address.
func (w *world) hooked(address string) {
	w.Helper()
	h, err := hook.New(hook.Options{Address: address, Deadline: 2 * time.Second, Logger: w.bed.Log})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = h.Close() })
	w.s = New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log, Clock: w.time.Now, Hook: h})
}

func (w *world) settings(change func(*eventv1.RoomSettings)) {
	w.Helper()
	w.bed.Room("main", func(r *eventv1.Room) { change(r.Settings) })
	w.bed.Settle()
}

func (w *world) asks(role auth.Role, who, request, words string) (*questionsv1.Question, error) {
	a, err := w.s.AskQuestion(w.as(role, who), &questionsv1.AskQuestionRequest{Room: "main", RequestId: request, Text: words})
	return a.GetQuestion(), err
}

func TestAHookJudgesQuestions(t *testing.T) {
	w := begin(t)
	w.settings(func(s *eventv1.RoomSettings) { s.OpenQuestions = true })
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o, server := new(operator), grpc.NewServer()
	moderationv1.RegisterModerationHookServiceServer(server, o)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	defer serving.Wait()
	defer server.Stop()
	w.hooked(l.Addr().String())

	o.answers(moderationv1.JudgeResponse_VERDICT_ALLOW, "", "")
	q, err := w.asks(auth.Viewer, "ana", "request-allow", "Is it free?")
	if err != nil || q.GetState() != questionsv1.Question_STATE_OPEN {
		t.Fatalf("allowed: %v, %v", q, err)
	}
	if r := o.asked[0]; r.GetKind() != moderationv1.Kind_KIND_QUESTION || r.GetRoom() != "main" || r.GetId() != q.GetQuestion() || r.GetText() != "Is it free?" || r.GetPerson() == "" {
		t.Errorf("the hook was asked %v", r)
	}

	o.answers(moderationv1.JudgeResponse_VERDICT_HOLD, "it sells something", "")
	held, err := w.asks(auth.Viewer, "ana", "request-hold", "Buy it here?")
	if err != nil || held.GetState() != questionsv1.Question_STATE_PENDING || held.GetWhy() != 0 || held.GetWhyDetail() != "" {
		t.Fatalf("held, its author is told %v, %v", held, err)
	}
	seen, err := w.s.GetQuestion(w.as(auth.Moderator, "mod"), &questionsv1.GetQuestionRequest{Room: "main", Question: held.GetQuestion()})
	if err != nil || seen.GetQuestion().GetWhy() != questionsv1.Question_WHY_HOOK || seen.GetQuestion().GetWhyDetail() != "it sells something" {
		t.Errorf("held, moderators are told %v, %v", seen, err)
	}

	o.answers(moderationv1.JudgeResponse_VERDICT_REJECT, "no advertising", "")
	_, err = w.asks(auth.Viewer, "ana", "request-reject", "Buy this?")
	w.refused(err, fault.Rejected)

	// What the hook made of a text is stored; its retry is known by what was sent, also when the hook says something else,
	// and by a replica that remembers nothing.
	o.answers(moderationv1.JudgeResponse_VERDICT_REWRITE, "", "Call (number)?")
	first, err := w.asks(auth.Viewer, "ana", "request-rewrite", "Call 030 1234567?")
	if err != nil || first.GetText() != "Call (number)?" {
		t.Fatalf("rewritten: %v, %v", first, err)
	}
	o.answers(moderationv1.JudgeResponse_VERDICT_REWRITE, "", "Call [taken out]?")
	w.hooked(l.Addr().String())
	again, err := w.asks(auth.Viewer, "ana", "request-rewrite", "Call 030 1234567?")
	if err != nil || again.GetQuestion() != first.GetQuestion() || again.GetText() != "Call (number)?" {
		t.Errorf("its retry: %v, %v", again, err)
	}
	_, err = w.asks(auth.Viewer, "ana", "request-rewrite", "Call (number)?")
	w.refused(err, fault.RequestIDReused)
	if len(o.asked) != 0 {
		t.Errorf("the hook was asked %d times about what is stored", len(o.asked))
	}
}

// A moderator who mended a typo does not make the asker's retry another question.
func TestARetryOfAnEditedQuestionIsKnown(t *testing.T) {
	w := begin(t)
	q := w.ask("ana", "request-1", "Is it fre?")
	w.must(q, &questionsv1.StepQuestionRequest{Step: edit, Text: "Is it free?"})
	w.again()
	if a, err := w.asks(auth.Viewer, "ana", "request-1", "Is it fre?"); err != nil || a.GetQuestion() != q.GetQuestion() || a.GetText() != "Is it free?" {
		t.Errorf("%v, %v", a, err)
	}
}

// What counts while the hook does not answer is said for questions by themselves.
func TestQuestionsFailOpenOrClosed(t *testing.T) {
	w := begin(t)
	w.hooked("127.0.0.1:1")
	for i, c := range []struct {
		name string
		role auth.Role
		set  func(*eventv1.RoomSettings)
		want questionsv1.Question_State
		why  questionsv1.Question_Why
	}{
		{"fails open, though comments fail closed", auth.Viewer, func(s *eventv1.RoomSettings) {
			s.CommentHook, s.QuestionHook = eventv1.HookMode_HOOK_MODE_FAIL_CLOSED, eventv1.HookMode_HOOK_MODE_UNSPECIFIED
		}, questionsv1.Question_STATE_OPEN, 0},
		{"fails closed, though comments fail open", auth.Viewer, func(s *eventv1.RoomSettings) {
			s.CommentHook, s.QuestionHook = eventv1.HookMode_HOOK_MODE_UNSPECIFIED, eventv1.HookMode_HOOK_MODE_FAIL_CLOSED
		}, questionsv1.Question_STATE_PENDING, questionsv1.Question_WHY_HOOK_AWAY},
		{"a moderator passes", auth.Moderator, func(s *eventv1.RoomSettings) {
			s.QuestionHook = eventv1.HookMode_HOOK_MODE_FAIL_CLOSED
		}, questionsv1.Question_STATE_OPEN, 0},
		{"nobody is asked", auth.Viewer, func(s *eventv1.RoomSettings) { s.QuestionHook = eventv1.HookMode_HOOK_MODE_OFF }, questionsv1.Question_STATE_OPEN, 0},
	} {
		w.settings(func(s *eventv1.RoomSettings) { s.OpenQuestions = true; c.set(s) })
		q, err := w.asks(c.role, "ana", fmt.Sprintf("request-%d", i), "Is it free, "+c.name+"?")
		if err != nil || q.GetState() != c.want {
			t.Errorf("%s: %v, %v", c.name, q, err)
			continue
		}
		seen, err := w.s.GetQuestion(w.as(auth.Moderator, "mod"), &questionsv1.GetQuestionRequest{Room: "main", Question: q.GetQuestion()})
		if err != nil || seen.GetQuestion().GetWhy() != c.why {
			t.Errorf("%s: moderators are told %v, %v", c.name, seen, err)
		}
	}
}

// Every reason for which a question can be held has its word for callers.
func TestWhyAQuestionWaitsHasAWord(t *testing.T) {
	for n, name := range eventv1.HoldReason_name {
		switch r := eventv1.HoldReason(n); {
		case r == eventv1.HoldReason_HOLD_REASON_ALL, r == eventv1.HoldReason_HOLD_REASON_FIRST: // of comments alone
		case why(r) == questionsv1.Question_WHY_UNSPECIFIED && n != 0:
			t.Errorf("%s is nothing to callers", name)
		}
	}
}
