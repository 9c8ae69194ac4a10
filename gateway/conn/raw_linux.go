package conn

import (
	"fmt"
	"io"
	"net"
	"syscall"
	"unsafe"

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
	fd := Detach(c)
	if fd < 0 {
		return nil
	}
	return own(fd)
}

// own makes a transport of a descriptor.
func own(fd int) transport {
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer) // without it a stalled reader is found later
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, notSent)
	return &raw{fd}
}

// Detach takes the descriptor out of a plain TCP connection, which is closed; less than 0 where that is not what it is. Go's
// poller does not know the descriptor any more.
func Detach(c net.Conn) (fd int) {
	if behind, ok := c.(interface{ TCP() *net.TCPConn }); ok { // a proxy said who it is, or some of it was read
		c = behind.TCP()
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return -1
	}
	socket, err := tcp.SyscallConn()
	if err != nil {
		return -1
	}
	err = socket.Control(func(old uintptr) {
		// The duplicate stays non-blocking: that belongs to the socket. Go's poller forgets it with the close of the old one.
		if fd, err = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0); err != nil {
			fd = -1
		}
	})
	if err != nil || fd < 0 {
		return -1
	}
	_ = tcp.Close() // the duplicate holds the socket
	return fd
}

func (r *raw) descriptor() int { return r.fd }

func (r *raw) fill(buf []byte) (int, error) { return Receive(r.fd, buf) }

// Receive reads once from a detached descriptor; 0 and no error mean that nothing is there now.
func Receive(fd int, buf []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), unix.MSG_DONTWAIT, 0, 0)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			return 0, nil
		case errno != 0:
			return 0, fmt.Errorf("read: %w", errno)
		case n == 0:
			return 0, io.EOF
		default:
			return int(n), nil
		}
	}
}

func (r *raw) tryWrite(b []byte) (int, error) { return Send(r.fd, b) }

// Send is TryWrite for whoever keeps the descriptor at hand: it touches nothing of the connection.
//
// Neither it nor Receive tells Go's scheduler of the call, which cannot wait: that telling is a tenth of what a small send costs
// (BenchmarkWrite, BenchmarkSend). Whoever sends to very many yields in between.
func Send(fd int, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case syscall.EINTR:
		case syscall.EAGAIN:
			return 0, nil
		default:
			return 0, fmt.Errorf("write: %w", errno)
		}
	}
}

func (r *raw) flushed() bool { return true } // what was taken is the kernel's

func (r *raw) finish() { Finish(r.fd) }

// Finish says on a detached descriptor that nothing more will be written.
func Finish(fd int) { _ = unix.Shutdown(fd, unix.SHUT_WR) }

// Close closes a detached descriptor.
func Close(fd int) { _ = unix.Close(fd) }

func (r *raw) kill() {
	if r.fd >= 0 {
		Close(r.fd)
		r.fd = -1
	}
}
