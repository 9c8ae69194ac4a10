package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/ovation-live/ovation/internal/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, o telemetry.Options) *telemetry.Telemetry {
	t.Helper()
	if o.Log == nil {
		o.Log = new(bytes.Buffer)
	}
	tel, err := telemetry.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tel.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return tel
}

func scrape(t *testing.T, tel *telemetry.Telemetry) string {
	t.Helper()
	w := httptest.NewRecorder()
	tel.Metrics.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("scrape: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestMetricNames(t *testing.T) {
	tel := start(t, telemetry.Options{Version: "1.2.3", Part: "gateway"})
	ctx, m := t.Context(), otel.Meter("github.com/ovation-live/ovation/gateway")

	disconnects, _ := m.Int64Counter("ovation.gateway.disconnects", metric.WithUnit("{socket}"))
	disconnects.Add(ctx, 3, metric.WithAttributes(attribute.String("code", "SLOW")))
	connections, _ := m.Int64UpDownCounter("ovation.gateway.connections", metric.WithUnit("{socket}"))
	connections.Add(ctx, 7)
	queue, _ := m.Int64Gauge("ovation.gateway.send.queue", metric.WithUnit("By"))
	queue.Record(ctx, 9)
	sweep, _ := m.Float64Histogram("ovation.gateway.fanout.duration", metric.WithUnit("s"))
	sweep.Record(ctx, 0.0004)
	batch, _ := m.Int64Histogram("ovation.gateway.batch.size", metric.WithExplicitBucketBoundaries(1, 10, 100))
	batch.Record(ctx, 5)
	calls, _ := m.Float64Histogram("rpc.server.call.duration", metric.WithUnit("s"))
	calls.Record(ctx, 1, metric.WithAttributes(attribute.String("rpc.method", "x"), attribute.String("network.peer.address", "10.1.2.3")))

	body := scrape(t, tel)
	for _, line := range []string{
		`ovation_gateway_disconnects_total{code="SLOW"} 3`,
		`ovation_gateway_connections 7`,
		`ovation_gateway_send_queue_bytes 9`,
		`ovation_gateway_fanout_duration_seconds_bucket{le="0.00025"} 0`,
		`ovation_gateway_fanout_duration_seconds_bucket{le="0.0005"} 1`,
		`ovation_gateway_batch_size_bucket{le="10"} 1`,
		`rpc_server_call_duration_seconds_count{rpc_method="x"} 1`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	for _, pattern := range []string{`(?m)^ovation_build_info\{goversion="go[^"]*",part="gateway",version="1\.2\.3"\} 1$`, `(?m)^go_goroutines \d`, `(?m)^process_resident_memory_bytes \d`} {
		if !regexp.MustCompile(pattern).MatchString(body) {
			t.Errorf("nothing matches %s", pattern)
		}
	}
	if strings.Contains(body, "10.1.2.3") || strings.Contains(body, "otel_scope") || strings.Contains(body, "target_info") {
		t.Error("an address, a scope or target_info is in the metrics")
	}
	if t.Failed() {
		t.Log(regexp.MustCompile(`(?m)^(go_|process_|#).*\n`).ReplaceAllString(body, ""))
	}
}

func TestMadeUpLabelsAreBounded(t *testing.T) {
	tel := start(t, telemetry.Options{})
	c, _ := otel.Meter("t").Int64Counter("ovation.test.flood")
	for i := range 5_000 {
		c.Add(t.Context(), 1, metric.WithAttributes(attribute.String("reason", fmt.Sprint(i))))
	}
	if n := strings.Count(scrape(t, tel), "\novation_test_flood_total{"); n == 0 || n > 500 {
		t.Fatalf("%d series, want at most 500", n)
	}
}

func TestLogLinesLeadToTheirTrace(t *testing.T) {
	var log bytes.Buffer
	recorder := telemetry.NewRecorder()
	tel := start(t, telemetry.Options{Log: &log, Level: "warn", Recorder: recorder})
	ctx, span := otel.Tracer("t").Start(t.Context(), "post")
	tel.Logger.With("room", "launch").InfoContext(ctx, "too quiet to be written")
	tel.Logger.With("room", "launch").WarnContext(ctx, "slow store")
	tel.Level.Set(-4)
	tel.Logger.Debug("now it is")
	span.End()

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("log:\n%s", log.String())
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatalf("not to a terminal means JSON: %v in %s", err, lines[0])
	}
	if line["trace_id"] != span.SpanContext().TraceID().String() || line["span_id"] != span.SpanContext().SpanID().String() || line["room"] != "launch" {
		t.Fatalf("log line %v", line)
	}
	if strings.Contains(lines[1], "trace_id") {
		t.Errorf("a line outside a span has a trace: %s", lines[1])
	}
}

func TestRecorderSeesParentsAndLinks(t *testing.T) {
	recorder := telemetry.NewRecorder()
	start(t, telemetry.Options{Recorder: recorder})
	tracer := otel.Tracer("t")
	ctx, post := tracer.Start(t.Context(), "post", trace.WithSpanKind(trace.SpanKindServer))
	_, publish := tracer.Start(ctx, "publish", trace.WithAttributes(attribute.Int("bytes", 12)))
	publish.End()
	post.End()
	_, tick := tracer.Start(t.Context(), "tick", trace.WithLinks(trace.Link{SpanContext: publish.SpanContext()}))
	tick.End()

	spans := recorder.Spans()
	if len(spans) != 3 {
		t.Fatalf("%d spans", len(spans))
	}
	p, root, linked := spans[0], spans[1], spans[2]
	if root.Kind != "server" || root.ParentID != "" || p.ParentID != root.SpanID || p.TraceID != root.TraceID || p.Attributes["bytes"] != "12" {
		t.Errorf("parents: %+v", spans)
	}
	if len(linked.Links) != 1 || linked.Links[0] != p.TraceID+"/"+p.SpanID || linked.TraceID == p.TraceID {
		t.Errorf("link: %+v", linked)
	}
}

func TestTraceContextTravels(t *testing.T) {
	start(t, telemetry.Options{})
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	ctx := otel.GetTextMapPropagator().Extract(t.Context(), propagation.MapCarrier{"traceparent": parent})
	ctx, span := otel.Tracer("t").Start(ctx, "hop")
	defer span.End()
	out := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, out)
	if !strings.HasPrefix(out["traceparent"], "00-0af7651916cd43dd8448eb211c80319c-") {
		t.Fatalf("traceparent went out as %q", out["traceparent"])
	}
}

