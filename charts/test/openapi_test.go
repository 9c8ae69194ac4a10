package test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// The OpenAPI of Kubernetes 1.30 comes out of kubectl-validate's module, the custom resources out of their projects', all
// from the module cache at the versions of go.mod: nothing of theirs is committed, and nothing is fetched. What a schema
// cannot say is not checked: rules in CEL, admission, and whether names that are referred to exist.

// moduleDir is where the module cache has a module.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module).Output()
	if err != nil {
		t.Fatalf("go mod download %s: %v", module, err)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil || m.Dir == "" {
		t.Fatalf("%s is not in the module cache: %s", module, out)
	}
	return m.Dir
}

var schemas struct {
	sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// schemaOf is the schema of a kind of an API version, strict about fields that it does not know.
func schemaOf(t *testing.T, apiVersion, kind string) *jsonschema.Schema {
	t.Helper()
	schemas.Lock()
	defer schemas.Unlock()
	id := apiVersion + "/" + kind
	if s := schemas.compiled[id]; s != nil {
		return s
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	pointer := ""
	switch group, _, _ := strings.Cut(apiVersion, "/"); group {
	case "monitoring.coreos.com":
		addCRD(t, compiler, filepath.Join(moduleDir(t, "github.com/prometheus-operator/prometheus-operator"), "example/prometheus-operator-crd",
			"monitoring.coreos.com_"+strings.ToLower(kind)+"s.yaml"), apiVersion)
	case "gateway.networking.k8s.io":
		addCRD(t, compiler, filepath.Join(moduleDir(t, "sigs.k8s.io/gateway-api"), "config/crd/standard",
			"gateway.networking.k8s.io_"+strings.ToLower(kind)+"s.yaml"), apiVersion)
	default:
		pointer = addKubernetes(t, compiler, apiVersion, kind)
	}
	s, err := compiler.Compile("file:///api.json#" + pointer)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if schemas.compiled == nil {
		schemas.compiled = map[string]*jsonschema.Schema{}
	}
	schemas.compiled[id] = s
	return s
}

func addKubernetes(t *testing.T, c *jsonschema.Compiler, apiVersion, kind string) (pointer string) {
	t.Helper()
	path := "api/" + apiVersion
	if strings.Contains(apiVersion, "/") {
		path = "apis/" + apiVersion
	}
	body, err := os.ReadFile(filepath.Join(moduleDir(t, "sigs.k8s.io/kubectl-validate"), "pkg/openapiclient/builtins/1.30", path+".json"))
	if err != nil {
		t.Fatalf("%s %s: %v", apiVersion, kind, err)
	}
	var api map[string]any
	if err := json.Unmarshal(body, &api); err != nil {
		t.Fatal(err)
	}
	group, version, _ := strings.Cut(apiVersion, "/")
	if version == "" {
		group, version = "", apiVersion
	}
	components := api["components"].(map[string]any)["schemas"].(map[string]any)
	for name, s := range components {
		for _, of := range list(s.(map[string]any)["x-kubernetes-group-version-kind"]) {
			if m := of.(map[string]any); m["group"] == group && m["version"] == version && m["kind"] == kind {
				pointer = "/components/schemas/" + name
			}
		}
	}
	if pointer == "" {
		t.Fatalf("Kubernetes 1.30 has no %s %s", apiVersion, kind)
	}
	strict(components)
	if err := c.AddResource("file:///api.json", map[string]any{"components": map[string]any{"schemas": components}}); err != nil {
		t.Fatal(err)
	}
	return pointer
}

func addCRD(t *testing.T, c *jsonschema.Compiler, file, apiVersion string) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var crd map[string]any
	if err := yaml.Unmarshal(body, &crd); err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(apiVersion, "/")
	for _, v := range list(crd["spec"].(map[string]any)["versions"]) {
		v := v.(map[string]any)
		if v["name"] != version {
			continue
		}
		s := v["schema"].(map[string]any)["openAPIV3Schema"]
		s.(map[string]any)["properties"].(map[string]any)["metadata"] = map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
		strict(s)
		// Through JSON, so that numbers are what the compiler expects.
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("file:///api.json", parsed); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("%s has no version %s", file, version)
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// strict makes an object that lists its properties refuse others, and lets integers or strings be either.
func strict(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			strict(x)
		}
	case map[string]any:
		_, lists := v["properties"].(map[string]any)
		_, says := v["additionalProperties"]
		if lists && !says && v["x-kubernetes-preserve-unknown-fields"] != true {
			v["additionalProperties"] = false
		}
		if v["format"] == "int-or-string" {
			delete(v, "type")
		}
		delete(v, "default") // some are of another type than they ought to be, and none matters here
		for key, x := range v {
			if key != "enum" && key != "required" {
				strict(x)
			}
		}
	}
}

func validate(t *testing.T, d document) error {
	t.Helper()
	apiVersion := fmt.Sprint(d.at("apiVersion"))
	text, err := json.Marshal(present(d.object))
	if err != nil {
		return err
	}
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	return schemaOf(t, apiVersion, d.kind()).Validate(parsed)
}

// present leaves out what is null: an API server takes it for absent.
func present(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = present(v[i])
		}
	case map[string]any:
		for key, x := range v {
			if x == nil {
				delete(v, key)
				continue
			}
			v[key] = present(x)
		}
	}
	return v
}

func TestShapesAreValidObjects(t *testing.T) {
	for _, name := range shapes {
		for _, d := range shape(t, name) {
			if d.object == nil {
				continue
			}
			if err := validate(t, d); err != nil {
				t.Errorf("%s: %s: %v\n%s", name, d.file, err, d.text)
			}
		}
	}
}

// A validator that lets everything pass would prove nothing.
func TestTheValidatorRefuses(t *testing.T) {
	docs := shape(t, "production")
	for name, spoil := range map[string]func(document){
		"an unknown field": func(d document) { d.at("spec").(map[string]any)["replica"] = 3 },
		"a wrong type":     func(d document) { d.at("spec").(map[string]any)["replicas"] = "three" },
		"a missing one":    func(d document) { delete(d.at("spec").(map[string]any), "selector") },
		"deep in a pod":    func(d document) { d.at("spec", "template", "spec").(map[string]any)["hostNetwrok"] = true },
		"in a list of ours": func(d document) {
			list(d.at("spec", "template", "spec", "containers"))[0].(map[string]any)["img"] = "x"
		},
	} {
		d := find(t, docs, "StatefulSet", "live-ovation-broker")
		var copied map[string]any
		if err := yaml.Unmarshal([]byte(d.text), &copied); err != nil {
			t.Fatal(err)
		}
		d.object = copied
		spoil(d)
		if validate(t, d) == nil {
			t.Errorf("%s was let through", name)
		}
	}
	for _, kind := range []string{"ServiceMonitor", "PrometheusRule", "HTTPRoute"} {
		for _, d := range docs {
			if d.kind() != kind {
				continue
			}
			d.at("spec").(map[string]any)["unheardOf"] = true
			if validate(t, d) == nil {
				t.Errorf("a %s with a field that it does not have was let through", kind)
			}
		}
	}
}
