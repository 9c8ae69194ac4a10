//go:build !linux

package conn

import "net"

// bound does what it can here: nothing.
func bound(net.Conn) {}