func TestSamplerFollowsTheCaller(t *testing.T) {
	// nobody listens there: a collector that is away must not fail the start
	start(t, telemetry.Options{OTLPEndpoint: "http://127.0.0.1:1", Sample: 0})
	for parent, want := range map[string]bool{
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01": true,
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00": false,
		"": false,
	} {
		ctx := otel.GetTextMapPropagator().Extract(t.Context(), propagation.MapCarrier{"traceparent": parent})
		_, span := otel.Tracer("t").Start(ctx, "x")
		if got := span.SpanContext().IsSampled(); got != want {
			t.Errorf("parent %q: sampled %v", parent, got)
		}
	}
}

func TestSpansReachTheCollector(t *testing.T) {
	collector, err := telemetry.NewCollector()
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	tel, err := telemetry.Start(t.Context(), telemetry.Options{OTLPEndpoint: collector.URL, Sample: 1, Part: "gateway", Version: "1.2.3", Log: new(bytes.Buffer)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, post := otel.Tracer("t").Start(t.Context(), "post", trace.WithSpanKind(trace.SpanKindServer))
	_, publish := otel.Tracer("t").Start(ctx, "publish", trace.WithAttributes(attribute.Int("bytes", 12)),
		trace.WithLinks(trace.Link{SpanContext: post.SpanContext()}))
	publish.End()
	post.End()
	if err := tel.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	spans := collector.Spans()
	if len(spans) != 2 {
		t.Fatalf("%d spans came", len(spans))
	}
	p, root := spans[0], spans[1]
	if root.Name != "post" || root.Kind != "server" || root.ParentID != "" || root.Attributes["service.name"] != "ovation" ||
		root.Attributes["service.version"] != "1.2.3" || root.Attributes["ovation.part"] != "gateway" {
		t.Errorf("root %+v", root)
	}
	if p.ParentID != root.SpanID || p.TraceID != root.TraceID || p.Attributes["bytes"] != "12" || len(p.Links) != 1 || p.Links[0] != root.TraceID+"/"+root.SpanID {
		t.Errorf("child %+v", p)
	}
}

func TestMetricsReachTheCollector(t *testing.T) {
	collector, err := telemetry.NewCollector()
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	tel, err := telemetry.Start(t.Context(), telemetry.Options{OTLPEndpoint: collector.URL, OTLPMetrics: true, Part: "gateway", Log: new(bytes.Buffer)})
	if err != nil {
		t.Fatal(err)
	}
	m := otel.Meter("github.com/ovation-live/ovation/gateway")
	dropped, _ := m.Int64Counter("ovation.gateway.hearts.dropped")
	dropped.Add(t.Context(), 3, metric.WithAttributes(attribute.String("reason", "STORE_FULL")))
	sweep, _ := m.Float64Histogram("ovation.gateway.fanout.duration", metric.WithUnit("s"))
	sweep.Record(t.Context(), 0.0004)
	calls, _ := m.Float64Histogram("rpc.server.call.duration", metric.WithUnit("s"))
	calls.Record(t.Context(), 1, metric.WithAttributes(attribute.String("rpc.method", "x"), attribute.String("network.peer.address", "10.1.2.3")))
	if body := scrape(t, tel); !strings.Contains(body, `ovation_gateway_hearts_dropped_total{reason="STORE_FULL"} 3`+"\n") {
		t.Error("with a collector /metrics says something else")
	}
	if err := tel.Close(context.Background()); err != nil { // sends what waits
		t.Fatal(err)
	}
	have := collector.Metrics()
	for name, want := range map[string]map[string]float64{
		"ovation.gateway.hearts.dropped":  {"reason=STORE_FULL": 3},
		"ovation.gateway.fanout.duration": {"": 1},
		"rpc.server.call.duration":        {"rpc.method=x": 1},
	} {
		if !maps.Equal(have[name], want) {
			t.Errorf("%s came as %v, want %v", name, have[name], want)
		}
	}
	for _, name := range []string{"go.memory.used", "go.goroutine.count", "go.schedule.duration"} {
		if len(have[name]) == 0 {
			t.Errorf("no %s came", name)
		}
	}
}

// A slow bucket leads to a trace that is in it.
func TestBucketsHaveExemplars(t *testing.T) {
	tel := start(t, telemetry.Options{Recorder: telemetry.NewRecorder()})
	verbs, _ := otel.Meter("t").Float64Histogram("ovation.test.verbs", metric.WithUnit("s"))
	ctx, span := otel.Tracer("t").Start(t.Context(), "post")
	verbs.Record(ctx, 3)
	span.End()
	verbs.Record(t.Context(), 0.01) // in no trace
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	tel.Metrics.ServeHTTP(w, r)
	var found []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "ovation_test_verbs_seconds_bucket") && strings.Contains(line, "# {") {
			found = append(found, line)
		}
	}
	if len(found) != 1 || !strings.Contains(found[0], `le="5.0"`) || !strings.Contains(found[0], `trace_id="`+span.SpanContext().TraceID().String()+`"`) {
		t.Errorf("exemplars %q, want one in the bucket of 5 s that leads to %s", found, span.SpanContext().TraceID())
	}
	if body := scrape(t, tel); !strings.Contains(body, "go_sched_latencies_seconds_bucket") || !strings.Contains(body, "go_gc_pauses_seconds_bucket") {
		t.Error("the runtime's own histograms are not there")
	}
}
