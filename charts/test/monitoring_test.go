package test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const (
	operations  = "../../docs/operations.md"
	metricsPage = "../../docs/metrics.md"
)

// metrics are those that the binary has: docs/metrics.md lists them, and is made from the code.
func metrics(t *testing.T) map[string]bool {
	t.Helper()
	body, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(ovation_[a-z_]+)` \\| ([a-z]+) \\|").FindAllStringSubmatch(string(body), -1) {
		known[m[1]] = true
		if m[2] == "histogram" {
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				known[m[1]+suffix] = true
			}
		}
	}
	if len(known) < 30 {
		t.Fatalf("%s lists %d metrics: this test looks in the wrong place", metricsPage, len(known))
	}
	for _, usual := range []string{"process_cpu_seconds_total", "process_resident_memory_bytes"} {
		known[usual] = true
	}
	return known
}

var metricName = regexp.MustCompile(`\b(?:ovation|process|go|rpc)_[a-z0-9_]+`)

func unknown(known map[string]bool, expression string) (missing []string) {
	for _, name := range metricName.FindAllString(expression, -1) {
		if !known[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

type alerts struct {
	Groups []struct {
		Rules []struct {
			Alert, Expr, For string
			Labels           map[string]string
			Annotations      map[string]string
		}
	}
}

func readAlerts(t *testing.T) alerts {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(chartDir, "files/alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var a alerts
	if err := yaml.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAlertsAreOnMetricsThatAreAndHaveRunbooks(t *testing.T) {
	known := metrics(t)
	body, err := os.ReadFile(operations)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, g := range readAlerts(t).Groups {
		for _, r := range g.Rules {
			count++
			if missing := unknown(known, r.Expr); len(missing) > 0 || !metricName.MatchString(r.Expr) {
				t.Errorf("%s looks at %v, which the binary does not have", r.Alert, missing)
			}
			if s := r.Labels["severity"]; s != "page" && s != "ticket" || r.Annotations["summary"] == "" || r.For == "" {
				t.Errorf("%s is not complete: %+v", r.Alert, r)
			}
			if !strings.HasSuffix(r.Annotations["runbook_url"], "docs/operations.md#"+strings.ToLower(r.Alert)) {
				t.Errorf("%s: its runbook is %s", r.Alert, r.Annotations["runbook_url"])
			}
			// What to type comes before what to think.
			if _, section, ok := strings.Cut(string(body), "\n### "+r.Alert+"\n"); !ok || !strings.HasPrefix(strings.TrimLeft(section, "\n"), "```sh\n") {
				t.Errorf("%s: %s has no section %q that begins with the command to type", r.Alert, operations, r.Alert)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^### (Ovation[A-Za-z]+)$`).FindAllStringSubmatch(string(body), -1) {
		if !strings.Contains(fmt.Sprint(readAlerts(t)), m[1]) {
			t.Errorf("%s has a runbook for %s, which no alert names", operations, m[1])
		}
	}
	if count < 8 {
		t.Errorf("only %d alerts were read", count)
	}
}

type dashboard struct {
	file   string
	UID    string
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

func dashboards(t *testing.T) (all []dashboard) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(chartDir, "files/dashboards/*.json"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d dashboards, %v", len(files), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b := dashboard{file: file}
		if err := json.Unmarshal(body, &b); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, b)
	}
	return all
}

func TestDashboardsShowMetricsThatAre(t *testing.T) {
	known := metrics(t)
	seen := map[string]bool{}
	for _, b := range dashboards(t) {
		if b.UID == "" || seen[b.UID] || len(b.Panels) == 0 {
			t.Errorf("%s: uid %q, %d panels", b.file, b.UID, len(b.Panels))
		}
		seen[b.UID] = true
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				if missing := unknown(known, target.Expr); len(missing) > 0 || !metricName.MatchString(target.Expr) {
					t.Errorf("%s, %q looks at %v, which the binary does not have", b.file, p.Title, missing)
				}
			}
		}
	}
}

// A comparison that finds nothing missing would prove nothing.
func TestTheComparisonSeesAMetricThatIsNot(t *testing.T) {
	if got := unknown(metrics(t), `rate(ovation_gateway_unheard_of_total[5m]) / ovation_gateway_connections`); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}
