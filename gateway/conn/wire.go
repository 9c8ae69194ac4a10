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
)

// maxOutbox bounds the pongs that wait to be written.
const maxOutbox = 512

var (
	// errMore is what the library hears between messages; it may ask again.
	errMore = errors.New("no whole message is here yet")
	born    = time.Now() // sockets' times count from here: a clock that jumps must not end anybody
)

// wire is what a socket holds between its transport and whoever reads messages: what came in and is not read yet, and pongs
// to go out.
type wire struct {
	heard atomic.Int64 // when bytes came in last, nanoseconds since born
	began atomic.Int64 // when the partial began, likewise; 0 when there is none

	// owned by the reading goroutine
	scan    scanner
	chunk   []byte // whole messages that are yet to be read
	partial []byte // of a message, behind the chunk
	fail    error  // the scanner's; follows the chunk

	mu    sync.Mutex
	out   []byte // guarded by mu
	flood bool   // guarded by mu
}

func (w *wire) init(maxFrame int) {
	w.scan = newScanner(maxFrame)
	w.heard.Store(int64(time.Since(born)))
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
	case isPong(b) && whole == len(b) && len(w.partial) == 0: // nobody asks for it: that it was heard is all
		return
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

// isPong tells whether bytes are one pong of a client.
func isPong(b []byte) bool { return len(b) >= 6 && b[0] == 0x80|opPong && len(b) == 6+int(b[1]&0x7f) }

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

// answer puts a frame into the outbox. A client that makes us say more than it holds ends here.
func (w *wire) answer(p []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.flood = w.flood || len(w.out)+len(p) > maxOutbox; w.flood {
		return errFlood
	}
	w.out = append(w.out, p...)
	return nil
}

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

// Loose is a response whose socket no server holds: a descriptor that Go's poller does not know.
type Loose interface {
	http.ResponseWriter
	// Release writes the response's head, as far as it was given, and gives the descriptor to the caller, with what was read
	// behind the request. After an error the descriptor stays where it is.
	Release() (fd int, ahead []byte, err error)
}

// hijacker takes the socket from the server and gives the library one of nothing in its place: all that it does is the
// handshake.
type hijacker struct {
	http.ResponseWriter
	conn     *Conn
	portable bool
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	p := new(pipe)
	if l, ok := h.ResponseWriter.(Loose); ok && !h.portable {
		fd, ahead, err := l.Release()
		if err != nil {
			return nil, nil, err
		}
		if h.conn.transport = own(fd); len(ahead) > 0 {
			h.conn.wire.feed(ahead)
		}
		return p, p.buffers(), nil
	}
	c, ahead, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("the server cannot hand over its connection: %w", err)
	}
	if n := ahead.Reader.Buffered(); n > 0 { // a hello sent along with the handshake
		if peeked, err := ahead.Reader.Peek(n); err == nil {
			h.conn.wire.feed(append([]byte(nil), peeked...))
		}
	}
	if err := c.SetDeadline(time.Time{}); err != nil { // of the handshake
		_ = c.Close()
		return nil, nil, fmt.Errorf("lift the handshake's deadline: %w", err)
	}
	if !h.portable {
		h.conn.transport = newRaw(c)
	}
	if h.conn.transport == nil {
		h.conn.transport = newPatient(c)
	} else if some, ok := c.(interface{ Unread() []byte }); ok { // the server's buffer was full before all of it was read
		if more := some.Unread(); len(more) > 0 {
			h.conn.wire.feed(more)
		}
	}
	return p, p.buffers(), nil
}
