package process

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// cgroups is where Linux shows a container its own limits.
const cgroups = "/sys/fs/cgroup"

// BoundMemory has the collector work harder before the container's memory limit is reached, so that a process is slow
// for a moment instead of killed: the heap's goal is nine tenths of the limit. An operator's GOMEMLIMIT stands. It gives
// the goal in bytes, 0 where there is no limit.
func BoundMemory() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return 0
	}
	limit := memoryLimit(cgroups)
	if limit == 0 {
		return 0
	}
	goal := limit / 10 * 9
	debug.SetMemoryLimit(goal)
	return goal
}

// memoryLimit reads the limit of cgroups version 2, or of version 1; 0 for none.
func memoryLimit(root string) int64 {
	for _, name := range []string{"memory.max", "memory/memory.limit_in_bytes"} {
		body, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/2 { // "max", or version 1's way to say so
			return 0
		}
		return n
	}
	return 0
}
