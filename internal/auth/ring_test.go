package auth_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
)

// A key is changed while a process runs: first the new one beside the old one, then the new one alone.
func TestKeysTurn(t *testing.T) {
	dir := t.TempDir()
	file := func(name, letter string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.Repeat(letter, 40)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	older, newer := file("older", "o"), file("newer", "n")
	keys, err := auth.LoadKeys([]string{older})
	if err != nil {
		t.Fatal(err)
	}
	remembering := auth.Remembering(keys)
	mint := func() string {
		token, err := keys.Mint(auth.Claims{Subject: "ana", Rooms: []string{"*"}, Role: auth.Viewer}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := func(what, token string, want bool) {
		t.Helper()
		for name, v := range map[string]auth.Verifier{"keys": keys, "remembering": remembering} {
			if _, err := v.Verify(token); (err == nil) != want {
				t.Errorf("%s (%s): %v", what, name, err)
			}
		}
	}
	first := mint()
	good("the old key's, at first", first, true)
	if err := keys.Reload([]string{newer, older}); err != nil {
		t.Fatal(err)
	}
	second := mint()
	good("the old key's, beside the new one", first, true)
	good("the new key's", second, true)
	if err := keys.Reload([]string{newer}); err != nil {
		t.Fatal(err)
	}
	good("the old key's, after it", first, false)
	good("the new key's, after it", second, true)
	if err := keys.Reload([]string{filepath.Join(dir, "nowhere")}); err == nil {
		t.Error("a file that is not there was taken")
	}
	if err := keys.Reload(nil); err == nil {
		t.Error("no files were taken")
	}
	good("the new key's, after a reload that failed", second, true)
}
