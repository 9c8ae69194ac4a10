package main

import (
	"bytes"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

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
		if claims, err := keys.Verify(token); err != nil || claims.Role != want.role || !claims.Admits("show") {
			t.Errorf("%s: %+v, %v", want.path, claims, err)
		}
	}
	if without := makeLinks("http://a", "show", tokenSet{}); without.Host != "" || without.Overlay != "" || without.Viewer == "" {
		t.Errorf("without keys that sign: %+v", without)
	}
}

func TestQRIsSquareWithAQuietZone(t *testing.T) {
	var b strings.Builder
	if err := printQR(new(bytes.Buffer), &b, "http://192.168.1.20:8080/r/show"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	width := len([]rune(lines[0]))
	for _, l := range lines {
		if len([]rune(l)) != width {
			t.Fatalf("ragged:\n%s", b.String())
		}
	}
	if modules := width - 2; len(lines) != (modules+1)/2 || strings.TrimSpace(lines[0]) != "" {
		t.Fatalf("%d lines for %d modules:\n%s", len(lines), modules, b.String())
	}
}
