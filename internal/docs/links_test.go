package docs

import (
	"image/png"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`(!?)\[[^\]]*\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`^#+\s+(.*)$`)
	inline  = regexp.MustCompile("`[^`]*`")
)

func TestLinksLeadSomewhere(t *testing.T) {
	anchors := map[string]map[string]bool{}
	for _, page := range files(t, ".md") {
		anchors[page] = anchorsOf(t, page)
	}
	for page := range anchors {
		for _, m := range link.FindAllStringSubmatch(prose(t, page), -1) {
			picture, target := m[1] == "!", m[2]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(target, "#")
			name := page
			if file != "" {
				name = path.Join(path.Dir(page), file)
			}
			if strings.HasPrefix(name, "..") {
				t.Errorf("%s: the link to %s leaves the repository: link to its address instead", page, target)
				continue
			}
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				if picture {
					continue // TestPictures tells
				}
				t.Errorf("%s: there is no file for the link to %s: correct it, or add %s", page, target, name)
				continue
			}
			if known, isPage := anchors[name]; anchor != "" && isPage && !known[anchor] {
				t.Errorf("%s: %s has no anchor #%s: correct the link, or give the heading its name back", page, name, anchor)
			}
		}
	}
}

func TestPictures(t *testing.T) {
	wanted := map[string]string{
		"docs/images/viewer-desktop-dark.png": "README.md", "docs/images/console-desktop-dark.png": "README.md",
	}
	for _, page := range files(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(prose(t, page), -1) {
			if m[1] == "!" && !strings.Contains(m[2], "://") {
				wanted[path.Join(path.Dir(page), m[2])] = page
			}
		}
	}
	for name, page := range wanted {
		f, err := os.Open(filepath.Join(root, name))
		if err != nil {
			t.Errorf("%s shows %s, which is not there: take the picture and commit it", page, name)
			continue
		}
		if strings.HasSuffix(name, ".png") {
			if size, err := png.DecodeConfig(f); err != nil || size.Width < 300 || size.Height < 200 {
				t.Errorf("%s is no picture of a page (%d x %d, %v): take it again", name, size.Width, size.Height, err)
			}
		}
		_ = f.Close()
	}
}

// prose is a page without code, in which nothing is a link.
func prose(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	inCode := false
	for line := range strings.Lines(read(t, page)) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inCode = !inCode
		} else if !inCode {
			b.WriteString(inline.ReplaceAllString(line, "``"))
		}
	}
	return b.String()
}

// anchorsOf are the places of a page that a link can name: its headings, as GitHub spells them, and what it names itself.
func anchorsOf(t *testing.T, page string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	inCode := false
	for line := range strings.Lines(read(t, page)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inCode = !inCode
		}
		if inCode {
			continue
		}
		if m := heading.FindStringSubmatch(line); m != nil {
			all[slug(m[1])] = true
		}
		for _, m := range anchorTag.FindAllStringSubmatch(line, -1) {
			if all[m[1]] {
				t.Errorf("%s has the anchor %s twice: links to it lead to the first one; name the second otherwise", page, m[1])
			}
			all[m[1]] = true
		}
	}
	return all
}

// slug is a heading as GitHub makes an anchor of it.
func slug(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
