package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository, seen from this package.
const root = "../.."

// left are directories without documents or sources of ours.
var left = []string{".git", "node_modules", "bin", "data", "dist"}

// files lists what has one of the suffixes, relative to the repository.
func files(t *testing.T, suffixes ...string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(left, d.Name()) {
			return filepath.SkipDir
		}
		for _, s := range suffixes {
			if !d.IsDir() && strings.HasSuffix(path, s) {
				name, err := filepath.Rel(root, path)
				names = append(names, filepath.ToSlash(name))
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no file ends in %v: this test looks in the wrong place", suffixes)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// section is a page's part below a heading, up to the next heading of the same or a higher level.
func section(t *testing.T, name, heading string) string {
	t.Helper()
	var b strings.Builder
	level := 0
	for line := range strings.Lines(read(t, name)) {
		if marks := len(line) - len(strings.TrimLeft(line, "#")); marks > 0 {
			if level > 0 && marks <= level {
				break
			}
			if strings.TrimSpace(line[marks:]) == heading {
				level = marks
			}
		}
		if level > 0 {
			b.WriteString(line)
		}
	}
	if level == 0 {
		t.Fatalf("%s has no heading %q: give it back, or change this test with it", name, heading)
	}
	return b.String()
}

// row is a line of a table: its cells without decoration, and the anchors that stand in it.
type row struct {
	cells   []string
	anchors []string
}

var anchorTag = regexp.MustCompile(`<a id="([^"]+)"></a>`)

// rows are the lines of all tables of a text, heads left out. A bar within code does not end a cell.
func rows(text string) (all []row) {
	head := true
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			head = true
			continue
		}
		if strings.HasPrefix(line, "|---") {
			head = false
			continue
		}
		if head {
			continue
		}
		var r row
		for _, m := range anchorTag.FindAllStringSubmatch(line, -1) {
			r.anchors = append(r.anchors, m[1])
		}
		inCode, cell := false, ""
		for _, c := range anchorTag.ReplaceAllString(strings.Trim(line, "|"), "") {
			switch {
			case c == '|' && !inCode:
				r.cells = append(r.cells, strings.TrimSpace(cell))
				cell = ""
				continue
			case c == '`':
				inCode = !inCode
			}
			cell += string(c)
		}
		all = append(all, row{cells: append(r.cells, strings.TrimSpace(cell)), anchors: r.anchors})
	}
	return all
}

// fence is one code block of a page.
type fence struct {
	page, language, body string
}

func fences(t *testing.T, page string) (all []fence) {
	t.Helper()
	var open *fence
	for line := range strings.Lines(read(t, page)) {
		language, isMark := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isMark && open == nil:
			open = &fence{page: page, language: language}
		case isMark:
			all = append(all, *open)
			open = nil
		case open != nil:
			open.body += line
		}
	}
	if open != nil {
		t.Errorf("%s: a code block is not closed", page)
	}
	return all
}
