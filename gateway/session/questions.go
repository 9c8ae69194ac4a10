package session

import (
	"context"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func (v *session) similar(f *gatewayv1.FindSimilar) func(context.Context) (*gatewayv1.Ack, error) {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		found, err := v.o.Uplink.Similar(ctx, v.actor, f)
		return &gatewayv1.Ack{Result: &gatewayv1.Ack_Similar{Similar: found}}, err
	}
}

// list is answered from what this gateway holds of the room.
func (v *session) list(l *gatewayv1.ListQuestions) func(context.Context) (*gatewayv1.Ack, error) {
	return func(context.Context) (*gatewayv1.Ack, error) {
		page, err := v.room.Questions(l.GetList(), l.GetAfter())
		return &gatewayv1.Ack{Result: &gatewayv1.Ack_Questions{Questions: page}}, err
	}
}
