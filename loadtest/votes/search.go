package votes

import (
	"context"
	"fmt"
	"math"
)

// Figures of the search: the rate goes up by half until it is too much, then between the last two.
const (
	faster    = 1.5
	halvings  = 3  // after which two rates are 1.05 times apart
	mostSteps = 24 // stretches in all
)

// search looks for the highest rate within the limit. A rate is too high when it fails twice: machines are noisy.
func (v *voting) search(ctx context.Context, r *Report) error {
	low, high := 0.0, 0.0 // kept, and not
	if r.Kept {
		low = r.Rate
	} else {
		high = r.Rate
	}
	for left := halvings; left > 0 && len(r.Search) < mostSteps; {
		var rate float64
		switch {
		case high == 0:
			rate = low * faster
		case low == 0:
			rate = high / faster
		default:
			rate = math.Sqrt(low * high)
			left--
		}
		if rate = math.Round(rate); rate > mostRate || rate < 1 {
			break
		}
		kept := false
		for try := 0; try < 2 && !kept; try++ {
			s, err := v.stretch(ctx, max(100, int(rate*v.Step.Seconds())), rate)
			if err != nil {
				return err
			}
			r.Search = append(r.Search, *s)
			kept = s.Kept
			_, _ = fmt.Fprintf(v.Log, "%g votes a second: acks p99 %.1f ms, %d unanswered\n", rate, s.AckMs.P99, s.Unanswered)
		}
		if kept {
			low = rate
		} else {
			high = rate
		}
	}
	r.HighestRate = low
	return nil
}
