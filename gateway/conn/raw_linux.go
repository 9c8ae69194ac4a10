package conn

import (
	"errors"
	"fmt"
	"io"
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

// raw is a descriptor that Go's poller does not know: whoever owns the socket polls it. All methods belong to that one
// goroutine, so that the descriptor is never used after its close.
type raw struct{ fd int }

// newRaw takes the socket out of a plain TCP connection, which is closed; nil where that is not what it is.
func newRaw(c net.Conn) transport {
	if behind, ok := c.(interface{ TCP() *net.TCPConn }); ok { // a proxy said who it is
		c = behind.TCP()
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	socket, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	fd := -1
	err = socket.Control(func(old uintptr) {
		// The duplicate stays non-blocking: that belongs to the socket. Go's poller forgets it with the close of the old one.
		if fd, err = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0); err != nil {
			fd = -1
			return
		}
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer) // without it a stalled reader is found later
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, notSent)
	})
	if err != nil || fd < 0 {
		return nil
	}
	_ = tcp.Close() // the duplicate holds the socket
	return &raw{fd}
}

func (r *raw) descriptor() int { return r.fd }

func (r *raw) fill(buf []byte) (int, error) {
	for {
		n, err := unix.Read(r.fd, buf)
		switch {
		case n > 0:
			return n, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return 0, nil
		case err != nil:
			return 0, fmt.Errorf("read: %w", err)
		default:
			return 0, io.EOF
		}
	}
}

func (r *raw) tryWrite(b []byte) (int, error) {
	for {
		n, err := unix.Write(r.fd, b)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return 0, nil
		default:
			return 0, fmt.Errorf("write: %w", err)
		}
	}
}

func (r *raw) flushed() bool { return true } // what was taken is the kernel's

func (r *raw) finish() { _ = unix.Shutdown(r.fd, unix.SHUT_WR) }

func (r *raw) kill() {
	if r.fd >= 0 {
		_ = unix.Close(r.fd)
		r.fd = -1
	}
}
