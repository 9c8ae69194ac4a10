package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// newTraces makes a provider that follows the caller's decision and else takes its share. Without an exporter and a
// recorder nothing is sampled, so that spans cost next to nothing; the caller's trace ids still travel on.
func newTraces(ctx context.Context, o Options, about *resource.Resource) (*sdktrace.TracerProvider, error) {
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(about)}
	switch {
	case o.Recorder != nil:
		options = append(options, sdktrace.WithSampler(sdktrace.AlwaysSample()))
	case o.OTLPEndpoint != "":
		options = append(options, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(o.Sample))))
	default:
		options = append(options, sdktrace.WithSampler(sdktrace.NeverSample()))
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
