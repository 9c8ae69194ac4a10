package lobby

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

// handed is a connection on its way to the HTTP server, with what was read of it.
type handed struct {
	*net.TCPConn
	head []byte
	from net.Addr
}

// hand makes a connection of a guest again.
func hand(g *guest) (net.Conn, error) {
	file := os.NewFile(uintptr(g.fd), "guest")
	c, err := net.FileConn(file) // of a duplicate
	_ = file.Close()
	if err != nil {
		return nil, fmt.Errorf("hand a connection over: %w", err)
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		_ = c.Close()
		return nil, errors.New("hand a connection over: it is not TCP")
	}
	return &handed{TCPConn: tcp, head: g.head, from: g.from}, nil
}

// Read implements net.Conn.
func (h *handed) Read(b []byte) (int, error) {
	if len(h.head) == 0 {
		h.head = nil
		return h.TCPConn.Read(b)
	}
	n := copy(b, h.head)
	h.head = h.head[n:]
	return n, nil
}

// WriteTo implements io.WriterTo, or the embedded one's would leave the head out.
func (h *handed) WriteTo(w io.Writer) (int64, error) {
	head := h.Unread()
	n, err := w.Write(head)
	if err != nil {
		return int64(n), err
	}
	more, err := h.TCPConn.WriteTo(w)
	return int64(n) + more, err
}

// RemoteAddr implements net.Conn: whom a proxy named, where there is one.
func (h *handed) RemoteAddr() net.Addr { return h.from }

// TCP is the connection itself, for whoever takes its descriptor.
func (h *handed) TCP() *net.TCPConn { return h.TCPConn }

// Unread gives what was read for the HTTP server and not by it; it goes to the caller.
func (h *handed) Unread() []byte {
	rest := h.head
	h.head = nil
	return rest
}
