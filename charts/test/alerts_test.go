package test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
	"go.yaml.in/yaml/v3"
)

// What gateways and services tell, each 15 s for an hour, in the notation of Prometheus's own tests.
const well = `
		ovation_build_info{part="gateway", pod="a"} 1x240
		ovation_gateway_canary_failures_total{pod="a"} 3x240
		ovation_gateway_canary_seconds_count{pod="a"} 0+1x240
		ovation_gateway_canary_seconds_bucket{pod="a", le="0.25"} 0+1x240
		ovation_gateway_canary_seconds_bucket{pod="a", le="2.5"} 0+1x240
		ovation_gateway_canary_seconds_bucket{pod="a", le="+Inf"} 0+1x240
		ovation_gateway_verb_duration_seconds_count{pod="a", result="ok"} 0+1000x240
		ovation_gateway_verb_duration_seconds_count{pod="a", result="TOO_FAST"} 0+900x240
		ovation_gateway_verb_duration_seconds_count{pod="a", result="INTERNAL"} 0+1x240
		ovation_store_stream_bytes{pod="s", stream="OV_LOG"} 79x240
		ovation_store_stream_limit_bytes{pod="s", stream="OV_LOG"} 100x240
		ovation_store_stream_bytes{pod="s", stream="OV_COUNTERS"} 79x240
		ovation_store_stream_limit_bytes{pod="s", stream="OV_COUNTERS"} 0x240
		ovation_store_stream_missing{pod="s", stream="OV_LOG"} 0x240
		ovation_store_replicas_behind{pod="s", stream="OV_LOG"} 0x240
		ovation_gateway_hearts_dropped_total{pod="a", reason="STORE_UNAVAILABLE"} 7x240
		ovation_gateway_hearts_dropped_total{pod="a", reason="ROOM_ENDED"} 0+7x240
		ovation_gateway_messages_dropped_total{pod="a", reason="slow"} 0+1x240
		ovation_gateway_messages_dropped_total{pod="a", reason="skipped"} 0+900x240
		ovation_gateway_connections{pod="a"} 1000x240
		ovation_gateway_handshakes_refused_total{pod="a", reason="DRAINING"} 0+9x240
		ovation_gateway_handshakes_refused_total{pod="a", reason="FULL"} 9x240
		ovation_comments_erase_lag_seconds_bucket{pod="s", le="60"} 0+1x240
		ovation_comments_erase_lag_seconds_bucket{pod="s", le="+Inf"} 0+1x240
		ovation_comments_log_bound{pod="s", bound="bytes"} 0x240
		ovation_comments_log_bound{pod="s", bound="entries"} 0x240`

// ill is what makes each alert fire, in a fleet that is new or silent else.
var ill = map[string]string{
	"OvationCanarySlow": `
		ovation_gateway_canary_seconds_bucket{pod="a", le="2.5"} 0x240
		ovation_gateway_canary_seconds_bucket{pod="a", le="5"} 0+1x240
		ovation_gateway_canary_seconds_bucket{pod="a", le="+Inf"} 0+1x240`,
	"OvationCanaryFailing": `
		ovation_gateway_canary_failures_total{pod="a"} 0+1x240`, // not one has ever come back
	"OvationNoGateway": `
		ovation_build_info{part="services", pod="s"} 1x240`,
	"OvationVerbsFailing": `
		ovation_gateway_verb_duration_seconds_count{pod="a", result="ok"} 0+100x240
		ovation_gateway_verb_duration_seconds_count{pod="a", result="STORE_UNAVAILABLE"} 0+3x240`,
	"OvationStreamNearlyFull": `
		ovation_store_stream_bytes{pod="s", stream="OV_STATE"} 81x240
		ovation_store_stream_limit_bytes{pod="s", stream="OV_STATE"} 100x240`,
	"OvationHistoryNearlyFull": `
		ovation_store_stream_bytes{pod="s", stream="OV_LOG"} 81x240
		ovation_store_stream_limit_bytes{pod="s", stream="OV_LOG"} 100x240`,
	"OvationStreamGone": `
		ovation_store_stream_missing{pod="s", stream="OV_LOG"} 1x240
		ovation_store_stream_missing{pod="t", stream="OV_LOG"} 0x240`,
	"OvationHeartsDropped": `
		ovation_gateway_hearts_dropped_total{pod="a", reason="STORE_UNAVAILABLE"} 0x190 668x48`,
	"OvationSlowViewers": `
		ovation_gateway_messages_dropped_total{pod="a", reason="slow"} 0+30x240
		ovation_gateway_connections{pod="a"} 1000x240`,
	"OvationGatewaysFull": `
		ovation_gateway_handshakes_refused_total{pod="a", reason="BUSY"} 0+1x240`,
	"OvationEraseLate": `
		ovation_comments_erase_lag_seconds_bucket{pod="s", le="60"} 0x240
		ovation_comments_erase_lag_seconds_bucket{pod="s", le="120"} 0+1x240
		ovation_comments_erase_lag_seconds_bucket{pod="s", le="+Inf"} 0+1x240`,
	"OvationLogDropsEntries": `
		ovation_comments_log_bound{pod="s", bound="bytes"} 0x240
		ovation_comments_log_bound{pod="s", bound="entries"} 2x240`,
	"OvationReplicaBehind": `
		ovation_store_replicas_behind{pod="s", stream="OV_LOG"} 1x240
		ovation_store_replicas_behind{pod="t", stream="OV_LOG"} 0x240`,
}

