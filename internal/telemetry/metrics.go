package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelruntime "go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/resource"
)

// seconds are the boundaries of histograms that bring none: from a shard's sweep (tens of microseconds) to a store that
// lost its leader (7 s). The SDK's own are made for milliseconds and would put everything into one bucket.
var seconds = []float64{
	0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
}

// maxSeries bounds the series of one instrument. A stranger who makes up names for a label fills this and no more; what
// comes after is counted under otel_metric_overflow.
const maxSeries = 500

// rpcLabels are the labels that RPC metrics keep. Addresses and ports of peers would make a series for each connection.
var rpcLabels = attribute.NewAllowKeysFilter("rpc.system.name", "rpc.method", "rpc.response.status_code", "error.type")

// sendEvery is how often metrics go to a collector.
const sendEvery = 30 * time.Second

// aggregation gives histograms our boundaries, wherever they go.
func aggregation(kind sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	if kind == sdkmetric.InstrumentKindHistogram {
		return sdkmetric.AggregationExplicitBucketHistogram{Boundaries: seconds, NoMinMax: true}
	}
	return sdkmetric.DefaultAggregationSelector(kind)
}

func newMeters(ctx context.Context, o Options, about *resource.Resource) (*sdkmetric.MeterProvider, http.Handler, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsGC, collectors.MetricsScheduler)),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(o),
	)
	exporter, err := otelprom.New(
		otelprom.WithRegisterer(registry),
		otelprom.WithoutScopeInfo(),
		otelprom.WithoutTargetInfo(),
		otelprom.WithAggregationSelector(aggregation),
	)
	if err != nil {
		return nil, nil, fmt.Errorf("set up metrics: %w", err)
	}
	options := []sdkmetric.Option{
		sdkmetric.WithResource(about),
		sdkmetric.WithReader(exporter),
		sdkmetric.WithCardinalityLimit(maxSeries),
		sdkmetric.WithView(sdkmetric.NewView(
			sdkmetric.Instrument{Name: "rpc.*"},
			sdkmetric.Stream{AttributeFilter: rpcLabels},
		)),
	}
	if !o.traced() { // there is no trace that an exemplar could lead to
		options = append(options, sdkmetric.WithExemplarFilter(exemplar.AlwaysOffFilter))
	}
	if o.OTLPMetrics {
		push, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpointURL(o.OTLPEndpoint), otlpmetricgrpc.WithAggregationSelector(aggregation))
		if err != nil {
			return nil, nil, fmt.Errorf("set up metrics to %s: %w", o.OTLPEndpoint, err)
		}
		// The scheduler's histogram comes from the producer; the Prometheus client has its own of the same name.
		options = append(options, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(push,
			sdkmetric.WithInterval(sendEvery), sdkmetric.WithProducer(otelruntime.NewProducer()))))
	}
	provider := sdkmetric.NewMeterProvider(options...)
	if o.OTLPMetrics { // what the Prometheus client's own collectors say on /metrics
		if err := otelruntime.Start(otelruntime.WithMeterProvider(provider)); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("set up runtime metrics: %w", err), provider.Shutdown(ctx))
		}
	}
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, // many scrapers at once get 503 rather than the gateway's time
		Timeout:             10 * time.Second,
		EnableOpenMetrics:   true, // exemplars, which lead from a slow bucket to a trace, are in this format alone
	})
	return provider, handler, nil
}

// buildInfo is the constant 1 with the version as a label, as Prometheus users join it.
func buildInfo(o Options) prometheus.Collector {
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "ovation_build_info",
		Help:        "Always 1, with what runs. Labels: version, part, goversion.",
		ConstLabels: prometheus.Labels{"version": o.Version, "part": o.Part, "goversion": runtime.Version()},
	})
	g.Set(1)
	return g
}
