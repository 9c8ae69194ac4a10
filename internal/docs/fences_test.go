package docs

import (
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// only says which directories may import a dependency; tests of ours may come closer.
var only = []struct {
	dependency string
	allowed    []string
	tests      []string
}{
	{"github.com/nats-io/", []string{"internal/bus"}, nil},
	{"github.com/synadia-io/", []string{"internal/bus"}, nil},
	{"go.opentelemetry.io/otel/sdk", []string{"internal/telemetry"}, nil},
	{"go.opentelemetry.io/otel/exporters", []string{"internal/telemetry"}, nil},
	{"github.com/prometheus/client_golang", []string{"internal/telemetry"}, nil},
	// The load test reads what another process serves; the chart's tests ask Prometheus what it makes of alerts.
	{"github.com/prometheus/", []string{"internal/telemetry", "loadtest/scrape"}, []string{"charts/test"}},
	{"github.com/coder/websocket", []string{"gateway/conn", "loadtest/viewer"}, []string{"gateway", "gateway/fanout", "loadtest"}},
}

const module = "github.com/ovation-live/ovation/"

// layers are who may import what of ours; a directory stands for all below it.
var layers = []struct {
	of    string
	never []string
}{
	{"proto/gen", []string{"internal", "services", "gateway", "loadtest", "cmd", "web"}},
	{"internal", []string{"services", "gateway", "loadtest", "cmd", "web"}},
	{"services", []string{"gateway", "loadtest", "cmd", "web"}},
	{"gateway", []string{"services", "loadtest", "cmd", "web"}},
	{"web", []string{"services", "gateway", "loadtest", "cmd"}},
	{"loadtest", []string{"services", "gateway", "cmd"}},
}

// doors are single ways through a fence, each with its reason.
var doors = map[[2]string]string{
	{"loadtest/fanout", "gateway/conn"}: "the bare loop must hold the same kind of sockets as the gateway that is compared with it",
}

func TestImportsKeepTheirFences(t *testing.T) {
	for _, name := range files(t, ".go") {
		dir, isTest := path.Dir(name), strings.HasSuffix(name, "_test.go")
		if dir == "internal/docs" { // compares everything with its documents
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value) // the parser has read it
			for _, o := range only {
				if strings.HasPrefix(imported, o.dependency) && !slices.Contains(o.allowed, dir) && !(isTest && within(dir, o.tests)) {
					t.Errorf("%s imports %s, which only %s may: go through it, or change the fence here and in ARCHITECTURE.md with its reason", name, imported, strings.Join(o.allowed, " and "))
				}
			}
			ours, ok := strings.CutPrefix(imported, module)
			if !ok {
				continue
			}
			for _, l := range layers {
				if within(dir, []string{l.of}) && within(ours, l.never) && !isTest && doors[[2]string{dir, ours}] == "" {
					t.Errorf("%s imports %s: %s must not know %s (ARCHITECTURE.md, Layout)", name, ours, l.of, ours)
				}
			}
			mine, other := under(dir, "services"), under(ours, "services")
			if mine != "" && other != "" && mine != other {
				t.Errorf("%s imports %s: no service knows another; what both need belongs into internal", name, ours)
			}
		}
	}
}

func within(dir string, of []string) bool {
	return slices.ContainsFunc(of, func(o string) bool { return dir == o || strings.HasPrefix(dir, o+"/") })
}

// under is the first name below a directory, empty for what lies elsewhere.
func under(dir, of string) string {
	rest, ok := strings.CutPrefix(dir, of+"/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}
