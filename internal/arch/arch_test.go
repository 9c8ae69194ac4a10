package arch_test

import (
	"bytes"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// tracked lists what git holds; a copy without git has nothing to be checked.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	return strings.Split(strings.Trim(string(out), "\x00"), "\x00")
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	packages := make(map[string]string) // comment by directory
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "proto/gen/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(name)
		if file.Doc != nil {
			packages[dir] += file.Doc.Text()
		} else if _, ok := packages[dir]; !ok {
			packages[dir] = ""
		}
	}
	if len(packages) < 20 {
		t.Fatalf("found %d packages: this test looks in the wrong place", len(packages))
	}
	sentence := regexp.MustCompile(`[.!?:](\s|$)`)
	for dir, said := range packages {
		var plain bytes.Buffer
		plain.Write(new(comment.Printer).Text(new(comment.Parser).Parse(said)))
		if n := len(sentence.FindAllString(plain.String(), -1)); n < 2 {
			t.Errorf("%s: its package comment has %d sentences; say in two or more what it is for and how to read it", dir, n)
		}
	}
}

// What belongs to a developer's machine or to where things are fetched from stays out of the repository.
func TestNoFileKnowsAMachine(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"a home directory":   regexp.MustCompile(`(^|[^A-Za-z0-9_.}])/(root|home/[a-z][a-z0-9_-]*|Users/[A-Za-z]+)/`),
		"a workspace's path": regexp.MustCompile(`(^|[^A-Za-z0-9_.}/])/(work|farm|workspace)/[a-z]`),
		"a registry's proxy": regexp.MustCompile(`https?://[^/\s"']*(artifactory|nexus|registry\.npmjs|proxy\.golang)[^\s"']*`),
	}
	for _, name := range tracked(t) {
		if strings.HasSuffix(name, "go.sum") || strings.HasPrefix(name, "internal/arch/") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || bytes.IndexByte(body, 0) >= 0 {
			continue // removed, or a picture
		}
		for i, line := range strings.Split(string(body), "\n") {
			for what, pattern := range forbidden {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d holds %s: %s", name, i+1, what, found)
				}
			}
		}
	}
}

// A lock file tells by sums what is fetched; where from is each machine's own affair.
func TestTheLockFileNamesNoHost(t *testing.T) {
	body, err := os.ReadFile(filepath.Join(root, "web/package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(body, []byte(`"integrity"`)) {
		t.Error("no sums: anything could be fetched")
	}
	if bytes.Contains(body, []byte(`"resolved"`)) {
		t.Error(`it holds "resolved": web/.npmrc leaves that out; run npm install there again`)
	}
}
