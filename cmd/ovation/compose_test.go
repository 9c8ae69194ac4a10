package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ovation-live/ovation/internal/config"
)

// No Docker is needed to see that the binary understands what compose.yaml and the Dockerfile tell it.
func TestComposeSaysWhatTheBinaryUnderstands(t *testing.T) {
	body, err := os.ReadFile("../../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
			DependsOn   []string `yaml:"depends_on"`
			Secrets     []string
		}
		Secrets, Volumes map[string]any
	}
	if err := yaml.Unmarshal(body, &compose); err != nil {
		t.Fatal(err)
	}
	ours := 0
	for name, s := range compose.Services {
		for _, on := range s.DependsOn {
			if _, ok := compose.Services[on]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, on)
			}
		}
		for _, secret := range s.Secrets {
			if _, ok := compose.Secrets[secret]; !ok {
				t.Errorf("%s wants the secret %s, which is not there", name, secret)
			}
		}
		if s.Image != "ovation" {
			continue
		}
		ours++
		var env []string
		for key, value := range s.Environment {
			env = append(env, fmt.Sprintf("%s=%s", key, value))
		}
		if _, err := config.Load(config.Sources{Env: env}); err != nil {
			t.Errorf("%s: its environment: %v", name, err)
		}
		if len(s.Command) == 0 || !slices.Contains([]string{"broker", "services", "gateway"}, s.Command[0]) {
			t.Errorf("%s runs %q", name, s.Command)
		}
		if r := ovation(t, append(slices.Clone(s.Command), "--help")...); r.code != exitDone {
			t.Errorf("%s: ovation %v: %s", name, s.Command, r.errout)
		}
	}
	if ours != 7 {
		t.Errorf("%d services of ours, want three brokers, two of services and two gateways", ours)
	}
}

// Nothing here runs a workflow or builds the image; but what they name must exist.
func TestWorkflowsNameWhatExists(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var w struct {
			Name        string
			Permissions map[string]string
			Jobs        map[string]struct {
				RunsOn string `yaml:"runs-on"`
				Needs  any
				Steps  []struct {
					Uses, Run string
					With      map[string]any
				}
			}
		}
		if err := yaml.Unmarshal(body, &w); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if w.Name == "" || len(w.Jobs) == 0 || len(w.Permissions) == 0 {
			t.Errorf("%s has no name, no jobs, or leaves its permissions at the default, which is everything", name)
		}
		for job, j := range w.Jobs {
			if j.RunsOn == "" || len(j.Steps) == 0 {
				t.Errorf("%s: job %s runs nowhere or does nothing", name, job)
			}
			for _, s := range j.Steps {
				if s.Uses != "" && !regexp.MustCompile(`^[\w.-]+/[\w./-]+@(v\d|[0-9a-f]{40})`).MatchString(s.Uses) {
					t.Errorf("%s: %s is pinned to no version", name, s.Uses)
				}
				if s.Uses == "" && s.Run == "" {
					t.Errorf("%s: job %s has an empty step", name, job)
				}
				for _, m := range regexp.MustCompile(`(?m)(?:^|[\s;&|])make ([a-z-]+)`).FindAllStringSubmatch(s.Run, -1) {
					if !strings.Contains(string(makefile), "\n"+m[1]+":") {
						t.Errorf("%s runs make %s, which there is not", name, m[1])
					}
				}
				for _, m := range regexp.MustCompile(`(?m)(?:^|\s)(\.ci/[a-z]+)`).FindAllStringSubmatch(s.Run, -1) {
					if info, err := os.Stat("../../" + m[1]); err != nil || info.Mode()&0o111 == 0 {
						t.Errorf("%s runs %s, which is no program here", name, m[1])
					}
				}
				if file, ok := s.With["go-version-file"]; ok {
					if _, err := os.Stat("../../" + fmt.Sprint(file)); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		}
	}
}

// The image is what the chart and compose.yaml take it for.
func TestTheImageIsWhatOthersTakeItFor(t *testing.T) {
	body, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	values, err := os.ReadFile("../../charts/ovation/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file := string(body)
	for what, line := range map[string]string{
		"its user is the chart's":            "\nUSER 65532:65532\n",
		"it holds nothing but the binary":    "\nFROM scratch\n",
		"the binary is static":               "CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build",
		"the version is set where it is":     "-X main.version=$VERSION",
		"it begins with ovation":             "\nENTRYPOINT [\"ovation\"]\n",
		"the ports are those of the default": "\nEXPOSE 8080 8081 8082\n",
	} {
		if !strings.Contains(file, line) {
			t.Errorf("%s: no %q in the Dockerfile", what, line)
		}
	}
	if !strings.Contains(string(values), "runAsUser: 65532") {
		t.Error("the chart runs it as another user")
	}
	builder := regexp.MustCompile(`FROM --platform=\$BUILDPLATFORM golang:(\d+\.\d+)-`).FindStringSubmatch(file)
	needs := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(module)
	if builder == nil || needs == nil || builder[1] != string(needs[1]) {
		t.Errorf("the image is built with Go %v, go.mod asks for %s", builder, needs)
	}
	ignored, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"secrets", "data"} { // as compose.yaml and the quick start make them
		if !slices.Contains(strings.Fields(string(ignored)), dir) {
			t.Errorf("%s goes into the image's build: keys would, and the build fails where its user may not read them", dir)
		}
	}
	for _, name := range regexp.MustCompile(`(?m)^COPY ([^-].*) \./?$`).FindAllStringSubmatch(file, -1) {
		for file := range strings.FieldsSeq(name[1]) {
			if _, err := os.Stat("../../" + file); err != nil {
				t.Errorf("the Dockerfile copies %s: %v", file, err)
			}
		}
	}
}
