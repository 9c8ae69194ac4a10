package session

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

var tracer = otel.Tracer("github.com/ovation-live/ovation/gateway/session")

// take handles one frame: what needs no service at once, the rest beside the reading. False stops the reading, until
// whoever was started resumes it.
func (v *session) take(in *gatewayv1.ClientFrame) (more bool) {
	id := in.GetId()
	if err := v.allow(in, time.Now()); err != nil {
		v.fault(id, err)
		return true
	}
	switch body := in.GetBody().(type) {
	case *gatewayv1.ClientFrame_Tap:
		v.tap(id, body.Tap)
	case *gatewayv1.ClientFrame_Pace:
		v.wantSlow(body.Pace.GetSlow())
		v.ack(id, nil)
	case *gatewayv1.ClientFrame_Auth:
		v.working.Go(func() { // what it says may change what the next frame may do
			defer v.member.Resume()
			if err := v.renew(body.Auth.GetToken()); err != nil {
				v.fault(id, err)
				return
			}
			v.ack(id, nil)
		})
		return false
	case *gatewayv1.ClientFrame_Hello:
		v.fault(id, fault.New(fault.FrameInvalid, "the hello was said already; open another socket for another room"))
	case *gatewayv1.ClientFrame_Post:
		v.call(id, "post", v.post(body.Post))
	case *gatewayv1.ClientFrame_Edit:
		v.call(id, "edit", v.edit(body.Edit))
	case *gatewayv1.ClientFrame_Undelete:
		v.call(id, "undelete", v.undelete(body.Undelete))
	case *gatewayv1.ClientFrame_Delete:
		v.call(id, "delete", func(ctx context.Context) (*gatewayv1.Ack, error) {
			return new(gatewayv1.Ack), v.deleteComment(ctx, body.Delete.GetComment(), "")
		})
	case *gatewayv1.ClientFrame_Ask:
		v.call(id, "ask", func(ctx context.Context) (*gatewayv1.Ack, error) {
			q, err := v.o.Uplink.Ask(ctx, v.acting(), body.Ask)
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Question{Question: q}}, err
		})
	case *gatewayv1.ClientFrame_Withdraw:
		v.call(id, "withdraw", func(ctx context.Context) (*gatewayv1.Ack, error) {
			return v.step(ctx, body.Withdraw.GetRequestId(), questionsv1.StepQuestionRequest_STEP_WITHDRAW,
				&gatewayv1.QuestionStep{Question: body.Withdraw.GetQuestion()})
		})
	case *gatewayv1.ClientFrame_Vote:
		v.call(id, "vote", func(ctx context.Context) (*gatewayv1.Ack, error) {
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Vote{Vote: body.Vote}}, v.o.Uplink.Vote(ctx, v.actor, body.Vote)
		})
	case *gatewayv1.ClientFrame_Mine:
		v.call(id, "mine", func(ctx context.Context) (*gatewayv1.Ack, error) {
			m, err := v.ownThings(ctx)
			if err == nil {
				v.send(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Mine{Mine: m}})
			}
			return new(gatewayv1.Ack), err
		})
	case *gatewayv1.ClientFrame_Similar:
		v.call(id, "similar", v.similar(body.Similar))
	case *gatewayv1.ClientFrame_ListQuestions:
		v.call(id, "list_questions", v.list(body.ListQuestions))
	case *gatewayv1.ClientFrame_Report:
		v.call(id, "report", v.report(body.Report))
	case *gatewayv1.ClientFrame_Moderate:
		v.moderate(id, body.Moderate)
	default:
		v.fault(id, fault.New(fault.UnknownVerb, "this server does not know that verb"))
	}
	return true
}

// tap counts what the person's budget allows; the rest is not counted, and said to nobody but the metric.
func (v *session) tap(id string, t *gatewayv1.Tap) {
	taps, err := v.room.Taps(v.actor.Key, t)
	if err != nil {
		v.fault(id, err)
		return
	}
	v.taps.Add(context.Background(), int64(taps.Count))
	if over := t.GetCount() - taps.Count; over > 0 {
		v.overCap.Add(context.Background(), int64(over))
	}
	counted := uplink.Tap{Room: v.actor.Room, Kind: t.GetKind(), Count: taps.Count, Second: taps.Second}
	if taps.Spender != nil {
		counted.Spender = taps.Spender
	}
	v.o.Uplink.Hearts.Tap(counted)
}

