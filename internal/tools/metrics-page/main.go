// Command metrics-page writes docs/metrics.md from the code: every instrument of the OpenTelemetry meter and every metric
// made with the Prometheus client, by the name that Prometheus sees, with its type, its labels and its description. Run it
// with make generate. A description ends with "Labels: a, b." where there are labels; a test holds them to the code around.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const page = "docs/metrics.md"

func main() {
	body, err := render(".")
	if err == nil {
		err = os.WriteFile(page, body, 0o644) //nolint:gosec // a page of the repository, for all to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// metric is one as Prometheus sees it.
type metric struct {
	name, kind, meaning string
	labels              []string
	dir                 string // of the package that makes it
}

// render makes the page.
func render(root string) ([]byte, error) {
	all, err := find(root)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("# Metrics\n\nMade from the code by `make generate`. What `/metrics` is, and which to watch, is in\n[operations](operations.md#metrics).\n\n")
	b.WriteString("| metric | type | labels | meaning |\n|---|---|---|---|\n")
	for _, m := range all {
		labels := ""
		if len(m.labels) > 0 {
			labels = "`" + strings.Join(m.labels, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.name, m.kind, labels, strings.ReplaceAll(m.meaning, "|", "\\|"))
	}
	return b.Bytes(), nil
}

// find reads every Go file but tests and generated ones.
func find(root string) ([]metric, error) {
	var all []metric
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"node_modules", "web", "charts", "gen", "testdata"}, d.Name())):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		made, err := inFile(path)
		all = append(all, made...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b metric) int { return strings.Compare(a.name, b.name) })
	for i := range all[:max(0, len(all)-1)] {
		if all[i].name == all[i+1].name {
			return nil, fmt.Errorf("%s is made twice, in %s and %s", all[i].name, all[i].dir, all[i+1].dir)
		}
	}
	return all, nil
}

func inFile(path string) (all []metric, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		m := metric{dir: filepath.Dir(path)}
		said := ""
		switch n := n.(type) {
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 {
				return true
			}
			kind, suffix := kindOf(method.Sel.Name)
			if kind == "" {
				return true
			}
			instrument, ok := literal(n.Args[0])
			if !ok {
				err = fmt.Errorf("%s: the name of this instrument is no literal, so that nobody can look it up: write it out", set.Position(n.Pos()))
				return false
			}
			m.kind, m.name = kind, strings.ReplaceAll(instrument, ".", "_")+unit(n.Args)+suffix
			said = option(n.Args, "WithDescription")
		case *ast.CompositeLit:
			if m.kind, m.name, said = collector(n); m.kind == "" {
				return true
			}
		default:
			return true
		}
		m.meaning, m.labels = split(said)
		if m.meaning == "" {
			err = fmt.Errorf("%s: %s has no description: say what it counts", set.Position(n.Pos()), m.name)
			return false
		}
		all = append(all, m)
		return true
	})
	return all, err
}

// split takes the labels off the end of a description.
func split(said string) (meaning string, labels []string) {
	meaning, list, ok := strings.Cut(said, " Labels: ")
	if ok {
		labels = strings.Split(strings.TrimSuffix(list, "."), ", ")
	}
	return meaning, labels
}

// kindOf is the metric's type and its suffix, for a method of the OpenTelemetry meter.
func kindOf(method string) (kind, suffix string) {
	rest, ok := strings.CutPrefix(method, "Int64")
	if !ok {
		if rest, ok = strings.CutPrefix(method, "Float64"); !ok {
			return "", ""
		}
	}
	switch rest {
	case "Counter", "ObservableCounter":
		return "counter", "_total"
	case "UpDownCounter", "ObservableUpDownCounter", "Gauge", "ObservableGauge":
		return "gauge", ""
	case "Histogram":
		return "histogram", ""
	}
	return "", ""
}

func unit(arguments []ast.Expr) string {
	switch option(arguments, "WithUnit") {
	case "s":
		return "_seconds"
	case "By":
		return "_bytes"
	}
	return ""
}

// option is the literal given to an option of the call.
func option(arguments []ast.Expr, name string) string {
	for _, a := range arguments {
		call, ok := a.(*ast.CallExpr)
		if !ok {
			continue
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == name && len(call.Args) == 1 {
			value, _ := literal(call.Args[0])
			return value
		}
	}
	return ""
}

// collector is a metric made with the Prometheus client itself, such as prometheus.GaugeOpts{Name: ...}.
func collector(c *ast.CompositeLit) (kind, name, help string) {
	s, ok := c.Type.(*ast.SelectorExpr)
	if !ok || !strings.HasSuffix(s.Sel.Name, "Opts") {
		return "", "", ""
	}
	if p, ok := s.X.(*ast.Ident); !ok || p.Name != "prometheus" {
		return "", "", ""
	}
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch k, _ := kv.Key.(*ast.Ident); k.Name {
		case "Name":
			name, _ = literal(kv.Value)
		case "Help":
			help, _ = literal(kv.Value)
		}
	}
	return strings.ToLower(strings.TrimSuffix(s.Sel.Name, "Opts")), name, help
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}
