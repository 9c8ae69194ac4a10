package fanout

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

const sweepMetric = "ovation_gateway_fanout_duration_seconds"

// scrape reads a process's metrics.
func scrape(ctx context.Context, admin string) (map[string]*dto.MetricFamily, error) {
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

// sum adds a gauge up over the gateways.
func (s *stage) sum(ctx context.Context, name string) (total int64, err error) {
	for _, g := range s.gateways {
		all, err := scrape(ctx, g.Admin)
		if err != nil {
			return 0, err
		}
		for _, m := range all[name].GetMetric() {
			total += int64(m.GetGauge().GetValue())
		}
	}
	return total, nil
}

// buckets are a histogram's counts by upper bound, over the gateways.
func (s *stage) buckets(ctx context.Context) (map[float64]uint64, error) {
	counts := make(map[float64]uint64)
	for _, g := range s.gateways {
		all, err := scrape(ctx, g.Admin)
		if err != nil {
			return nil, err
		}
		for _, m := range all[sweepMetric].GetMetric() {
			for _, b := range m.GetHistogram().GetBucket() {
				counts[b.GetUpperBound()] += b.GetCumulativeCount()
			}
			counts[math.Inf(1)] += m.GetHistogram().GetSampleCount()
		}
	}
	return counts, nil
}

// quantile is what was added between two readings, with straight lines inside buckets, as Prometheus does it.
func quantile(before, after map[float64]uint64, q float64) float64 {
	var bounds []float64
	for b := range after {
		bounds = append(bounds, b)
	}
	slices.Sort(bounds)
	if len(bounds) == 0 {
		return 0
	}
	last := bounds[len(bounds)-1]
	total := float64(after[last] - before[last])
	below, low := 0.0, 0.0
	for _, b := range bounds {
		n := float64(after[b] - before[b])
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
