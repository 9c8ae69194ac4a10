package conn

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
)

// Buffers that coder/websocket keeps for a socket. A reader of 256 bytes takes a tap whole; the library writes nothing
// longer than a control frame, at most 127 bytes.
const (
	readBuffer  = 256
	writeBuffer = 128
	maxOutbox   = 512
)

// wire stands between the library and the socket.
type wire struct {
	net.Conn
	left     []byte       // read by net/http before the hijack; only the reading goroutine
	lastRead atomic.Int64 // Unix nanoseconds

	mu       sync.Mutex
	out      []byte // guarded by mu
	closeOut bool   // the outbox holds or held a close frame; guarded by mu
	dead     bool   // guarded by mu
	wake     func() // guarded by mu
}

var errDead = errors.New("the socket is ending")

func (w *wire) Read(p []byte) (int, error) {
	if len(w.left) > 0 {
		n := copy(p, w.left)
		w.left = w.left[n:]
		return n, nil
	}
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.lastRead.Store(time.Now().UnixNano())
	}
	return n, err
}

// Write is called by the library for control frames, one whole frame at a time. A client that makes us say more than the
// outbox holds without reading any of it ends here.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	if w.dead || len(w.out)+len(p) > maxOutbox {
		w.dead = true
		w.mu.Unlock()
		_ = w.Conn.SetReadDeadline(time.Unix(1, 0))
		return 0, errDead
	}
	w.out = append(w.out, p...)
	w.closeOut = w.closeOut || frame.IsClose(p)
	wake := w.wake
	w.mu.Unlock()
	if wake != nil {
		wake()
	}
	return len(p), nil
}

// Close is called by the library; it ends the reading only. What is in the outbox must still go out, and the writer alone
// closes the socket, so that no descriptor is used after its close.
func (w *wire) Close() error { return w.Conn.SetReadDeadline(time.Unix(1, 0)) }

func (w *wire) bind(wake func()) {
	w.mu.Lock()
	w.wake = wake
	w.mu.Unlock()
}

func (w *wire) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.out
	w.out = nil
	return out
}

func (w *wire) closeQueued() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closeOut
}

func (w *wire) kill() {
	w.mu.Lock()
	w.dead = true
	w.wake = nil
	w.mu.Unlock()
	_ = w.Conn.Close()
}

// hijacker gives the library our wire instead of the socket.
type hijacker struct {
	http.ResponseWriter
	wire *wire
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	hj, ok := h.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("the server cannot hand over its connection")
	}
	c, buffered, err := hj.Hijack()
	if err != nil {
		return nil, nil, err
	}
	w := &wire{Conn: c}
	w.lastRead.Store(time.Now().UnixNano())
	if n := buffered.Reader.Buffered(); n > 0 { // a hello sent along with the handshake
		peeked, err := buffered.Reader.Peek(n)
		if err != nil {
			return nil, nil, err
		}
		w.left = append([]byte(nil), peeked...)
	}
	if err := c.SetDeadline(time.Time{}); err != nil { // of the handshake
		return nil, nil, err
	}
	h.wire = w
	return w, bufio.NewReadWriter(bufio.NewReaderSize(w, readBuffer), bufio.NewWriterSize(w, writeBuffer)), nil
}
