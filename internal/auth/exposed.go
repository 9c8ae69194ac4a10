package auth

import (
	"os"
	"syscall"
)

// exposed tells whether others can read a file. A file of another owner may be read by our group: that is how Kubernetes
// hands a secret to a process that is not root.
func exposed(info os.FileInfo) bool {
	closed := os.FileMode(0o077)
	if s, ok := info.Sys().(*syscall.Stat_t); ok && int(s.Uid) != os.Getuid() {
		closed = 0o037
	}
	return info.Mode().Perm()&closed != 0
}
