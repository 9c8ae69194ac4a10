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

// Walk calls visit for the records of a key below a sequence (0: from the newest), newest first, until visit says stop by
// returning false. It begins with the newest that the leader has, however far the replica lags that reads the rest.
func Walk(ctx context.Context, b *bus.Bus, k bus.Key, before uint64, visit func(bus.Record) (more bool)) error {
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
	span, first := uint64(firstSpan), true
	for end > 0 {
		start := end - min(span, end) + 1
		records, whole, err := window(ctx, b, k, start, end)
		if err == nil && first {
			records, err = completed(records, start, end, func(from uint64) (bus.Record, error) { return b.Next(ctx, k, from) })
		}
		if err != nil {
			return err
		}
		first = false
		if !whole && span > firstSpan {
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

// completed adds to the first window what a replica that lags left out at its end. next asks the leader, which never lags: mostly
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

// window reads what stands from start to end; whole is false when it gave up on too many.
func window(ctx context.Context, b *bus.Bus, k bus.Key, start, end uint64) (all []bus.Record, whole bool, err error) {
	for from := start; from <= end; {
		records, more, err := b.Range(ctx, k, from, 1000)
		if err != nil {
			return nil, false, err
		}
		for _, r := range records {
			if r.Sequence > end {
				return all, true, nil
			}
			all = append(all, r)
		}
		if !more || len(records) == 0 {
			break
		}
		if len(all) > maxWindow {
			return nil, false, nil
		}
		from = records[len(records)-1].Sequence + 1
	}
	return all, true, nil
}
