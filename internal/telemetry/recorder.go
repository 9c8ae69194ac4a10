package telemetry

import (
	"context"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Recorder keeps ended spans in memory. It is for tests: hand it to Start, run what is to be traced, and ask for Spans.
type Recorder struct{ spans *spanStore }

// NewRecorder makes an empty recorder.
func NewRecorder() *Recorder { return &Recorder{spans: new(spanStore)} }

// Span is an ended span, in words and strings so that tests need no SDK.
type Span struct {
	Name string
	// Kind is internal, server, client, producer or consumer.
	Kind string
	// TraceID, SpanID and ParentID in hexadecimal; ParentID is empty for a root.
	TraceID, SpanID, ParentID string
	// Links are "traceID/spanID" of the spans that this one came from without being their child.
	Links      []string
	Attributes map[string]string
	Start, End time.Time
	// Error tells that the span ended with an error status.
	Error bool
}

// Spans gives what has ended so far, in the order of ending.
func (r *Recorder) Spans() []Span {
	r.spans.mu.Lock()
	defer r.spans.mu.Unlock()
	all := make([]Span, 0, len(r.spans.ended))
	for _, s := range r.spans.ended {
		span := Span{
			Name: s.Name(), Kind: s.SpanKind().String(),
			TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
			Attributes: make(map[string]string, len(s.Attributes())),
			Start:      s.StartTime(), End: s.EndTime(),
			Error: s.Status().Code.String() == "Error",
		}
		if s.Parent().IsValid() {
			span.ParentID = s.Parent().SpanID().String()
		}
		for _, l := range s.Links() {
			span.Links = append(span.Links, l.SpanContext.TraceID().String()+"/"+l.SpanContext.SpanID().String())
		}
		for _, a := range s.Attributes() {
			span.Attributes[string(a.Key)] = a.Value.String()
		}
		all = append(all, span)
	}
	return all
}

// spanStore is the exporter behind a Recorder.
type spanStore struct {
	mu    sync.Mutex
	ended []sdktrace.ReadOnlySpan
}

var _ sdktrace.SpanExporter = (*spanStore)(nil)

func (s *spanStore) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = append(s.ended, spans...)
	return nil
}

func (s *spanStore) Shutdown(context.Context) error { return nil }
