package hook

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

// operator is a connection to a service that answers as the test says.
type operator struct {
	asked  atomic.Int64
	answer func(context.Context, *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error)
}

func (o *operator) Invoke(ctx context.Context, _ string, in, out any, _ ...grpc.CallOption) error {
	o.asked.Add(1)
	answer, err := o.answer(ctx, in.(*moderationv1.JudgeRequest))
	if err == nil {
		to := out.(*moderationv1.JudgeResponse)
		to.Verdict, to.Reason, to.Text = answer.GetVerdict(), answer.GetReason(), answer.GetText()
	}
	return err
}

func (o *operator) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	panic("a hook opens no streams")
}

func (o *operator) hook() *Hook {
	return over(o, Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

func says(verdict moderationv1.JudgeResponse_Verdict, reason, text string) *operator {
	return &operator{answer: func(context.Context, *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error) {
		return &moderationv1.JudgeResponse{Verdict: verdict, Reason: reason, Text: text}, nil
	}}
}

func hangs() *operator {
	return &operator{answer: func(ctx context.Context, _ *moderationv1.JudgeRequest) (*moderationv1.JudgeResponse, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
}

func item(role eventv1.Role) Item {
	return Item{
		Room: "main", ID: "id", Kind: moderationv1.Kind_KIND_COMMENT, Text: "hello", Limit: text.Comment,
		Author: &eventv1.Author{Person: "p", Role: role},
	}
}

const (
	open   = eventv1.HookMode_HOOK_MODE_UNSPECIFIED
	closed = eventv1.HookMode_HOOK_MODE_FAIL_CLOSED
	viewer = eventv1.Role_ROLE_VIEWER
)

func TestVerdicts(t *testing.T) {
	long := strings.Repeat("é", text.Reason.Graphemes+50)
	for name, c := range map[string]struct {
		operator *operator
		mode     eventv1.HookMode
		role     eventv1.Role
		want     Verdict
	}{
		"allow":                    {says(moderationv1.JudgeResponse_VERDICT_ALLOW, "", ""), closed, viewer, Verdict{Text: "hello"}},
		"hold":                     {says(moderationv1.JudgeResponse_VERDICT_HOLD, "rude?", ""), open, viewer, Verdict{Hold: true, Reason: "rude?", Text: "hello"}},
		"hold for long":            {says(moderationv1.JudgeResponse_VERDICT_HOLD, long, ""), open, viewer, Verdict{Hold: true, Reason: strings.Repeat("é", text.Reason.Graphemes), Text: "hello"}},
		"rewrite":                  {says(moderationv1.JudgeResponse_VERDICT_REWRITE, "", "  h***o "), open, viewer, Verdict{Text: "h***o"}},
		"rewrite to nothing, open": {says(moderationv1.JudgeResponse_VERDICT_REWRITE, "", " "), open, viewer, Verdict{Text: "hello"}},
		"rewrite too long, closed": {says(moderationv1.JudgeResponse_VERDICT_REWRITE, "", strings.Repeat("x", 301)), closed, viewer, Verdict{Hold: true, Away: true, Text: "hello"}},
		"no verdict, closed":       {says(0, "", ""), closed, viewer, Verdict{Hold: true, Away: true, Text: "hello"}},
		"unknown verdict, open":    {says(99, "", ""), open, viewer, Verdict{Text: "hello"}},
		"off":                      {says(moderationv1.JudgeResponse_VERDICT_REJECT, "", ""), eventv1.HookMode_HOOK_MODE_OFF, viewer, Verdict{Text: "hello"}},
		"no verdict on the host":   {says(0, "", ""), closed, eventv1.Role_ROLE_HOST, Verdict{Text: "hello"}},
	} {
		got, err := c.operator.hook().Judge(t.Context(), c.mode, item(c.role))
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
	_, err := says(moderationv1.JudgeResponse_VERDICT_REJECT, "no links", "").hook().Judge(t.Context(), open, item(viewer))
	if f, ok := fault.Of(err); !ok || f.Reason != fault.Rejected || !strings.Contains(f.Message, "no links") {
		t.Errorf("a rejection is %v", err)
	}
	var none *Hook
	if got, err := none.Judge(t.Context(), closed, item(viewer)); err != nil || got.Hold {
		t.Errorf("without a hook: %+v, %v", got, err)
	}
}

func TestNobodyWaitsLongerThanTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got, err := hangs().hook().Judge(t.Context(), closed, item(viewer))
		if took := time.Since(began); took != 200*time.Millisecond || err != nil || !got.Hold || !got.Away {
			t.Errorf("after %s: %+v, %v", took, got, err)
		}
	})
}

func TestAHookThatFailsIsLeftAloneAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := hangs()
		h := o.hook()
		for range 20 {
			_, _ = h.Judge(t.Context(), open, item(viewer))
		}
		if n := o.asked.Load(); n != failures {
			t.Fatalf("asked %d times, want %d", n, failures)
		}
		began := time.Now()
		if got, _ := h.Judge(t.Context(), closed, item(viewer)); time.Since(began) != 0 || !got.Hold {
			t.Errorf("while it is left alone: %+v after %s", got, time.Since(began))
		}
		o.answer = says(moderationv1.JudgeResponse_VERDICT_ALLOW, "", "").answer
		time.Sleep(rest + time.Millisecond)
		if got, _ := h.Judge(t.Context(), closed, item(viewer)); got.Hold {
			t.Error("it answers again and is not asked")
		}
	})
}

// An operator reads in the log why nothing is judged: once, and again when it was well in between.
func TestTheLogSaysWhyNoAnswerCame(t *testing.T) {
	var lines strings.Builder
	broken := says(moderationv1.JudgeResponse_VERDICT_REWRITE, "", strings.Repeat("x", 5000))
	h := over(broken, Options{Logger: slog.New(slog.NewTextHandler(&lines, nil))})
	well := says(moderationv1.JudgeResponse_VERDICT_ALLOW, "", "").answer
	for range 2 {
		sick := broken.answer
		for range 3 {
			_, _ = h.Judge(t.Context(), open, item(viewer))
		}
		broken.answer = well
		_, _ = h.Judge(t.Context(), open, item(viewer))
		broken.answer = sick
	}
	if said := lines.String(); strings.Count(said, "gives no answer") != 2 || strings.Count(said, "the rewritten text cannot be stored") != 2 ||
		strings.Count(said, "answers again") != 2 {
		t.Errorf("the log says\n%s", said)
	}
}

func TestCallersWhoGoAwayAreNoFailure(t *testing.T) {
	o := hangs()
	h := o.hook()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range failures + 3 {
		_, _ = h.Judge(gone, open, item(viewer))
	}
	if n := o.asked.Load(); n != failures+3 {
		t.Errorf("asked %d times; the breaker took callers who went away for failures", n)
	}
}
