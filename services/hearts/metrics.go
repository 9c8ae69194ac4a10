package hearts

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/judge"
)

type meters struct {
	accepted metric.Int64Counter
	windows  metric.Int64Counter
	duration metric.Float64Histogram
	size     metric.Int64Histogram

	pulses     metric.Int64Counter
	milestones metric.Int64Counter
	excluded   metric.Int64Counter
	markers    metric.Int64Counter
}

func newMeters() (m meters) {
	meter := otel.Meter("github.com/ovation-live/ovation/services/hearts")
	m.accepted, _ = meter.Int64Counter("ovation.hearts.accepted", metric.WithDescription("Hearts stored and acknowledged."))
	m.windows, _ = meter.Int64Counter("ovation.hearts.windows", metric.WithDescription("Windows taken in, by result. Labels: reason."))
	m.duration, _ = meter.Float64Histogram("ovation.hearts.flush.duration", metric.WithUnit("s"),
		metric.WithDescription("Time to store one batch. Labels: reason."))
	m.size, _ = meter.Int64Histogram("ovation.hearts.flush.windows", metric.WithDescription("Windows stored in one batch."),
		metric.WithExplicitBucketBoundaries(1, 2, 5, 10, 25, 50, 100, 250, 500, 900))
	m.pulses, _ = meter.Int64Counter("ovation.hearts.pulses", metric.WithDescription("Pulses (30 s of a room's hearts by second) asked to be stored, by result. Labels: reason."))
	m.milestones, _ = meter.Int64Counter("ovation.hearts.milestones", metric.WithDescription("Milestones logged."))
	m.excluded, _ = meter.Int64Counter("ovation.hearts.excluded", metric.WithDescription("Hearts said to be bots' after they were counted."))
	m.markers, _ = meter.Int64Counter("ovation.hearts.markers.forgotten",
		metric.WithDescription("Markers taken out of the store whose writer had sent nothing for a day."))
	return m
}

func (m meters) pulse(ctx context.Context, err error) {
	m.pulses.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", judge.Result(err))))
}

func (m meters) window(ctx context.Context, err error) {
	m.windows.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", judge.Result(err))))
}

func (m meters) flushed(ctx context.Context, took time.Duration, windows int, err error) {
	m.duration.Record(ctx, took.Seconds(), metric.WithAttributes(attribute.String("reason", judge.Result(err))))
	m.size.Record(ctx, int64(windows))
}
