package process_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/internal/process"
)

func open(t *testing.T, path string) *process.Dir {
	t.Helper()
	d, err := process.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDirIsOursAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "data")
	d := open(t, path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("mode %v, %v; want 0700", info.Mode(), err)
	}

	_, err = process.OpenDir(path)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("locked by process %d", os.Getpid())) || !strings.Contains(err.Error(), "--data") {
		t.Fatalf("second open: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDirKnowsAnOrderlyStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	steps := []struct {
		name       string
		begin, end bool
		clean      bool // what this start finds
	}{
		{"fresh", true, true, true},
		{"after an orderly stop", false, false, true},
		{"after a start that never began to write", true, false, true},
		{"after a kill", false, false, false},
		{"after a start that never began to write, after a kill", true, true, false},
		{"after an orderly stop, again", true, true, true},
	}
	for _, s := range steps {
		d := open(t, path)
		if d.WasClean() != s.clean {
			t.Fatalf("%s: WasClean = %v", s.name, d.WasClean())
		}
		if s.begin {
			if err := d.Begin(); err != nil {
				t.Fatal(err)
			}
		}
		if s.end {
			if err := d.End(); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDirRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    string
	}{
		"written by a newer version": {
			func(t *testing.T, path string) { put(t, filepath.Join(path, "VERSION"), "2\n") },
			"written by a newer version (format 2, this one reads 1)",
		},
		"damaged version": {
			func(t *testing.T, path string) { put(t, filepath.Join(path, "VERSION"), "two") },
			"does not hold a number",
		},
		"a file in its place": {
			func(t *testing.T, path string) {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				put(t, path, "")
			},
			"is, or lies below, a file",
		},
		"not writable": {
			func(t *testing.T, path string) {
				if os.Geteuid() == 0 {
					if err := os.Remove(path); err != nil {
						t.Fatal(err)
					}
					// root may write anywhere but into what the kernel itself refuses
					if err := os.Symlink("/proc/self", path); err != nil {
						t.Fatal(err)
					}
					return
				}
				if err := os.Chmod(path, 0o500); err != nil {
					t.Fatal(err)
				}
			},
			"data directory",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			tc.prepare(t, path)
			_, err := process.OpenDir(path)
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want one line with %q", err, tc.want)
			}
		})
	}
}

func put(t *testing.T, name, body string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}
