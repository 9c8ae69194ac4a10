package rpc

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc/filters"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// calls times the calls of a server or a client, and passes a caller's trace on. otelgrpc does that, too, but makes the
// labels anew for each call: a fourteenth of what storing a comment costs. Here they are made once for each method and
// result. Spans are otelgrpc's, where somebody collects them.
type calls struct {
	// static
	took   metric.Float64Histogram
	client bool
	passes bool // the trace, where nobody makes spans

	methods sync.Map     // *method by full name
	known   atomic.Int64 // how many methods there are
	other   method       // all beyond mostMethods: a stranger who makes up names fills no memory
}

// mostMethods is more than all services have together.
const mostMethods = 500

// method is what is remembered of one; a call's context has it.
type method struct {
	name    string
	results [codes.Unauthenticated + 1]atomic.Pointer[[]metric.RecordOption] // labels by code
}

type methodKey struct{}

const scope = "github.com/ovation-live/ovation/internal/rpc"

// serverCalls are a server's stats handlers. Telemetry starts before.
func serverCalls() []stats.Handler {
	took, err := otel.Meter(scope).Float64Histogram("rpc.server.call.duration", metric.WithUnit("s"), metric.WithDescription(
		"Time to answer a call of gRPC, but for those of its health. Labels: rpc_system_name, rpc_method, rpc_response_status_code, error_type."))
	c := &calls{took: took, passes: !traced(), other: method{name: "_OTHER"}}
	if err != nil {
		otel.Handle(err)
	}
	if c.passes {
		return []stats.Handler{c}
	}
	return []stats.Handler{
		otelgrpc.NewServerHandler(otelgrpc.WithFilter(filters.Not(filters.HealthCheck())), otelgrpc.WithMeterProvider(noopmetric.NewMeterProvider())), c,
	}
}

// clientCalls are a client's.
func clientCalls() []stats.Handler {
	took, err := otel.Meter(scope).Float64Histogram("rpc.client.call.duration", metric.WithUnit("s"), metric.WithDescription(
		"Time until a call of gRPC was answered, each attempt. Labels: rpc_system_name, rpc_method, rpc_response_status_code, error_type."))
	c := &calls{took: took, client: true, passes: !traced(), other: method{name: "_OTHER"}}
	if err != nil {
		otel.Handle(err)
	}
	if c.passes {
		return []stats.Handler{c}
	}
	return []stats.Handler{otelgrpc.NewClientHandler(otelgrpc.WithMeterProvider(noopmetric.NewMeterProvider())), c}
}

// traced tells whether anybody makes spans: whoever does gives each an id, also one that is not sampled. The one here never
// ends, so that no collector is sent it.
func traced() bool {
	_, probe := otel.Tracer(scope).Start(context.Background(), "probe")
	return probe.SpanContext().IsValid()
}

// TagRPC implements stats.Handler.
func (c *calls) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	switch {
	case !c.passes:
	case c.client:
		ctx = passOn(ctx)
	default:
		ctx = passedOn(ctx)
	}
	return context.WithValue(ctx, methodKey{}, c.method(info.FullMethodName))
}

func (c *calls) method(full string) *method {
	if m, ok := c.methods.Load(full); ok {
		return m.(*method)
	}
	if c.known.Load() >= mostMethods {
		return &c.other
	}
	full = strings.Clone(full) // it may be a piece of a frame
	m, known := c.methods.LoadOrStore(full, &method{name: strings.TrimPrefix(full, "/")})
	if !known {
		c.known.Add(1)
	}
	return m.(*method)
}

// HandleRPC implements stats.Handler.
func (c *calls) HandleRPC(ctx context.Context, s stats.RPCStats) {
	end, ok := s.(*stats.End)
	if !ok {
		return
	}
	m, ok := ctx.Value(methodKey{}).(*method)
	if !ok || !c.client && strings.HasPrefix(m.name, "grpc.health.v1.Health/") {
		return
	}
	code := codes.OK
	if end.Error != nil {
		code = status.Convert(end.Error).Code()
	}
	c.took.Record(ctx, end.EndTime.Sub(end.BeginTime).Seconds(), *m.labels(code, c.client)...)
}

// labels are those of a result.
func (m *method) labels(code codes.Code, client bool) *[]metric.RecordOption {
	if int(code) >= len(m.results) { // a service's own invention
		code = codes.Unknown
	}
	if made := m.results[code].Load(); made != nil {
		return made
	}
	name := codeNames[code]
	labels := []attribute.KeyValue{
		attribute.String("rpc.system.name", "grpc"), attribute.String("rpc.method", m.name), attribute.String("rpc.response.status_code", name),
	}
	if code != codes.OK && (client || failures[code]) {
		labels = append(labels, attribute.String("error.type", name))
	}
	made := &[]metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(labels...))}
	m.results[code].Store(made)
	return made
}

// codeNames are the codes as the conventions of OpenTelemetry write them.
var codeNames = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// failures are the results that are a server's fault, by the same conventions; to a client all but OK are errors.
var failures = map[codes.Code]bool{
	codes.Unknown: true, codes.DeadlineExceeded: true, codes.Unimplemented: true, codes.Internal: true, codes.Unavailable: true, codes.DataLoss: true,
}

// TagConn implements stats.Handler.
func (*calls) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (*calls) HandleConn(context.Context, stats.ConnStats) {}

// passedOn takes up the trace and baggage of a caller that has them; few have.
func passedOn(ctx context.Context) context.Context {
	if metadata.ValueFromIncomingContext(ctx, "traceparent") == nil && metadata.ValueFromIncomingContext(ctx, "baggage") == nil {
		return ctx
	}
	md, _ := metadata.FromIncomingContext(ctx)
	return otel.GetTextMapPropagator().Extract(ctx, carrier(md))
}

// passOn sends them along.
func passOn(ctx context.Context) context.Context {
	if !trace.SpanContextFromContext(ctx).IsValid() && baggage.FromContext(ctx).Len() == 0 {
		return ctx
	}
	md, ok := metadata.FromOutgoingContext(ctx) // a copy
	if !ok {
		md = metadata.MD{}
	}
	otel.GetTextMapPropagator().Inject(ctx, carrier(md))
	return metadata.NewOutgoingContext(ctx, md)
}

// carrier is metadata as propagators read and write it.
type carrier metadata.MD

var _ propagation.TextMapCarrier = carrier{}

func (c carrier) Get(key string) string {
	if values := metadata.MD(c).Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (c carrier) Set(key, value string) { metadata.MD(c).Set(key, value) }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	return keys
}