// Prometheus itself evaluates each alert: it fires where it should, and none does where all is well.
func TestAlertsFireWhereTheyShould(t *testing.T) {
	engine, good := newEngine(), parsed(t, well)
	for _, g := range readAlerts(t).Groups {
		for _, r := range g.Rules {
			wait, err := time.ParseDuration(r.For)
			if err != nil {
				t.Fatal(err)
			}
			bad, ok := ill[r.Alert]
			if !ok {
				t.Errorf("%s: give this test the series with which it fires", r.Alert)
				continue
			}
			if n := firing(t, engine, r.Expr, good, wait); n != 0 {
				t.Errorf("%s fires %d times where all is well", r.Alert, n)
			}
			if firing(t, engine, r.Expr, parsed(t, bad), wait) == 0 {
				t.Errorf("%s does not fire with%s", r.Alert, bad)
			}
		}
	}
}

// One Prometheus looks at two installations, of which one is ill: its rules fire and say whose they are, the other's do not,
// not even where it is as silent as if it were not there.
func TestAlertsTellWhoseTheyAre(t *testing.T) {
	c, engine := load(t), newEngine()
	rules := func(release, namespace string) alerts {
		docs, err := renderAs(t, c, values(t, "keys: {existingSecret: keys}\nnats: {token: {existingSecret: nats}}\nmetrics: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}}"), release, namespace)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			if d.kind() == "PrometheusRule" {
				var a struct{ Spec alerts }
				if err := yaml.Unmarshal([]byte(d.text), &a); err != nil {
					t.Fatal(err)
				}
				return a.Spec
			}
		}
		t.Fatal("no PrometheusRule was rendered")
		return alerts{}
	}
	// of has a text's series be those of a release.
	of := func(text, release, namespace string) string {
		return strings.ReplaceAll(text, "{", fmt.Sprintf("{namespace=%q, release=%q, ", namespace, release))
	}
	fired := 0
	for name, other := range map[string][2]string{"in another namespace": {"live", "staging"}, "in the same": {"next", "shows"}} {
		ours, theirs := rules("live", "shows"), rules(other[0], other[1])
		for i, g := range ours.Groups {
			for j, r := range g.Rules {
				wait, err := time.ParseDuration(r.For)
				if err != nil {
					t.Fatal(err)
				}
				told := parsed(t, of(ill[r.Alert], "live", "shows")+of(well, other[0], other[1]))
				found, err := ask(t, engine, r.Expr, told, time.Unix(0, 0).Add(55*time.Minute))
				if err != nil {
					t.Fatalf("%s: %v", r.Expr, err)
				}
				if firing(t, engine, r.Expr, told, wait) != 1 {
					t.Errorf("%s of the one that is ill brings forth %v with another %s", r.Alert, found, name)
				}
				for _, f := range found {
					if f.Metric.Get("namespace") != "shows" || f.Metric.Get("release") != "live" {
						t.Errorf("%s says that it is of %s", r.Alert, f.Metric)
					}
				}
				if n := firing(t, engine, theirs.Groups[i].Rules[j].Expr, told, wait); n != 0 {
					t.Errorf("%s of the one that is well fires %d times", r.Alert, n)
				}
				fired++
			}
		}
		gone := parsed(t, of(well, other[0], other[1]))
		for _, r := range ours.Groups[0].Rules {
			if r.Alert == "OvationNoGateway" && firing(t, engine, r.Expr, gone, time.Minute) != 1 {
				t.Errorf("an installation that is silent as a whole has a gateway, by one %s", name)
			}
		}
	}
	if fired < 20 {
		t.Errorf("only %d alerts were tried", fired)
	}
}

// firing counts what an expression has brought forth at each look of the last of the hour, for as long as the alert waits.
func firing(t *testing.T, engine *promql.Engine, expression string, told series, wait time.Duration) (n int) {
	t.Helper()
	end := time.Unix(0, 0).Add(55 * time.Minute)
	for at := end.Add(-wait); !at.After(end); at = at.Add(scraped) {
		found, err := ask(t, engine, expression, told, at)
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		if n = len(found); n == 0 {
			return 0
		}
	}
	return n
}

