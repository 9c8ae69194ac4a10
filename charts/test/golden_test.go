package test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files and the chart's README anew")

func TestShapesRenderAsRead(t *testing.T) {
	for _, name := range shapes {
		t.Run(name, func(t *testing.T) {
			var all strings.Builder
			for _, d := range shape(t, name) {
				all.WriteString("---\n# " + d.file + "\n" + d.text)
			}
			same(t, filepath.Join("testdata", name+".golden.yaml"), all.String())
		})
	}
}

func same(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run make chart UPDATE=1, and read what it wrote", err)
	}
	want, have := strings.Split(string(body), "\n"), strings.Split(got, "\n")
	for i := range max(len(want), len(have)) {
		var w, h string
		if i < len(want) {
			w = want[i]
		}
		if i < len(have) {
			h = have[i]
		}
		if w != h {
			t.Fatalf("%s, line %d:\n  was %s\n  is  %s\nif that is meant, run make chart UPDATE=1 and read the whole difference", file, i+1, w, h)
		}
	}
}
