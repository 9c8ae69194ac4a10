package process

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryLimitOfAContainer(t *testing.T) {
	for name, c := range map[string]struct {
		file, body string
		want       int64
	}{
		"version 2":            {"memory.max", "2147483648\n", 2 << 30},
		"version 2 without":    {"memory.max", "max\n", 0},
		"version 1":            {"memory/memory.limit_in_bytes", "536870912\n", 512 << 20},
		"version 1 without":    {"memory/memory.limit_in_bytes", "9223372036854771712\n", 0},
		"nonsense":             {"memory.max", "much", 0},
		"another thing's file": {"cpu.max", "1", 0},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			file := filepath.Join(root, c.file)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.body), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := memoryLimit(root); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}
