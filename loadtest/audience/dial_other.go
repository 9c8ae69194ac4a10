//go:build !linux

package audience

import "syscall"

// latePort is Linux's alone.
func latePort(string, string, syscall.RawConn) error { return nil }
