// Package telemetry sets up what a process tells about itself: logs, metrics and traces. It is the only importer of the
// OpenTelemetry SDK; everybody else counts and traces through the API and logs through the slog.Logger handed to them.
//
// log.go makes the logger, metrics.go the registry behind /metrics, traces.go the sampler and the exporter; recorder.go
// keeps spans in memory for tests in one process, collector.go for tests of several.
//
// An instrument "ovation.gateway.connections" becomes the metric ovation_gateway_connections. A counter gets the suffix
// _total, the unit "s" the suffix _seconds and "By" the suffix _bytes; a unit in braces, such as "{viewer}", is a comment
// and gets none. Histograms have boundaries for seconds unless the instrument brings its own
// (metric.WithExplicitBucketBoundaries), as one that counts members or bytes must.
package telemetry
