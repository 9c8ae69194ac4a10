package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The README's table of values is written from values.yaml: each value stands there with a comment that begins with "--".
func TestReadmeTellsEveryValue(t *testing.T) {
	body, err := os.ReadFile(filepath.Join(chartDir, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(body, &node); err != nil {
		t.Fatal(err)
	}
	var rows []string
	table(t, "", node.Content[0], &rows)
	readme := filepath.Join(chartDir, "README.md")
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- values -->\n", "<!-- /values -->"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the values: %s … %s", readme, begin, end)
	}
	same(t, readme, head+begin+"| value | default | meaning |\n|---|---|---|\n"+strings.Join(rows, "")+end+tail)
}

func table(t *testing.T, prefix string, m *yaml.Node, rows *[]string) {
	for i := 0; i < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		name := prefix + key.Value
		doc := strings.TrimSpace(strings.TrimPrefix(strings.ReplaceAll(key.HeadComment, "\n# ", " "), "#"))
		said, documented := strings.CutPrefix(doc, "-- ")
		switch {
		case documented:
			var shown strings.Builder
			e := yaml.NewEncoder(&shown)
			flow := *value
			flow.HeadComment, flow.Style = "", yaml.FlowStyle
			if value.Kind == yaml.ScalarNode {
				flow.Style = value.Style
			}
			if err := e.Encode(&flow); err != nil {
				t.Fatal(err)
			}
			*rows = append(*rows, fmt.Sprintf("| `%s` | `%s` | %s |\n", name, strings.Join(strings.Fields(shown.String()), " "), said))
		case value.Kind == yaml.MappingNode && len(value.Content) > 0:
			table(t, name+".", value, rows)
		default:
			t.Errorf("values.yaml does not say what %s is: put a comment that begins with -- above it", name)
		}
	}
}
