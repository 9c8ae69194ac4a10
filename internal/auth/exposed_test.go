package auth_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
)

// Kubernetes gives a secret to root with the process's group; a person's own file has no such reason.
func TestWhoMayReadASecret(t *testing.T) {
	me := os.Getuid()
	type file struct {
		mode  os.FileMode
		owner int
		want  bool
	}
	cases := map[string]file{
		"our own":                {0o600, me, true},
		"our own, for the group": {0o640, me, false},
		"our own, for all":       {0o604, me, false},
	}
	if me == 0 { // only root can give a file away
		cases["another's, for our group"] = file{0o440, 1, true}
		cases["another's, the group may write"] = file{0o460, 1, false}
		cases["another's, for all"] = file{0o444, 1, false}
	}
	for name, c := range cases {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, []byte(strings.Repeat("k", 40)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Chmod(path, c.mode), os.Chown(path, c.owner, -1)); err != nil {
			t.Fatal(err)
		}
		if _, err := auth.LoadKeys([]string{path}); (err == nil) != c.want {
			t.Errorf("%s (%#o): %v", name, c.mode, err)
		}
	}
	// A private key signs as a secret does; a public one is everybody's to read.
	_, sign, verify := ed(t)
	for path, want := range map[string]bool{sign: false, verify: true} {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := auth.LoadKeys([]string{path}); (err == nil) != want || err != nil && !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%s for all: %v", path, err)
		}
	}
}
