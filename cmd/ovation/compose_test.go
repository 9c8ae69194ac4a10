package main

import (
	"fmt"
	"os"
	"slices"
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
