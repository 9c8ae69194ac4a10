package conn

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
)

// Buffers that coder/websocket keeps for a socket: the smallest reader there is, since its bytes come from memory, and a
// writer for a control frame, at most 127 bytes.
const (
	readBuffer  = 16
	writeBuffer = 128
	maxOutbox   = 512
)

var (
	// errMore is what the library hears between messages; it may ask again.
	errMore = errors.New("no whole message is here yet")
	born    = time.Now() // sockets' times count from here: a clock that jumps must not end anybody
)

// wire is the library's net.Conn: whole messages in, control frames out. It is never asked for deadlines or addresses.
type wire struct {
	net.Conn // nil

	heard atomic.Int64 // when bytes came in last, nanoseconds since born
	began atomic.Int64 // when the partial began, likewise; 0 when there is none

	// owned by the reading goroutine
	scan    scanner
	chunk   []byte // whole messages that the library has yet to read
	partial []byte // of a message, behind the chunk
	fail    error  // the scanner's; follows the chunk

	mu    sync.Mutex
	out   []byte // guarded by mu
	flood bool   // guarded by mu
}

func newWire(maxFrame int) *wire {
	w := &wire{scan: newScanner(maxFrame)}
	w.heard.Store(int64(time.Since(born)))
	return w
}

// feed takes bytes in. The chunk is part of b where that can be.
func (w *wire) feed(b []byte) {
	now := int64(time.Since(born))
	w.heard.Store(now)
	if w.fail != nil {
		return
	}
	whole, err := w.scan.scan(b, time.Duration(now))
	if err != nil {
		w.fail, b = err, b[:whole]
	}
	rest := b[whole:]
	switch {
	case whole == 0 && len(w.partial) > 0:
		w.partial = append(w.partial, rest...)
		return
	case len(w.partial) > 0:
		w.partial = append(w.partial, b[:whole]...)
		w.chunk, w.partial = append(w.chunk, w.partial...), nil
		w.began.Store(0)
	case len(w.chunk) > 0:
		w.chunk = append(w.chunk, b[:whole]...)
	default:
		w.chunk = b[:whole:whole]
	}
	if len(rest) > 0 {
		w.partial = append([]byte(nil), rest...)
		w.began.Store(now)
	}
}

func (w *wire) hold() {
	if len(w.chunk) > 0 {
		w.chunk = append([]byte(nil), w.chunk...)
	}
}

func (w *wire) half(now time.Time) time.Duration {
	if began := w.began.Load(); began != 0 {
		return now.Sub(born) - time.Duration(began)
	}
	return 0
}

// Read is called by the library.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.chunk) == 0 {
		return 0, errMore
	}
	n := copy(p, w.chunk)
	if w.chunk = w.chunk[n:]; len(w.chunk) == 0 {
		w.chunk = nil
	}
	return n, nil
}

// Write is called by the library for control frames, one whole frame at a time. Pongs wait in the outbox; a client that
// makes us say more than it holds ends here. A close frame only means that the library is about to tell Next why.
func (w *wire) Write(p []byte) (int, error) {
	if frame.IsClose(p) {
		return len(p), nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.flood = w.flood || len(w.out)+len(p) > maxOutbox; w.flood {
		return 0, errFlood
	}
	w.out = append(w.out, p...)
	return len(p), nil
}

// Close is called by the library. The socket is not its to close: last words must still go out.
func (w *wire) Close() error { return nil }

func (w *wire) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.out
	w.out = nil
	return out
}

// found is what ended the writing.
func (w *wire) found() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.flood {
		return errFlood
	}
	return nil
}

// hijacker gives the library our wire instead of the socket.
type hijacker struct {
	http.ResponseWriter
	maxFrame  int
	portable  bool
	wire      *wire
	buffered  *bufio.Reader
	transport transport
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, ahead, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("the server cannot hand over its connection: %w", err)
	}
	w := newWire(h.maxFrame)
	if n := ahead.Reader.Buffered(); n > 0 { // a hello sent along with the handshake
		if peeked, err := ahead.Reader.Peek(n); err == nil {
			w.feed(append([]byte(nil), peeked...))
		}
	}
	if err := c.SetDeadline(time.Time{}); err != nil { // of the handshake
		_ = c.Close()
		return nil, nil, fmt.Errorf("lift the handshake's deadline: %w", err)
	}
	if !h.portable {
		h.transport = newRaw(c)
	}
	if h.transport == nil {
		h.transport = newPatient(c)
	}
	h.wire, h.buffered = w, bufio.NewReaderSize(w, readBuffer)
	return w, bufio.NewReadWriter(h.buffered, bufio.NewWriterSize(w, writeBuffer)), nil
}
