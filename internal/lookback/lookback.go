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
// returning false.
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
	span := uint64(firstSpan)
	for end > 0 {
		start := end - min(span, end) + 1
		records, whole, err := window(ctx, b, k, start, end)
		if err != nil {
			return err
		}
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
