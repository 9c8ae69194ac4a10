package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/bus"
)

// usageEvery is how often the streams are looked at: they fill over hours, and each look is a round trip a stream.
const usageEvery = 15 * time.Second

// usage keeps what the store said last of its streams, for the metrics. Every process with services tells the same.
type usage struct {
	bus *bus.Bus
	log *slog.Logger

	mu   sync.Mutex
	seen []bus.Usage // guarded by mu
}

// watchUsage makes the metrics of the store; run it as a part.
func watchUsage(b *bus.Bus, log *slog.Logger) *usage {
	u := &usage{bus: b, log: log}
	meter := otel.Meter("github.com/ovation-live/ovation/cmd/ovation")
	bytes, _ := meter.Int64ObservableGauge("ovation.store.stream", metric.WithUnit("By"), metric.WithDescription("What a stream holds; looked at each 15 s by every process with services. Labels: stream."))
	limit, _ := meter.Int64ObservableGauge("ovation.store.stream.limit", metric.WithUnit("By"), metric.WithDescription("The most that it may hold; 0 for `OV_COUNTERS`, which has no limit. Labels: stream."))
	messages, _ := meter.Int64ObservableGauge("ovation.store.stream.messages", metric.WithDescription("Messages that it holds. Labels: stream."))
	behind, _ := meter.Int64ObservableGauge("ovation.store.replicas.behind", metric.WithDescription("Copies of it that are away or have not caught up. Labels: stream."))
	missing, _ := meter.Int64ObservableGauge("ovation.store.stream.missing", metric.WithDescription("1 for a stream that somebody deleted, else 0. Labels: stream."))
	_, _ = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, s := range u.last() {
			of := metric.WithAttributes(attribute.String("stream", s.Stream))
			if s.Missing {
				o.ObserveInt64(missing, 1, of)
				continue
			}
			o.ObserveInt64(missing, 0, of)
			o.ObserveInt64(bytes, int64(s.Bytes), of)
			o.ObserveInt64(limit, int64(s.Limit), of)
			o.ObserveInt64(messages, int64(s.Messages), of)
			o.ObserveInt64(behind, int64(s.Behind), of)
		}
		return nil
	}, bytes, limit, messages, behind, missing)
	return u
}

// last is what was seen last; nil before the first look, and while the store does not answer.
func (u *usage) last() []bus.Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.seen
}

// Run looks until the context ends. While the store does not answer, nothing is told: an old figure would hide it.
func (u *usage) Run(ctx context.Context) error {
	every := time.NewTicker(usageEvery)
	defer every.Stop()
	for grown := false; ; {
		look, cancel := context.WithTimeout(ctx, usageEvery)
		seen, err := u.bus.Usage(look)
		if !grown { // a roll starts services before the last broker has its larger limit
			grown = u.bus.Grow(look) == nil
		}
		cancel()
		if err != nil && ctx.Err() == nil {
			u.log.Debug("cannot look at the streams", "error", err)
		}
		for _, s := range seen {
			if s.Missing {
				u.log.Error("a stream is gone: restore it from a backup, or restart with store.recreate to have an empty one in its place", "stream", s.Stream)
			}
		}
		u.mu.Lock()
		u.seen = seen
		u.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}
