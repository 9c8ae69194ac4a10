package test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const chartDir = "../ovation"

// shapes are the ways in which the chart is tried; each has values and a golden file in testdata.
var shapes = []string{"demo", "production", "external-nats", "minimal", "subchart"}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil))) // helm tells the log what we assert
	os.Exit(m.Run())
}

func load(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.LoadDir(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func values(t *testing.T, text string) map[string]any {
	t.Helper()
	v, err := common.ReadValues([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// render is helm template: schema, templates, and the documents in the order of their files.
func render(t *testing.T, c *chart.Chart, v map[string]any) ([]document, error) {
	t.Helper()
	return renderAs(t, c, v, "live", "shows")
}

func renderAs(t *testing.T, c *chart.Chart, v map[string]any, release, namespace string) ([]document, error) {
	t.Helper()
	caps := common.DefaultCapabilities.Copy()
	version, err := common.ParseKubeVersion("v1.30.0")
	if err != nil {
		t.Fatal(err)
	}
	caps.KubeVersion = *version
	all, err := util.ToRenderValues(c, v, common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}, caps)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(c, all)
	if err != nil {
		return nil, err
	}
	var docs []document
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.HasSuffix(name, "NOTES.txt") {
			docs = append(docs, document{file: name, text: strings.TrimSpace(files[name]) + "\n"})
			continue
		}
		d := yaml.NewDecoder(strings.NewReader(files[name]))
		for {
			var node yaml.Node
			if err := d.Decode(&node); err == io.EOF {
				break
			} else if err != nil {
				return nil, fmt.Errorf("%s renders no YAML: %w\n%s", name, err, files[name])
			}
			var object map[string]any
			if err := node.Decode(&object); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, files[name])
			}
			if len(object) == 0 {
				continue
			}
			var text bytes.Buffer
			e := yaml.NewEncoder(&text)
			e.SetIndent(2)
			if err := e.Encode(&node); err != nil {
				return nil, err
			}
			docs = append(docs, document{file: name, text: text.String(), object: object})
		}
	}
	return docs, nil
}

// document is one object, or the notes.
type document struct {
	file   string
	text   string
	object map[string]any
}

func (d document) at(path ...string) any {
	var v any = d.object
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func (d document) kind() string { return fmt.Sprint(d.at("kind")) }
func (d document) name() string { return fmt.Sprint(d.at("metadata", "name")) }

// shape renders one of the five.
func shape(t *testing.T, name string) []document {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c := load(t)
	if name == "subchart" {
		c = umbrella(t, c)
	}
	docs, err := render(t, c, values(t, string(body)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return docs
}

// umbrella is a chart of somebody else with ours below it.
func umbrella(t *testing.T, ours *chart.Chart) *chart.Chart {
	t.Helper()
	parent, err := loader.LoadFiles([]*archive.BufferedFile{{
		Name: "Chart.yaml",
		Data: []byte("apiVersion: v2\nname: event\nversion: 1.0.0\ndependencies: [{name: ovation, version: '*', condition: ovation.enabled}]\n"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	parent.AddDependency(ours)
	return parent
}

func find(t *testing.T, docs []document, kind, name string) document {
	t.Helper()
	for _, d := range docs {
		if d.kind() == kind && d.name() == name {
			return d
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return document{}
}