// call carries a verb out beside the reading, eight at a time.
func (v *session) call(id, verb string, do func(context.Context) (*gatewayv1.Ack, error)) {
	if v.inhand.Add(1) > maxInFlight {
		v.inhand.Add(-1)
		v.fault(id, fault.New(fault.TooManyRequests, "eight of your requests are still under way; wait for one").After(time.Second))
		return
	}
	started := time.Now()
	v.working.Go(func() {
		defer v.inhand.Add(-1)
		// A verb goes on when its socket ends: what was sent is stored, and a retry with its request id finds it.
		ctx, cancel := context.WithTimeout(context.Background(), uplink.VerbTime)
		defer cancel()
		ctx, span := tracer.Start(ctx, verb, trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot())
		defer span.End()
		ack, err := do(ctx)
		result := "ok"
		if err != nil {
			f, _ := fault.Of(err)
			result = string(fault.Internal)
			if f != nil {
				result = string(f.Reason)
			}
			v.fault(id, err)
		} else {
			v.ack(id, ack)
		}
		span.SetAttributes(attribute.String("ovation.result", result))
		v.tell("verb", "verb", verb, "result", result, "took", time.Since(started).String())
		v.verbs.Record(ctx, time.Since(started).Seconds(), metric.WithAttributes(attribute.String("verb", verb), attribute.String("result", result)))
	})
}

func (v *session) ack(id string, a *gatewayv1.Ack) {
	if id == "" {
		return
	}
	if a == nil {
		a = new(gatewayv1.Ack)
	}
	a.Id = id
	v.send(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Ack{Ack: a}})
}

func (v *session) step(ctx context.Context, requestID string, step questionsv1.StepQuestionRequest_Step, s *gatewayv1.QuestionStep) (*gatewayv1.Ack, error) {
	q, err := v.o.Uplink.Step(ctx, v.actor, requestID, step, s)
	return &gatewayv1.Ack{Result: &gatewayv1.Ack_Question{Question: q}}, err
}

