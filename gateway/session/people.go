package session

import (
	"context"

	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// acting is who acts, as things stand: a guest may share network and client with one who was banned since. It is remembered
// from where it acts.
func (v *session) acting() uplink.Actor {
	a := v.actor
	v.room.Acted(a.Key, a.Trace)
	a.Review = v.room.Review(a.Trace)
	return a
}

// noteTrace notes from where a banned guest comes, so that another guest from there is looked at first.
func (v *session) noteTrace() {
	a := v.actor
	if a.Trace == "" || v.room.Traced(a.Key, a.Trace) {
		return
	}
	v.working.Go(func() {
		if err := v.o.Uplink.NoteTrace(context.Background(), a.Room, a.Key, a.Trace); err != nil {
			v.o.Logger.Warn("from where a banned guest comes is not noted", "error", err)
		}
	})
}

// report tells moderators of a comment or a question.
func (v *session) report(r *gatewayv1.Report) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		if (r.GetComment() == "") == (r.GetQuestion() == "") {
			return nil, fault.New(fault.FieldInvalid, "name the comment or the question that you report, one of them").On("comment")
		}
		var sequence uint64
		if r.GetComment() != "" {
			sequence = v.room.CommentSequence(r.GetComment())
		}
		return new(gatewayv1.Ack), v.o.Uplink.Report(ctx, v.acting(), r, sequence)
	}
}

// peopleAct is a moderator's act on a person; nil when it is another one.
func (v *session) peopleAct(m *gatewayv1.Moderate) func(context.Context) (*gatewayv1.Ack, error) {
	on := func(step *gatewayv1.PersonStep, do uplink.PersonAct) func(context.Context) (*gatewayv1.Ack, error) {
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return new(gatewayv1.Ack), v.o.Uplink.ActOnPerson(ctx, v.actor, m.GetRequestId(), do, step)
		}
	}
	switch act := m.GetAct().(type) {
	case *gatewayv1.Moderate_Ban:
		return on(act.Ban, uplink.BanPerson)
	case *gatewayv1.Moderate_Timeout:
		return on(act.Timeout, uplink.TimeOutPerson)
	case *gatewayv1.Moderate_Unban:
		return on(act.Unban, uplink.UnbanPerson)
	case *gatewayv1.Moderate_RemoveAll:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			n, err := v.o.Uplink.RemoveAll(ctx, v.actor, act.RemoveAll)
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Count{Count: n}}, err
		}
	case *gatewayv1.Moderate_Release:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return commented(v.o.Uplink.ReleaseComment(ctx, v.actor, act.Release.GetComment()))
		}
	case *gatewayv1.Moderate_RejectHeld:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return new(gatewayv1.Ack), v.o.Uplink.RejectComment(ctx, v.actor, act.RejectHeld)
		}
	case *gatewayv1.Moderate_Undo:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			action, err := v.o.Uplink.UndoLast(ctx, v.actor, m.GetRequestId())
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Undone{Undone: action}}, err
		}
	case *gatewayv1.Moderate_UndoHeld:
		return v.undo(audit.Decision, act.UndoHeld.GetComment(), 0)
	case *gatewayv1.Moderate_UndoPerson:
		return v.undo(audit.Measure, act.UndoPerson.GetPerson(), 0)
	case *gatewayv1.Moderate_UndoRemoveAll:
		return v.undo(audit.RemovalOfAll, act.UndoRemoveAll.GetPerson(), 0)
	case *gatewayv1.Moderate_UndoDelete:
		return v.undo(audit.Removal, act.UndoDelete.GetComment(), 0)
	case *gatewayv1.Moderate_UndoSetting:
		return v.undo(audit.Setting, "", act.UndoSetting.GetChange())
	case *gatewayv1.Moderate_UndoTerms:
		return v.undo(audit.Wording, "", act.UndoTerms.GetChange())
	case *gatewayv1.Moderate_UndoPin:
		return v.undo(audit.Pinning, "", act.UndoPin.GetChange())
	case *gatewayv1.Moderate_UndoOnAir:
		return v.undo(audit.Airing, "", act.UndoOnAir.GetChange())
	}
	return nil
}

// undo takes one's own last act of a kind on a target back, where that is the change that is named; 0 names any.
func (v *session) undo(kind audit.Undo, target string, change uint64) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		return new(gatewayv1.Ack), v.o.Uplink.Undo(ctx, v.actor, kind, target, change)
	}
}
