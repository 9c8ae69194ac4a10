package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// Options of a process's telemetry. The zero value works.
type Options struct {
	// Part of Ovation that runs: serve, gateway, services or broker. Default "ovation".
	Part string
	// Version goes into ovation_build_info and the traces' resource. Default "devel".
	Version string
	// Log is where log lines go. Default standard error.
	Log io.Writer
	// Level is debug, info, warn or error. Default info.
	Level string
	// Format is text, json, or auto: text on a terminal, JSON elsewhere. Default auto.
	Format string
	// OTLPEndpoint is the collector's URL, http or https; empty sends no traces.
	OTLPEndpoint string
	// OTLPMetrics sends metrics there, too, every 30 s.
	OTLPMetrics bool
	// Sample is the share of requests traced where the caller has not decided, 0 to 1. Default 0.
	Sample float64
	// Recorder, in tests, gets every span, whatever Sample says.
	Recorder *Recorder
}

// Telemetry is what Start set up.
type Telemetry struct {
	// Logger is handed to every part.
	Logger *slog.Logger
	// Level can be changed while the process runs.
	Level *slog.LevelVar
	// Metrics serves /metrics in Prometheus's text format.
	Metrics http.Handler

	meters *sdkmetric.MeterProvider
	traces traces
}

// Start sets up logs, metrics and traces and makes them the process's own, through the OpenTelemetry API's globals. A
// collector that cannot be reached does not fail the start: spans are dropped and the log says so.
func Start(ctx context.Context, o Options) (*Telemetry, error) {
	if o.Part == "" {
		o.Part = "ovation"
	}
	if o.Version == "" {
		o.Version = "devel"
	}
	if o.Log == nil {
		o.Log = os.Stderr
	}
	t := &Telemetry{Level: new(slog.LevelVar)}
	if o.Level != "" {
		if err := t.Level.UnmarshalText([]byte(o.Level)); err != nil {
			return nil, fmt.Errorf("log level %q is none of debug, info, warn, error", o.Level)
		}
	}
	t.Logger = newLogger(o.Log, o.Format, t.Level)

	about := resource.NewSchemaless(
		attribute.String("service.name", "ovation"),
		attribute.String("service.version", o.Version),
		attribute.String("ovation.part", o.Part),
	)
	var err error
	if t.meters, t.Metrics, err = newMeters(ctx, o, about); err != nil {
		return nil, err
	}
	if t.traces, err = newTraces(ctx, o, about); err != nil {
		return nil, errors.Join(err, t.meters.Shutdown(ctx))
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { t.Logger.Warn("telemetry", "error", err) }))
	otel.SetMeterProvider(t.meters)
	otel.SetTracerProvider(t.traces)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return t, nil
}

// Close sends the spans that wait and ends what Start started.
func (t *Telemetry) Close(ctx context.Context) error {
	if err := errors.Join(t.traces.Shutdown(ctx), t.meters.Shutdown(ctx)); err != nil {
		return fmt.Errorf("end telemetry: %w", err)
	}
	return nil
}
