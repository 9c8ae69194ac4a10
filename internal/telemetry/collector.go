package telemetry

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	metricsv1 "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

// Collector takes in what processes send over OTLP and keeps it in memory. It is for tests that run Ovation as a process
// of its own: give it URL as otlp.endpoint and trace.sample 1, and ask for Spans. A process sends every few seconds and
// when it ends.
type Collector struct {
	// URL to send to.
	URL string

	collectorv1.UnimplementedTraceServiceServer
	server *grpc.Server
	done   chan struct{}

	mu      sync.Mutex
	said    []proto.Message               // whole, as it came; guarded by mu
	spans   []Span                        // guarded by mu
	metrics map[string]map[string]float64 // the newest value of each series by instrument; guarded by mu
}

// NewCollector listens on a free port of loopback until Close.
func NewCollector() (*Collector, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for traces: %w", err)
	}
	c := &Collector{URL: "http://" + l.Addr().String(), server: grpc.NewServer(), done: make(chan struct{}), metrics: make(map[string]map[string]float64)}
	collectorv1.RegisterTraceServiceServer(c.server, c)
	metricsv1.RegisterMetricsServiceServer(c.server, metricsService{c: c})
	go func() {
		defer close(c.done)
		_ = c.server.Serve(l) // ends with Close
	}()
	return c, nil
}

// Close ends the collector.
func (c *Collector) Close() {
	c.server.Stop()
	<-c.done
}

// Spans gives what has come so far. The resource's attributes stand among each span's own.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...)
}

// Said gives all that has come as text, spans with their events and metrics with their attributes, for who looks for what
// must not stand in it.
func (c *Collector) Said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all strings.Builder
	for _, m := range c.said {
		all.WriteString(prototext.Format(m))
	}
	return all.String()
}

// Metrics gives the newest value of each series by the instrument's name and its attributes, as "k=v,k=v"; of a histogram
// the count.
func (c *Collector) Metrics() map[string]map[string]float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make(map[string]map[string]float64, len(c.metrics))
	for name, series := range c.metrics {
		all[name] = maps.Clone(series)
	}
	return all
}

// metricsService keeps the methods of two services apart that have the same name.
type metricsService struct {
	metricsv1.UnimplementedMetricsServiceServer
	c *Collector
}

func (s metricsService) Export(_ context.Context, r *metricsv1.ExportMetricsServiceRequest) (*metricsv1.ExportMetricsServiceResponse, error) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.said = append(s.c.said, r)
	for _, resource := range r.GetResourceMetrics() {
		for _, scope := range resource.GetScopeMetrics() {
			for _, m := range scope.GetMetrics() {
				take := func(attributes []*commonv1.KeyValue, value float64) {
					series := s.c.metrics[m.GetName()]
					if series == nil {
						series = make(map[string]float64)
						s.c.metrics[m.GetName()] = series
					}
					series[joined(attributes)] = value
				}
				for _, p := range append(m.GetSum().GetDataPoints(), m.GetGauge().GetDataPoints()...) {
					take(p.GetAttributes(), p.GetAsDouble()+float64(p.GetAsInt()))
				}
				for _, p := range m.GetHistogram().GetDataPoints() {
					take(p.GetAttributes(), float64(p.GetCount()))
				}
			}
		}
	}
	return &metricsv1.ExportMetricsServiceResponse{}, nil
}

func joined(attributes []*commonv1.KeyValue) string {
	var words []string
	for _, a := range attributes {
		words = append(words, a.GetKey()+"="+written(a.GetValue()))
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// Export implements OTLP.
func (c *Collector) Export(_ context.Context, r *collectorv1.ExportTraceServiceRequest) (*collectorv1.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, r)
	for _, resource := range r.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans = append(c.spans, received(s, resource.GetResource().GetAttributes()))
			}
		}
	}
	return &collectorv1.ExportTraceServiceResponse{}, nil
}

func received(s *tracev1.Span, about []*commonv1.KeyValue) Span {
	span := Span{
		Name: s.GetName(), Kind: strings.ToLower(strings.TrimPrefix(s.GetKind().String(), "SPAN_KIND_")),
		TraceID: hex.EncodeToString(s.GetTraceId()), SpanID: hex.EncodeToString(s.GetSpanId()), ParentID: hex.EncodeToString(s.GetParentSpanId()),
		Attributes: make(map[string]string),
		Start:      time.Unix(0, int64(s.GetStartTimeUnixNano())), End: time.Unix(0, int64(s.GetEndTimeUnixNano())),
		Error: s.GetStatus().GetCode() == tracev1.Status_STATUS_CODE_ERROR,
	}
	for _, l := range s.GetLinks() {
		span.Links = append(span.Links, hex.EncodeToString(l.GetTraceId())+"/"+hex.EncodeToString(l.GetSpanId()))
	}
	for _, a := range slices.Concat(about, s.GetAttributes()) {
		span.Attributes[a.GetKey()] = written(a.GetValue())
	}
	return span
}

func written(v *commonv1.AnyValue) string {
	switch v := v.GetValue().(type) {
	case *commonv1.AnyValue_StringValue:
		return v.StringValue
	case *commonv1.AnyValue_IntValue:
		return fmt.Sprint(v.IntValue)
	case *commonv1.AnyValue_BoolValue:
		return fmt.Sprint(v.BoolValue)
	case *commonv1.AnyValue_DoubleValue:
		return fmt.Sprint(v.DoubleValue)
	}
	return v.String()
}
