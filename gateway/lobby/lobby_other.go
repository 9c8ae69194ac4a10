//go:build !linux

package lobby

import "net"

// Listen has no lobby here.
func Listen(l net.Listener, _ Options) net.Listener { return l }
