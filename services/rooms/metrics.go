package rooms

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/judge"
)

type meters struct{ acts metric.Int64Counter }

func newMeters() (m meters) {
	m.acts, _ = otel.Meter("github.com/ovation-live/ovation/services/rooms").Int64Counter("ovation.rooms.acts",
		metric.WithDescription("Changes asked of rooms, by action and result. Labels: action, reason."))
	return m
}

func (m meters) act(ctx context.Context, action string, err error) {
	m.acts.Add(ctx, 1, metric.WithAttributes(attribute.String("action", action), attribute.String("reason", judge.Result(err))))
}
