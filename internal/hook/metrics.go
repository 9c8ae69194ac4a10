package hook

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
)

type meters struct {
	verdicts metric.Int64Counter
	duration metric.Float64Histogram
}

func newMeters() (m meters) {
	meter := otel.Meter("github.com/ovation-live/ovation/internal/hook")
	m.verdicts, _ = meter.Int64Counter("ovation.moderation.verdicts",
		metric.WithDescription("Texts asked about at the moderation hook: `allow`, `hold`, `reject`, `rewrite`, or `none` where no answer came in time. Labels: kind, verdict."))
	m.duration, _ = meter.Float64Histogram("ovation.moderation.duration", metric.WithUnit("s"),
		metric.WithDescription("Time to the hook's answer, or to giving up."),
		metric.WithExplicitBucketBoundaries(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5))
	return m
}

func (m meters) judged(ctx context.Context, kind moderationv1.Kind, verdict string, took time.Duration) {
	word := strings.ToLower(strings.TrimPrefix(kind.String(), "KIND_"))
	m.verdicts.Add(ctx, 1, metric.WithAttributes(attribute.String("kind", word), attribute.String("verdict", verdict)))
	m.duration.Record(ctx, took.Seconds())
}
