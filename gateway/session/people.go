package session

import (
	"context"

	"github.com/ovation-live/ovation/gateway/uplink"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

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
			action, err := v.o.Uplink.Undo(ctx, v.actor)
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Undone{Undone: action}}, err
		}
	}
	return nil
}
