//go:build !linux

package conn

import "net"

// newRaw knows no way here.
func newRaw(net.Conn) transport { return nil }
