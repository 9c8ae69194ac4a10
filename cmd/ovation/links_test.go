package main

import (
	"bytes"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/ovation-live/ovation/internal/auth"
)

func TestLinksKeepTokensInTheFragment(t *testing.T) {
	keys, err := auth.OpenKeys(filepath.Join(t.TempDir(), keysName))
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := mintTokens(keys)
	if err != nil {
		t.Fatal(err)
	}
	links := makeLinks("http://127.0.0.1:8080", "show", tokens)
	if links.Viewer != "http://127.0.0.1:8080/r/show" {
		t.Errorf("viewer %s: every browser must become a guest of its own", links.Viewer)
	}
	for link, want := range map[string]struct {
		path string
		role auth.Role
	}{
		links.Host:      {"/r/show/host", auth.Host},
		links.Moderator: {"/r/show/host", auth.Moderator},
		links.Overlay:   {"/r/show/overlay", auth.Viewer},
		links.Rooms:     {"/host", auth.Host},
	} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		token, ok := strings.CutPrefix(u.Fragment, "t=")
		if u.Path != want.path || u.RawQuery != "" || !ok {
			t.Errorf("link %s", link)
		}
		if claims, err := keys.Verify(token); err != nil || claims.Role != want.role || !claims.Admits("show") || claims.ReadOnly != (link == links.Overlay) {
			t.Errorf("%s: %+v, %v", want.path, claims, err)
		}
	}
	if without := makeLinks("http://a", "show", tokenSet{}); without.Host != "" || without.Overlay != "" || without.Viewer == "" {
		t.Errorf("without keys that sign: %+v", without)
	}
}

func TestQRIsDrawnModuleByModule(t *testing.T) {
	const link, quiet = "http://192.168.1.20:8080/r/show", 2
	var b strings.Builder
	if err := printQR(new(bytes.Buffer), &b, link); err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(link, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	halves := map[rune][2]bool{' ': {false, false}, '▀': {true, false}, '▄': {false, true}, '█': {true, true}}
	for y := range code.Size + 2*quiet {
		line := []rune(lines[y/2])[2:] // below the indent
		if len(line) != code.Size+2*quiet {
			t.Fatalf("line %d has %d modules", y/2, len(line))
		}
		for x, glyph := range line {
			if got := halves[glyph][y%2]; got != code.Black(x-quiet, y-quiet) {
				t.Fatalf("module %d,%d is %v in\n%s", x-quiet, y-quiet, got, b.String())
			}
		}
	}
}
