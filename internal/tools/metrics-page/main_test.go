package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

func TestThePageIsOfTheCode(t *testing.T) {
	want, err := render(root)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what the code has: run go run ./internal/tools/metrics-page and commit it", page)
	}
	if n := bytes.Count(want, []byte("\n| `ovation_")); n < 50 {
		t.Errorf("found only %d metrics: this has lost sight of how they are made", n)
	}
}

// A label that a description promises is one that the package around gives.
func TestLabelsAreThoseOfTheCode(t *testing.T) {
	all, err := find(root)
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, m := range all {
		if code[m.dir] == "" {
			files, err := filepath.Glob(filepath.Join(m.dir, "*.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range files {
				body, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				code[m.dir] += string(body)
			}
		}
		for _, label := range m.labels {
			if !regexp.MustCompile(`(?:attribute\.(?:String|Bool|Int)\("` + label + `"|"` + label + `": )`).MatchString(code[m.dir]) {
				t.Errorf("%s promises the label %s, which %s gives nowhere", m.name, label, m.dir)
			}
		}
		for _, never := range []string{"room", "person", "user", "address", "ip"} {
			for _, label := range m.labels {
				if label == never {
					t.Errorf("%s has the label %s: strangers choose it", m.name, label)
				}
			}
		}
		if !strings.HasSuffix(m.meaning, ".") {
			t.Errorf("%s: %q does not end with a full stop", m.name, m.meaning)
		}
	}
}
