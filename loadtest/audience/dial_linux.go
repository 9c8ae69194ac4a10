package audience

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// latePort lets the kernel choose a port when the connection's other end is known, so that ports of connections that have
// just ended, to another server, can be used again.
func latePort(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
