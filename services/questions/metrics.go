package questions

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/judge"
)

type meters struct {
	asks, votes, folded, conflicts metric.Int64Counter
	steps                          metric.Int64Counter
	watchers                       metric.Int64UpDownCounter
}

func newMeters() (m meters) {
	meter := otel.Meter("github.com/ovation-live/ovation/services/questions")
	m.asks, _ = meter.Int64Counter("ovation.questions.asks", metric.WithDescription("Questions asked to be stored, by result. Labels: reason."))
	m.steps, _ = meter.Int64Counter("ovation.questions.steps", metric.WithDescription("Steps of questions, by verb and result. Labels: verb, reason."))
	m.votes, _ = meter.Int64Counter("ovation.votes.cast", metric.WithDescription("Votes given or taken back, by result. Labels: reason."))
	m.folded, _ = meter.Int64Counter("ovation.votes.tallied", metric.WithDescription("Votes added to a stored tally."))
	m.watchers, _ = meter.Int64UpDownCounter("ovation.questions.watchers", metric.WithDescription("Streams of `WatchQuestions` that are open."))
	m.conflicts, _ = meter.Int64Counter("ovation.votes.tally.conflicts", metric.WithDescription("Tallies that another process wrote first; read again and added to."))
	return m
}

func result(err error) attribute.KeyValue { return attribute.String("reason", judge.Result(err)) }

func (m meters) ask(ctx context.Context, err error) {
	m.asks.Add(ctx, 1, metric.WithAttributes(result(err)))
}

func (m meters) vote(ctx context.Context, err error) {
	m.votes.Add(ctx, 1, metric.WithAttributes(result(err)))
}

func (m meters) step(ctx context.Context, verb string, err error) {
	m.steps.Add(ctx, 1, metric.WithAttributes(attribute.String("verb", verb), result(err)))
}
