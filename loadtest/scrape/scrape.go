// Package scrape reads the metrics that processes under load serve on their admin ports, and what was added to a histogram
// between two readings. Begin at ReadHistogram; a load test takes one before and one after, and Since is what lies between.
package scrape

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// read is a process's metrics.
func read(ctx context.Context, admin string) (map[string]*dto.MetricFamily, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, fmt.Errorf("read metrics: %w", err)
	}
	defer func() { _ = a.Body.Close() }()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	all, err := parser.TextToMetricFamilies(a.Body)
	if err != nil {
		return nil, fmt.Errorf("read metrics: %w", err)
	}
	return all, nil
}

// Sum adds a gauge or a counter up over processes and labels.
func Sum(ctx context.Context, name string, admins ...string) (total float64, err error) {
	return sum(ctx, name, func(*dto.Metric) bool { return true }, admins...)
}

// SumOf is the Sum of what has this value of a label.
func SumOf(ctx context.Context, name, label, value string, admins ...string) (total float64, err error) {
	return sum(ctx, name, func(m *dto.Metric) bool {
		return slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == label && l.GetValue() == value })
	}, admins...)
}

func sum(ctx context.Context, name string, counts func(*dto.Metric) bool, admins ...string) (total float64, err error) {
	for _, admin := range admins {
		all, err := read(ctx, admin)
		if err != nil {
			return 0, err
		}
		for _, m := range all[name].GetMetric() {
			if counts(m) {
				total += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return total, nil
}

// Totals are all gauges and counters of a process by name, added up over labels.
func Totals(ctx context.Context, admin string) (map[string]float64, error) {
	all, err := read(ctx, admin)
	if err != nil {
		return nil, err
	}
	totals := make(map[string]float64, len(all))
	for name, family := range all {
		for _, m := range family.GetMetric() {
			totals[name] += m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return totals, nil
}

// Histogram is cumulative counts by upper bound.
type Histogram map[float64]uint64

// ReadHistogram adds a histogram up over processes and labels.
func ReadHistogram(ctx context.Context, name string, admins ...string) (Histogram, error) {
	counts := make(Histogram)
	for _, admin := range admins {
		all, err := read(ctx, admin)
		if err != nil {
			return nil, err
		}
		for _, m := range all[name].GetMetric() {
			for _, b := range m.GetHistogram().GetBucket() {
				if !math.IsInf(b.GetUpperBound(), 1) {
					counts[b.GetUpperBound()] += b.GetCumulativeCount()
				}
			}
			counts[math.Inf(1)] += m.GetHistogram().GetSampleCount()
		}
	}
	return counts, nil
}

// Since is what was added to a histogram after an earlier reading of it.
func (h Histogram) Since(before Histogram) Histogram {
	added := make(Histogram, len(h))
	for b, n := range h {
		added[b] = n - before[b]
	}
	return added
}

// Count is how many values there are.
func (h Histogram) Count() uint64 { return h[math.Inf(1)] }

// Quantile is a value with that share of all below it, with straight lines inside buckets, as Prometheus does it.
func (h Histogram) Quantile(q float64) float64 {
	var bounds []float64
	for b := range h {
		bounds = append(bounds, b)
	}
	slices.Sort(bounds)
	total := float64(h.Count())
	below, low := 0.0, 0.0
	for _, b := range bounds {
		n := float64(h[b])
		if n >= q*total && n > below {
			if math.IsInf(b, 1) {
				return low
			}
			return low + (b-low)*(q*total-below)/(n-below)
		}
		below, low = n, b
	}
	return low
}