// moderate checks the role for each act; the services check it again.
func (v *session) moderate(id string, m *gatewayv1.Moderate) {
	need := auth.Moderator
	var do func(context.Context) (*gatewayv1.Ack, error)
	question := func(step questionsv1.StepQuestionRequest_Step, s *gatewayv1.QuestionStep) {
		do = func(ctx context.Context) (*gatewayv1.Ack, error) {
			if s.GetRevision() == 0 {
				return nil, fault.New(fault.FieldRequired, "say which revision of the question you saw").On("revision")
			}
			return v.step(ctx, m.GetRequestId(), step, s)
		}
	}
	roomStep := func(step uplink.RoomStep) {
		need = auth.Host
		do = func(ctx context.Context) (*gatewayv1.Ack, error) {
			change, err := v.o.Uplink.StepRoom(ctx, v.actor, step)
			if err != nil {
				return nil, err
			}
			return &gatewayv1.Ack{Change: change, Result: &gatewayv1.Ack_Room{Room: room.ForAudience(v.room.Settings())}}, nil
		}
	}
	switch act := m.GetAct().(type) {
	case *gatewayv1.Moderate_Approve:
		question(questionsv1.StepQuestionRequest_STEP_APPROVE, act.Approve)
	case *gatewayv1.Moderate_Reject:
		question(questionsv1.StepQuestionRequest_STEP_REJECT, act.Reject)
	case *gatewayv1.Moderate_Highlight:
		question(questionsv1.StepQuestionRequest_STEP_HIGHLIGHT, act.Highlight)
	case *gatewayv1.Moderate_Unhighlight:
		question(questionsv1.StepQuestionRequest_STEP_UNHIGHLIGHT, act.Unhighlight)
	case *gatewayv1.Moderate_Queue:
		question(questionsv1.StepQuestionRequest_STEP_QUEUE, act.Queue)
	case *gatewayv1.Moderate_Unqueue:
		question(questionsv1.StepQuestionRequest_STEP_UNQUEUE, act.Unqueue)
	case *gatewayv1.Moderate_Answer:
		question(questionsv1.StepQuestionRequest_STEP_ANSWER, act.Answer)
	case *gatewayv1.Moderate_Archive:
		question(questionsv1.StepQuestionRequest_STEP_ARCHIVE, act.Archive)
	case *gatewayv1.Moderate_Restore:
		question(questionsv1.StepQuestionRequest_STEP_RESTORE, act.Restore)
	case *gatewayv1.Moderate_Edit:
		question(questionsv1.StepQuestionRequest_STEP_EDIT, act.Edit)
	case *gatewayv1.Moderate_Label:
		question(questionsv1.StepQuestionRequest_STEP_LABEL, act.Label)
	case *gatewayv1.Moderate_Reorder:
		question(questionsv1.StepQuestionRequest_STEP_REORDER, act.Reorder)
	case *gatewayv1.Moderate_Merge:
		question(questionsv1.StepQuestionRequest_STEP_MERGE, act.Merge)
	case *gatewayv1.Moderate_Unmerge:
		question(questionsv1.StepQuestionRequest_STEP_UNMERGE, act.Unmerge)
	case *gatewayv1.Moderate_UndoQuestion:
		question(questionsv1.StepQuestionRequest_STEP_UNDO, act.UndoQuestion)
	case *gatewayv1.Moderate_Claim:
		do = v.claim(act.Claim)
	case *gatewayv1.Moderate_Start:
		roomStep(uplink.StartRoom)
	case *gatewayv1.Moderate_End:
		roomStep(uplink.EndRoom)
	case *gatewayv1.Moderate_Reopen:
		roomStep(uplink.ReopenRoom)
	case *gatewayv1.Moderate_UndoEnd:
		need, do = auth.Host, v.undo(audit.Ending, "", act.UndoEnd.GetChange())
	default:
		if do = v.moderateComments(m); do == nil {
			do = v.peopleAct(m)
		}
		if do == nil {
			v.fault(id, fault.New(fault.UnknownVerb, "this server does not know that act of moderation"))
			return
		}
	}
	if !v.actor.Person.Role.AtLeast(need) {
		v.fault(id, fault.New(fault.PermissionDenied, "only a %s may do that", need))
		return
	}
	v.call(id, "moderate", do)
}

// changedMine has a mine frame sent; many changes at once make one, and there are two a second at most.
func (v *session) changedMine() {
	if v.mine.Add(1) == 1 {
		v.working.Go(v.tellMine)
	}
}

// ownThings is what a mine frame says.
func (v *session) ownThings(ctx context.Context) (*gatewayv1.Mine, error) {
	if v.actor.Person.Role.AtLeast(auth.Moderator) { // who is given all comments anyway, and does not wait
		return v.o.Uplink.Mine(ctx, v.actor)
	}
	var wait time.Duration
	var both sync.WaitGroup
	if v.room.Settings().GetSettings().GetSlowModeSeconds() > 0 {
		both.Go(func() {
			if turn, err := v.o.Uplink.Turn(ctx, v.actor); err == nil { // else a post that comes too early is told
				wait = turn
			}
		})
	}
	m, err := v.o.Uplink.Mine(ctx, v.actor)
	both.Wait()
	if err != nil {
		return nil, err
	}
	m.Comments, m.Held = v.room.Own(v.actor.Key)
	m.WaitMs = wait.Milliseconds()
	return m, nil
}

func empty(m *gatewayv1.Mine) bool {
	return len(m.GetQuestions()) == 0 && len(m.GetVoted()) == 0 && len(m.GetComments()) == 0 && len(m.GetHeld()) == 0 && m.GetWaitMs() == 0
}

func (v *session) tellMine() {
	for {
		told := v.mine.Load()
		m, err := v.ownThings(context.Background())
		if err == nil && !empty(m) {
			v.send(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Mine{Mine: m}})
		}
		select {
		case <-v.member.Done():
			return
		case <-time.After(500 * time.Millisecond):
		}
		if v.mine.CompareAndSwap(told, 0) {
			return
		}
	}
}
