package docs

import (
	"regexp"
	"strconv"
	"testing"
)

const faults = "docs/faults.md"

var (
	testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
)

// Every fault has its line, every line its tests or its reason, and every test that is named exists.
func TestFaultsHaveTests(t *testing.T) {
	exist := map[string]bool{}
	for _, name := range files(t, "_test.go") {
		for _, m := range testFunc.FindAllStringSubmatch(read(t, name), -1) {
			exist[m[1]] = true
		}
	}
	for _, name := range []string{faults, "SECURITY.md"} {
		for _, m := range testName.FindAllStringSubmatch(read(t, name), -1) {
			if !exist[m[1]] {
				t.Errorf("%s names the test %s, which is nowhere: correct the name", name, m[1])
			}
		}
	}
	page := read(t, faults)
	lines := map[int]bool{}
	for _, r := range rows(page) {
		n, err := strconv.Atoi(r.cells[0])
		if err != nil {
			t.Errorf("%s: %q is no number of a fault", faults, r.cells[0])
			continue
		}
		lines[n] = true
		if tests := r.cells[3]; tests == "" && !regexp.MustCompile(`^No test: .{40,}`).MatchString(r.cells[2]) {
			t.Errorf("%s: line %d has neither a test nor a reason", faults, n)
		}
	}
	for n := 1; n <= 54; n++ {
		if wanted := n <= 37 || n >= 47 && n <= 50 || n >= 53; wanted && !lines[n] {
			t.Errorf("%s has no line %d", faults, n)
		}
	}
}
