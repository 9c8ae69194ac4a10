// Package lookback reads one key of a stream backwards, newest first, which JetStream has no call for: it reads windows
// of sequences forwards, each before the last, and widens them while they hold little. The cost follows the span read,
// so callers say when they have seen enough.
package lookback

import (
	"context"
	"errors"
	"slices"

	"github.com/ovation-live/ovation/internal/bus"
)

// Windows: the first one, and what is too full to hold in memory at once.
const (
	firstSpan = 512
	maxWindow = 8_192
)

// store is what is read: the leader's newest and next record of a key, and what a replica has of it.
type store interface {
	Last(ctx context.Context, k bus.Key) (bus.Record, error)
	Next(ctx context.Context, k bus.Key, from uint64) (bus.Record, error)
	Range(ctx context.Context, k bus.Key, from uint64, n int) (records []bus.Record, more bool, err error)
}

// Walk calls visit for the records of a key below a sequence (0: from the newest), newest first, until visit says stop by
// returning false. It begins with the newest that the leader has, however far the replicas lag that read the rest.
func Walk(ctx context.Context, b *bus.Bus, k bus.Key, before uint64, visit func(bus.Record) (more bool)) error {
	return walk(ctx, b, k, before, visit)
}

func walk(ctx context.Context, b store, k bus.Key, before uint64, visit func(bus.Record) (more bool)) error {
	last, err := b.Last(ctx, k)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	end := last.Sequence
	if before > 0 {
		end = min(end, before-1)
	}
	span := uint64(firstSpan)
	for end > 0 {
		start := end - min(span, end) + 1
		records, seen, err := window(ctx, b, k, start, end)
		if err == nil && seen == short { // each window: another replica may have read it
			records, err = completed(records, start, end, func(from uint64) (bus.Record, error) { return b.Next(ctx, k, from) })
		}
		if err != nil {
			return err
		}
		if seen == tooMany && span > firstSpan {
			span /= 8
			continue
		}
		for _, r := range slices.Backward(records) {
			if !visit(r) {
				return nil
			}
		}
		if len(records) < 256 {
			span *= 4
		}
		end = start - 1
	}
	return nil
}

// completed adds to a window what a replica that lags left out at its end. next asks the leader, which never lags: mostly
// never, and at most for each of the window's sequences.
func completed(records []bus.Record, start, end uint64, next func(from uint64) (bus.Record, error)) ([]bus.Record, error) {
	from := start
	if len(records) > 0 {
		from = records[len(records)-1].Sequence + 1
	}
	for from <= end {
		r, err := next(from)
		if errors.Is(err, bus.ErrNotFound) || err == nil && r.Sequence > end {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records, from = append(records, r), r.Sequence+1
	}
	return records, nil
}

// extent is how much of a window was read.
type extent uint8

const (
	all     extent = iota
	short          // nothing came from its end on: there was nothing, or a replica read that lags
	tooMany        // it gave up
)

// window reads what stands from start to end.
func window(ctx context.Context, b store, k bus.Key, start, end uint64) (in []bus.Record, seen extent, err error) {
	for from := start; from <= end; {
		records, more, err := b.Range(ctx, k, from, 1000)
		if err != nil {
			return nil, short, err
		}
		for _, r := range records {
			if r.Sequence > end {
				return in, all, nil
			}
			in = append(in, r)
		}
		if !more || len(records) == 0 {
			return in, short, nil
		}
		if len(in) > maxWindow {
			return nil, tooMany, nil
		}
		from = records[len(records)-1].Sequence + 1
	}
	return in, all, nil
}
