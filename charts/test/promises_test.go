package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// binary builds ovation as it stands in this repository.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ovation")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./cmd/ovation")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build ovation: %v\n%s", err, out)
	}
	return path
}

// The binary itself judges what the chart tells it, and the flags of every container.
func TestTheBinaryTakesTheConfiguration(t *testing.T) {
	ovation := binary(t)
	for _, name := range shapes {
		docs := shape(t, name)
		seen := false
		for _, d := range docs {
			if d.kind() != "ConfigMap" || d.at("data", "ovation.yaml") == nil {
				continue
			}
			seen = true
			file := filepath.Join(t.TempDir(), "ovation.yaml")
			if err := os.WriteFile(file, []byte(fmt.Sprint(d.at("data", "ovation.yaml"))), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), ovation, "config", "check", file).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		}
		if !seen {
			t.Errorf("%s has no configuration", name)
		}
		for _, d := range docs {
			spec, _ := d.at("spec", "template", "spec").(map[string]any)
			if d.kind() == "Pod" {
				spec, _ = d.at("spec").(map[string]any)
			}
			for _, c := range list(spec["containers"]) {
				args := list(c.(map[string]any)["args"])
				if len(args) == 0 {
					continue
				}
				line := []string{}
				for _, a := range args {
					line = append(line, fmt.Sprint(a))
				}
				// --help stops before anything runs, and after every flag was understood.
				if out, err := exec.CommandContext(t.Context(), ovation, append(line, "--help")...).CombinedOutput(); err != nil {
					t.Errorf("%s: ovation %s: %v\n%s", name, strings.Join(line, " "), err, out)
				}
			}
		}
	}
}

// The grace period must outlive pause, window and last words, or the kubelet makes a storm of the rest.
func TestGraceFollowsFromTheDrain(t *testing.T) {
	for _, seconds := range []int{0, 60, 900} {
		docs, err := render(t, load(t), values(t, fmt.Sprintf("%sgateway: {drainSeconds: %d, preStopSeconds: 7}", good, seconds)))
		if err != nil {
			t.Fatal(err)
		}
		d := find(t, docs, "Deployment", "live-ovation-gateway")
		if got := fmt.Sprint(d.at("spec", "template", "spec", "terminationGracePeriodSeconds")); got != fmt.Sprint(seconds+7+30) {
			t.Errorf("a window of %d s: grace %s", seconds, got)
		}
		if got := fmt.Sprint(d.at("spec", "strategy", "rollingUpdate", "maxUnavailable")); got != "0" {
			t.Errorf("maxUnavailable %s", got)
		}
		config := fmt.Sprint(find(t, docs, "ConfigMap", "live-ovation").at("data", "ovation.yaml"))
		if !strings.Contains(config, fmt.Sprintf("window: %ds", seconds)) {
			t.Errorf("the process is not told its window:\n%s", config)
		}
	}
}

// What a part reads at its start rolls it when it changes; what it does not read leaves it alone, since a roll costs.
func TestWhatAPartReadsRollsIt(t *testing.T) {
	sum := func(more, kind, name string) string {
		docs, err := render(t, load(t), values(t, good+more))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(find(t, docs, kind, name).at("spec", "template", "metadata", "annotations", "checksum/config"))
	}
	for _, c := range []struct {
		more             string
		broker, gateways bool
	}{
		{"config: {durability: strict}", true, true},
		{"broker: {maxBytes: 9GiB}", true, true},
		{"log: {level: debug}", true, true},
		{"gateway: {drainSeconds: 90}", false, true},
		{"origins: ['https://www.example.com']", false, true},
	} {
		if got := sum("", "StatefulSet", "live-ovation-broker") != sum(c.more, "StatefulSet", "live-ovation-broker"); got != c.broker {
			t.Errorf("%s rolls the broker: %v", c.more, got)
		}
		if got := sum("", "Deployment", "live-ovation-gateway") != sum(c.more, "Deployment", "live-ovation-gateway"); got != c.gateways {
			t.Errorf("%s rolls the gateways: %v", c.more, got)
		}
	}
}

// The pod of helm test makes its token as the gateways want it: with the audience and the issuer that they ask for.
func TestTheTestKnowsWhatTokensMustSay(t *testing.T) {
	docs := shape(t, "production")
	config := fmt.Sprint(find(t, docs, "ConfigMap", "live-ovation").at("data", "ovation.yaml"))
	if !strings.Contains(config, "audience:") || !strings.Contains(config, "issuer:") {
		t.Fatal("the shape asks for none: this test proves nothing")
	}
	pod := fmt.Sprint(find(t, docs, "Pod", "live-ovation-test").at("spec"))
	for _, want := range []string{"--config=/etc/ovation/config/ovation.yaml", "mountPath:/etc/ovation/config", "mountPath:/etc/ovation/keys"} {
		if !strings.Contains(pod, want) {
			t.Errorf("the pod has no %s: %s", want, pod)
		}
	}
}