// Each query of a dashboard is one that Prometheus takes, with Grafana's variables filled in.
func TestDashboardsAskWhatPrometheusTakes(t *testing.T) {
	engine, told := newEngine(), parsed(t, well)
	for _, b := range dashboards(t) {
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				if _, err := ask(t, engine, target.Expr, told, time.Unix(3000, 0)); err != nil {
					t.Errorf("%s, %q: %s: %v", b.file, p.Title, target.Expr, err)
				}
			}
		}
	}
	if _, err := ask(t, engine, "rate(ovation_gateway_connections)", told, time.Unix(3000, 0)); err == nil {
		t.Error("a rate without a time was taken: this test proves nothing")
	}
}

// A label that is mistyped selects nothing, and an alert on nothing is silent.
func TestQueriesAskForLabelsThatAre(t *testing.T) {
	body, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(ovation_[a-z_]+)` \\| ([a-z]+) \\|([^|]*)\\|").FindAllStringSubmatch(string(body), -1) {
		all := map[string]bool{"__name__": true, "pod": true, "instance": true, "component": true, "namespace": true, "release": true} // of whoever scrapes
		for _, l := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(m[3], -1) {
			all[l[1]] = true
		}
		has[m[1]] = all
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			has[m[1]+suffix] = maps.Clone(all)
			has[m[1]+suffix]["le"] = suffix == "_bucket"
		}
	}
	// strange are the labels of an expression that its metrics do not have.
	strange := func(expression string) (wrong []string) {
		e, err := parser.ParseExpr(expression)
		if err != nil {
			return []string{err.Error()}
		}
		parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
			switch n := node.(type) {
			case *parser.VectorSelector:
				for _, m := range n.LabelMatchers {
					if known, ours := has[n.Name]; ours && !known[m.Name] {
						wrong = append(wrong, n.Name+" has no label "+m.Name)
					}
				}
			case *parser.AggregateExpr:
				for _, of := range parser.ExtractSelectors(n.Expr) {
					for _, m := range of {
						known, ours := has[m.Value]
						for _, l := range n.Grouping {
							if m.Name == "__name__" && ours && !known[l] {
								wrong = append(wrong, m.Value+" has no label "+l)
							}
						}
					}
				}
			}
			return nil
		})
		return wrong
	}
	for _, g := range readAlerts(t).Groups {
		for _, r := range g.Rules {
			for _, wrong := range strange(r.Expr) {
				t.Errorf("%s: %s", r.Alert, wrong)
			}
		}
	}
	for _, b := range dashboards(t) {
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				for _, wrong := range strange(target.Expr) {
					t.Errorf("%s, %q: %s", b.file, p.Title, wrong)
				}
			}
		}
	}
	for _, spoilt := range []string{`ovation_build_info{kind="gateway"}`, "sum by (room) (ovation_gateway_connections)"} {
		if len(strange(spoilt)) == 0 {
			t.Errorf("%s was taken: this test proves nothing", spoilt)
		}
	}
}

func newEngine() *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: time.Minute})
}

func ask(t *testing.T, engine *promql.Engine, expression string, told series, at time.Time) (promql.Vector, error) {
	t.Helper()
	query, err := engine.NewInstantQuery(t.Context(), told, nil, expression, at)
	if err != nil {
		return nil, err
	}
	defer query.Close()
	return query.Exec(t.Context()).Vector()
}

// scraped is the time between two samples.
const scraped = 15 * time.Second

// series is a storage in memory, of what was parsed from a text.
type series []storage.Series

func parsed(t *testing.T, text string) (all series) {
	t.Helper()
	for line := range strings.Lines(strings.TrimSpace(text)) {
		name, values, err := parser.ParseSeriesDesc(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		var samples []chunks.Sample
		for i, v := range values {
			samples = append(samples, sample{(time.Duration(i) * scraped).Milliseconds(), v.Value})
		}
		all = append(all, storage.NewListSeries(name, samples))
	}
	return all
}

type sample struct {
	ms    int64
	value float64
}

func (s sample) T() int64                    { return s.ms }
func (s sample) F() float64                  { return s.value }
func (sample) H() *histogram.Histogram       { return nil }
func (sample) FH() *histogram.FloatHistogram { return nil }
func (sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample         { return s }

// Querier gives all of it, whatever the time: the engine takes what it needs.
func (s series) Querier(int64, int64) (storage.Querier, error) {
	return querier{storage.NoopQuerier(), s}, nil
}

type querier struct {
	storage.Querier
	all series
}

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, wanted ...*labels.Matcher) storage.SeriesSet {
	set := &found{at: -1}
	for _, s := range q.all {
		if !slices.ContainsFunc(wanted, func(m *labels.Matcher) bool { return !m.Matches(s.Labels().Get(m.Name)) }) {
			set.all = append(set.all, s)
		}
	}
	return set
}

type found struct {
	all []storage.Series
	at  int
}

func (f *found) Next() bool                      { f.at++; return f.at < len(f.all) }
func (f *found) At() storage.Series              { return f.all[f.at] }
func (*found) Err() error                        { return nil }
func (*found) Warnings() annotations.Annotations { return nil }
