package telemetry

import (
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
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

func newMeters(o Options, about *resource.Resource) (*sdkmetric.MeterProvider, http.Handler, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(o),
	)
	exporter, err := otelprom.New(
		otelprom.WithRegisterer(registry),
		otelprom.WithoutScopeInfo(),
		otelprom.WithoutTargetInfo(),
		otelprom.WithAggregationSelector(func(kind sdkmetric.InstrumentKind) sdkmetric.Aggregation {
			if kind == sdkmetric.InstrumentKindHistogram {
				return sdkmetric.AggregationExplicitBucketHistogram{Boundaries: seconds, NoMinMax: true}
			}
			return sdkmetric.DefaultAggregationSelector(kind)
		}),
	)
	if err != nil {
		return nil, nil, fmt.Errorf("set up metrics: %w", err)
	}
	provider := sdkmetric.NewMeterProvider(
		sdkmetric.WithResource(about),
		sdkmetric.WithReader(exporter),
		sdkmetric.WithCardinalityLimit(maxSeries),
		sdkmetric.WithView(sdkmetric.NewView(
			sdkmetric.Instrument{Name: "rpc.*"},
			sdkmetric.Stream{AttributeFilter: rpcLabels},
		)),
	)
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, // many scrapers at once get 503 rather than the gateway's time
		Timeout:             10 * time.Second,
	})
	return provider, handler, nil
}

// buildInfo is the constant 1 with the version as a label, as Prometheus users join it.
func buildInfo(o Options) prometheus.Collector {
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "ovation_build_info",
		Help:        "Version of the running process; always 1.",
		ConstLabels: prometheus.Labels{"version": o.Version, "part": o.Part, "goversion": runtime.Version()},
	})
	g.Set(1)
	return g
}
