package telemetry

import (
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
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

	mu    sync.Mutex
	spans []Span // guarded by mu
}

// NewCollector listens on a free port of loopback until Close.
func NewCollector() (*Collector, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for traces: %w", err)
	}
	c := &Collector{URL: "http://" + l.Addr().String(), server: grpc.NewServer(), done: make(chan struct{})}
	collectorv1.RegisterTraceServiceServer(c.server, c)
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

// Export implements OTLP.
func (c *Collector) Export(_ context.Context, r *collectorv1.ExportTraceServiceRequest) (*collectorv1.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
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
