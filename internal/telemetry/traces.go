package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// traces is where spans come from, and its end.
type traces interface {
	trace.TracerProvider
	Shutdown(context.Context) error
}

// silent is where spans come from when nobody collects them: it makes none, and the caller's trace ids still travel on. A
// tracer that samples nothing makes each span first, with ids of its own: a twelfth of what storing a comment costs.
type silent struct{ noop.TracerProvider }

func (silent) Shutdown(context.Context) error { return nil }

// traced tells whether anybody collects spans.
func (o Options) traced() bool { return o.Recorder != nil || o.OTLPEndpoint != "" }

// newTraces makes a provider that follows the caller's decision and else takes its share.
func newTraces(ctx context.Context, o Options, about *resource.Resource) (traces, error) {
	if !o.traced() {
		return silent{}, nil
	}
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(about)}
	if o.Recorder != nil {
		options = append(options, sdktrace.WithSampler(sdktrace.AlwaysSample()))
	} else {
		options = append(options, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(o.Sample))))
	}
	if o.Recorder != nil {
		options = append(options, sdktrace.WithSyncer(o.Recorder.spans))
	}
	if o.OTLPEndpoint != "" {
		exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(o.OTLPEndpoint))
		if err != nil {
			return nil, fmt.Errorf("set up traces to %s: %w", o.OTLPEndpoint, err)
		}
		options = append(options, sdktrace.WithBatcher(exporter))
	}
	return sdktrace.NewTracerProvider(options...), nil
}
