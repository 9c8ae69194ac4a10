package comments

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/judge"
)

type meters struct {
	posts    metric.Int64Counter
	duration metric.Float64Histogram
	removals metric.Int64Counter
	decided  metric.Int64Counter
	acts     metric.Int64Counter
	watchers metric.Int64UpDownCounter
	erased   metric.Int64Counter
	lag      metric.Float64Histogram
	bounds   metric.Int64Gauge
}

func newMeters() (m meters) {
	meter := otel.Meter("github.com/ovation-live/ovation/services/comments")
	m.posts, _ = meter.Int64Counter("ovation.comments.posts", metric.WithDescription("Comments asked to be stored, by result. Labels: reason."))
	m.duration, _ = meter.Float64Histogram("ovation.comments.post.duration", metric.WithUnit("s"),
		metric.WithDescription("Time to judge and store a comment."))
	m.removals, _ = meter.Int64Counter("ovation.comments.removals", metric.WithDescription("Comments asked to be removed, by result. Labels: reason."))
	m.decided, _ = meter.Int64Counter("ovation.comments.held.decisions", metric.WithDescription("Decisions asked about held comments (`release`, `reject`, `undo`), by result. Labels: decision, reason."))
	m.acts, _ = meter.Int64Counter("ovation.comments.acts", metric.WithDescription("Edits, pins, changes of blocked terms, reports, removals of everything of a person, and the undoing of these and of removals asked for, by result; `hold` counts comments that reports took away. Labels: act, reason."))
	m.watchers, _ = meter.Int64UpDownCounter("ovation.comments.watchers", metric.WithDescription("Watch streams that are open."))
	m.erased, _ = meter.Int64Counter("ovation.comments.erased", metric.WithDescription("Removed comments whose bytes were overwritten."))
	m.lag, _ = meter.Float64Histogram("ovation.comments.erase.lag", metric.WithUnit("s"),
		metric.WithDescription("From a removal to its bytes being gone; 60 s are promised."),
		metric.WithExplicitBucketBoundaries(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120))
	m.bounds, _ = meter.Int64Gauge("ovation.comments.log.bound", metric.WithDescription("Whether the log of all rooms drops its oldest entries for want of room (`bytes`, 1 or 0), and how many rooms drop their own because they have as many as a room may (`entries`); looked at each 15 s by every process with this service. That entries go after 30 days is told by `GetLogReach` alone: it is so everywhere and always. Labels: bound."))
	return m
}

// done is the reason of what was done.
var done = metric.WithAttributeSet(attribute.NewSet(attribute.String("reason", judge.Result(nil))))

func reason(err error) metric.MeasurementOption {
	if err == nil {
		return done
	}
	return metric.WithAttributes(attribute.String("reason", judge.Result(err)))
}

func (m meters) post(ctx context.Context, took time.Duration, err error) {
	m.posts.Add(ctx, 1, reason(err))
	m.duration.Record(ctx, took.Seconds())
}

func (m meters) act(ctx context.Context, act string, err error) {
	m.acts.Add(ctx, 1, metric.WithAttributes(attribute.String("act", act), attribute.String("reason", judge.Result(err))))
}

func (m meters) remove(ctx context.Context, err error) { m.removals.Add(ctx, 1, reason(err)) }

func (m meters) decide(ctx context.Context, decision string, err error) {
	m.decided.Add(ctx, 1, metric.WithAttributes(attribute.String("decision", decision), attribute.String("reason", judge.Result(err))))
}
