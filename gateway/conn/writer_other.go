//go:build !unix

package conn

import "net"

// newRawWriter has nothing to offer here; the patient writer serves.
func newRawWriter(net.Conn) writer { return nil }
