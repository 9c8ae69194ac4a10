//go:build unix

package conn

import (
	"errors"
	"net"
	"syscall"
)

// rawWriter writes straight to the descriptor, which Go keeps non-blocking. The function is made once: a closure for each
// write would be garbage for each delivery.
type rawWriter struct {
	raw   syscall.RawConn
	write func(fd uintptr) bool

	buf []byte
	n   int
	err error
}

func newRawWriter(c net.Conn) writer {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	w := &rawWriter{raw: raw}
	w.write = func(fd uintptr) bool {
		w.n, w.err = syscall.Write(int(fd), w.buf)
		return true // never wait
	}
	return w
}

func (w *rawWriter) tryWrite(b []byte) (int, error) {
	w.buf = b
	err := w.raw.Write(w.write)
	w.buf = nil
	switch {
	case err != nil:
		return 0, err
	case errors.Is(w.err, syscall.EAGAIN) || errors.Is(w.err, syscall.EINTR):
		return 0, nil
	case w.err != nil:
		return 0, w.err
	}
	return w.n, nil
}

func (w *rawWriter) stop() {}
