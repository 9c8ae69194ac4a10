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
	tokens, err := mintTokens(keys, "*")
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
		if claims, err := keys.Verify(token); err != nil || claims.Role != want.role || !claims.Admits("show") || claims.ReadOnly != (link == links.Overlay) || claims.ID == "" || !claims.Everywhere() {
			t.Errorf("%s: %+v, %v", want.path, claims, err)
		}
	}
	if without := makeLinks("http://a", "show", tokenSet{}); without.Host != "" || without.Overlay != "" || without.Viewer == "" {
		t.Errorf("without keys that sign: %+v", without)
	}
}

// With keys of one's own the links may get out, and what gets out is good for one room, and can be revoked.
func TestLinksOfOnesOwnKeysAreForTheirRoom(t *testing.T) {
	file := secretFile(t, strings.Repeat("k", 50))
	s := serveHere(t, t.TempDir(), "--keys-files", file, "--room", "launch")
	keys, err := auth.LoadKeys([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]bool)
	for name, token := range map[string]string{
		"host": fragment(s.Links.Host), "moderator": fragment(s.Links.Moderator), "overlay": fragment(s.Links.Overlay), "viewer": s.Tokens.Viewer,
	} {
		claims, err := keys.Verify(token)
		if err != nil || !claims.Admits("launch") || claims.Admits("other") || claims.Patterned() || claims.ID == "" {
			t.Errorf("the %s's: %+v, %v", name, claims, err)
		}
		ids[claims.ID] = true
	}
	if claims, err := keys.Verify(s.Tokens.Service); err != nil || !claims.Everywhere() || claims.ID == "" || len(ids) != 4 {
		t.Errorf("the service's: %+v, %v; ids %v", claims, err, ids)
	}
	if s.Links.Rooms != "" {
		t.Errorf("the page of all rooms is printed for a host of one: %s", s.Links.Rooms)
	}
	if r := ovation(t, "token", "revoke", "--room", "launch", s.Links.Host, "--grpc", s.GRPC, "--keys-files", file); r.code != exitDone {
		t.Errorf("the host's link cannot be revoked: %+v", r)
	}
}

func fragment(link string) string {
	_, token, _ := strings.Cut(link, "#t=")
	return token
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
