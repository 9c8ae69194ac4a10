package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const faults = "docs/faults.md"

var (
	testName     = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
	scenarioName = regexp.MustCompile(`name: "([a-z-]+)", line: "(\d+)"`)
	scenarioUse  = regexp.MustCompile("`faults ([a-z-]+)`")
	fileName     = regexp.MustCompile("`([\\w.-]+(?:/[\\w.-]+)+\\.[a-z]+)`")
	testNumber   = regexp.MustCompile(`^Test(?:Fault)?(\d+)[A-Z]`)
	testFunc     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
)

// Every fault has its line, every line its tests or its reason, every test and file that is named exists, and every test with a
// number stands in its line.
func TestFaultsHaveTests(t *testing.T) {
	exist := map[string]string{} // the text of each, with that of what it uses in its file
	for _, name := range files(t, "_test.go") {
		for test, text := range tests(t, name, read(t, name)) {
			exist[test] += text
		}
	}
	for _, name := range []string{faults, "SECURITY.md"} {
		for _, m := range testName.FindAllStringSubmatch(read(t, name), -1) {
			if exist[m[1]] == "" {
				t.Errorf("%s names the test %s, which is nowhere: correct the name", name, m[1])
			}
		}
		for _, m := range fileName.FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names the file %s, which is nowhere: correct the name", name, m[1])
			}
		}
	}
	scenarios := map[string]string{}
	for _, m := range scenarioName.FindAllStringSubmatch(read(t, "loadtest/faults/scenarios.go"), -1) {
		scenarios[m[1]] = m[2]
	}
	for _, r := range rows(read(t, faults)) {
		for _, m := range scenarioUse.FindAllStringSubmatch(strings.Join(r.cells, " "), -1) {
			if scenarios[m[1]] != r.cells[0] {
				t.Errorf("%s: line %s names the scenario %s; loadtest/faults has it for line %q", faults, r.cells[0], m[1], scenarios[m[1]])
			}
			delete(scenarios, m[1])
		}
	}
	for name, line := range scenarios {
		t.Errorf("%s does not name the scenario %s in line %s", faults, name, line)
	}
	for _, r := range rows(read(t, "SECURITY.md")) {
		if tests := r.cells[len(r.cells)-1]; !testName.MatchString(tests) {
			t.Errorf("SECURITY.md: %q names no test: what is promised there is tried", r.cells[0])
		}
	}
	for _, title := range []string{"Tokens and keys", "What protects people"} {
		for _, item := range items(read(t, "SECURITY.md"), title) {
			if !testName.MatchString(item) {
				t.Errorf("SECURITY.md, %s: %.60q names no test: what is promised there is tried", title, item)
			}
		}
	}
	page := read(t, faults)
	lines := map[int]string{} // their tests
	for _, r := range rows(page) {
		n, err := strconv.Atoi(r.cells[0])
		if err != nil {
			t.Errorf("%s: %q is no number of a fault", faults, r.cells[0])
			continue
		}
		lines[n] = r.cells[3]
		if tests := r.cells[3]; tests == "" && !regexp.MustCompile(`^No test: .{40,}`).MatchString(r.cells[2]) {
			t.Errorf("%s: line %d has neither a test nor a reason", faults, n)
		} else if tests != "" && !scenarioUse.MatchString(tests) && !numbered(n, testName.FindAllStringSubmatch(tests, -1), exist) {
			t.Errorf("%s: no test of line %d has its number in its name, or in that of a case", faults, n)
		}
	}
	for n := 1; n <= 55; n++ {
		if _, has := lines[n]; !has {
			t.Errorf("%s has no line %d", faults, n)
		}
	}
	for test := range exist {
		m := testNumber.FindStringSubmatch(test)
		if m == nil {
			continue
		}
		if n, _ := strconv.Atoi(m[1]); !strings.Contains(lines[n], "`"+test+"`") {
			t.Errorf("%s: line %d does not name %s, which has its number", faults, n, test)
		}
	}
}

// items are those of the list under a title of a page.
func items(page, title string) []string {
	_, list, _ := strings.Cut(page, "\n## "+title+"\n")
	list, _, _ = strings.Cut(list, "\n## ")
	return strings.Split(list, "\n- ")[1:]
}

// tests gives the text of each test of a file, together with the functions and variables of the file that it uses: tables of cases,
// and helpers that hold them.
func tests(t *testing.T, name, text string) map[string]string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]ast.Node{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			parts[d.Name.Name] = d
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if values, ok := spec.(*ast.ValueSpec); ok {
					for _, one := range values.Names {
						parts[one.Name] = values
					}
				}
			}
		}
	}
	all := map[string]string{}
	for part := range parts {
		if testFunc.MatchString("func " + part + "(") {
			all[part] = uses(text, set, parts, part, map[string]bool{})
		}
	}
	return all
}

// uses is the text of a part of a file, and of each other part that it names.
func uses(text string, set *token.FileSet, parts map[string]ast.Node, part string, seen map[string]bool) string {
	seen[part] = true
	all := text[set.Position(parts[part].Pos()).Offset:set.Position(parts[part].End()).Offset]
	ast.Inspect(parts[part], func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && parts[name.Name] != nil && !seen[name.Name] {
			all += uses(text, set, parts, name.Name, seen)
		}
		return true
	})
	return all
}

// numbered tells whether the number of a fault is in the name of one of its tests, or of a case of that test.
func numbered(n int, tests [][]string, exist map[string]string) bool {
	inName, inCase := regexp.MustCompile(fmt.Sprintf(`^Test(Fault)?0?%d[A-Z]`, n)), regexp.MustCompile(fmt.Sprintf(`"0?%d [^"]+"`, n))
	return slices.ContainsFunc(tests, func(m []string) bool { return inName.MatchString(m[1]) || inCase.MatchString(exist[m[1]]) })
}

// What fuzzing found is kept, or something like it, so that each run begins there.
func TestFuzzTargetsHaveACorpus(t *testing.T) {
	for _, name := range files(t, "_test.go") {
		for _, m := range testFunc.FindAllStringSubmatch(read(t, name), -1) {
			if !strings.HasPrefix(m[1], "Fuzz") {
				continue
			}
			dir := filepath.Join(root, filepath.Dir(name), "testdata/fuzz", m[1])
			if inputs, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(inputs) == 0 {
				t.Errorf("%s has no inputs in %s: commit what fuzzing found, or seeds", m[1], dir)
			}
			if !strings.Contains(read(t, faults), "`"+m[1]+"`") {
				t.Errorf("%s does not name %s", faults, m[1])
			}
		}
	}
}