// Every pod passes the restricted Pod Security Standard.
func TestPodsAreRestricted(t *testing.T) {
	for _, name := range shapes {
		for _, d := range shape(t, name) {
			spec, _ := d.at("spec", "template", "spec").(map[string]any)
			if d.kind() == "Pod" {
				spec, _ = d.at("spec").(map[string]any)
			}
			if spec == nil {
				continue
			}
			p := document{object: spec}
			if p.at("securityContext", "runAsNonRoot") != true || p.at("securityContext", "seccompProfile", "type") != "RuntimeDefault" ||
				p.at("automountServiceAccountToken") != false || p.at("enableServiceLinks") != false {
				t.Errorf("%s: %s %s: its pod is not restricted", name, d.kind(), d.name())
			}
			for _, c := range list(spec["containers"]) {
				c := document{object: c.(map[string]any)}
				if c.at("securityContext", "readOnlyRootFilesystem") != true || c.at("securityContext", "allowPrivilegeEscalation") != false ||
					fmt.Sprint(c.at("securityContext", "capabilities", "drop")) != "[ALL]" {
					t.Errorf("%s: %s %s: its container is not restricted", name, d.kind(), d.name())
				}
				for _, probe := range []string{"livenessProbe", "startupProbe"} {
					if c.at(probe) != nil && c.at(probe, "httpGet", "path") != "/livez" {
						t.Errorf("%s: %s is restarted on its %s: a store that is away would restart everything", name, d.name(), probe)
					}
				}
			}
		}
	}
}

// With policies on, everything that must flow still does: found by whoever turned them on, and helm test failed.
func TestPoliciesLetThroughWhatFlows(t *testing.T) {
	docs := shape(t, "production")
	for _, flow := range []struct{ from, to, port string }{
		{"test", "gateway", "http"}, {"test", "services", "grpc"}, {"gateway", "services", "grpc"},
		{"gateway", "broker", "nats"}, {"services", "broker", "nats"}, {"broker", "broker", "routes"},
	} {
		if !letsIn(t, docs, flow.from, flow.to, flow.port) {
			t.Errorf("the %s may not reach the %s at %s", flow.from, flow.to, flow.port)
		}
	}
	for _, flow := range []struct{ from, to, port string }{{"test", "broker", "nats"}, {"gateway", "broker", "routes"}, {"test", "gateway", "admin"}} {
		if letsIn(t, docs, flow.from, flow.to, flow.port) {
			t.Errorf("the %s may reach the %s at %s", flow.from, flow.to, flow.port)
		}
	}
}

// letsIn tells whether a policy of the part lets another part's pods in at a port.
func letsIn(t *testing.T, docs []document, from, to, port string) bool {
	t.Helper()
	policy := find(t, docs, "NetworkPolicy", "live-ovation-"+to)
	for _, r := range list(policy.at("spec", "ingress")) {
		rule := document{object: r.(map[string]any)}
		at := false
		for _, p := range list(rule.at("ports")) {
			at = at || fmt.Sprint(p.(map[string]any)["port"]) == port
		}
		peers := list(rule.at("from"))
		if at && len(peers) == 0 {
			return true
		}
		for _, p := range peers {
			peer := document{object: p.(map[string]any)}
			if at && fmt.Sprint(peer.at("podSelector", "matchLabels", "app.kubernetes.io/component")) == from {
				return true
			}
		}
	}
	return false
}

// The values that the README's production section shows are rendered as an operator would, and judged like the shapes.
func TestTheReadmesProductionWorks(t *testing.T) {
	body, err := os.ReadFile(filepath.Join(chartDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(body), "\n## Production\n")
	_, block, ok2 := strings.Cut(section, "```yaml\n")
	block, _, ok3 := strings.Cut(block, "```")
	if !ok || !ok2 || !ok3 {
		t.Fatal("the README has no values for production")
	}
	docs, err := render(t, load(t), values(t, block))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, d := range docs {
		if d.object == nil {
			continue
		}
		kinds[d.kind()]++
		if err := validate(t, d); err != nil {
			t.Errorf("%s: %v", d.file, err)
		}
	}
	for kind, least := range map[string]int{
		"StatefulSet": 1, "Deployment": 2, "PodDisruptionBudget": 3, "HorizontalPodAutoscaler": 1, "NetworkPolicy": 3, "Ingress": 1,
		"ServiceMonitor": 1, "PrometheusRule": 1, "ConfigMap": 2, "Pod": 1,
	} {
		if kinds[kind] < least {
			t.Errorf("%d of %s, want %d at least", kinds[kind], kind, least)
		}
	}
	config := fmt.Sprint(find(t, docs, "ConfigMap", "live-ovation").at("data", "ovation.yaml"))
	for _, want := range []string{"replicas: 3", "token_file:", "trusted_proxies:", "window: 120s"} {
		if !strings.Contains(config, want) {
			t.Errorf("the processes are not told %q:\n%s", want, config)
		}
	}
	file := filepath.Join(t.TempDir(), "ovation.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), binary(t), "config", "check", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
