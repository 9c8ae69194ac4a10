package conn

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// What the kernel may hold for a socket that does not read. By default thousands of small frames, an hour of a show,
// vanish into it before the first write says "full".
const (
	sendBuffer = 16 << 10
	notSent    = 16 << 10
)

// bound is best effort: a socket without it is only slower to be found slow.
func bound(c net.Conn) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer)
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, notSent)
	})
}
