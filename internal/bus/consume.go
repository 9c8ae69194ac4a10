package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Consume follows a stream in order and without gaps from a sequence on (0: only what is new), calling do for each
// message, until the context ends or do returns an error. There must be few of these: one per process and stream, never
// one per room or viewer. With headersOnly bodies stay in the store.
func (b *Bus) Consume(ctx context.Context, filter Key, from uint64, headersOnly bool, do func(Record) error) error {
	config := jetstream.OrderedConsumerConfig{FilterSubjects: []string{filter.Subject}, HeadersOnly: headersOnly}
	config.DeliverPolicy = jetstream.DeliverNewPolicy
	if from > 0 {
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, from
	}
	consumer, err := b.js.OrderedConsumer(ctx, streamNames[filter.Stream], config)
	if err != nil {
		return outward(err, "follow")
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(1024))
	if err != nil {
		return outward(err, "follow")
	}
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	defer messages.Stop()
	for {
		m, err := messages.Next()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if errors.Is(err, jetstream.ErrMsgIteratorClosed) {
				return outward(err, "follow")
			}
			continue // a missed heartbeat: the ordered consumer starts itself anew where it stood
		}
		meta, err := m.Metadata()
		if err != nil {
			return fmt.Errorf("follow %s: %w", streamNames[filter.Stream], err)
		}
		r := Record{Subject: m.Subject(), Sequence: meta.Sequence.Stream, Time: meta.Timestamp, Body: m.Data(), header: m.Headers()}
		r.Deleted = deleted(r.header)
		if err := do(r); err != nil {
			return err
		}
	}
}
