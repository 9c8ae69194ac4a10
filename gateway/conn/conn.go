package conn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

// Options of a handshake.
type Options struct {
	// MaxFrame is the most bytes of a client's message; more closes the socket with 1009.
	MaxFrame int
	// OriginPatterns are the other sites that may open a socket; the page's own always may. As in websocket.AcceptOptions.
	OriginPatterns []string
	// Logger for what goes wrong.
	Logger *slog.Logger
}

// Conn is one socket. Read belongs to one goroutine, the writing methods to one other.
type Conn struct {
	ws       *websocket.Conn
	wire     *wire
	writer   writer
	protocol frame.Protocol
}

// Closed is the error of Read when the socket has ended: why, and with which code.
type Closed struct {
	Close fault.Close
	cause error
}

func (c *Closed) Error() string { return fmt.Sprintf("socket ended, %s: %v", c.Close.Reason, c.cause) }
func (c *Closed) Unwrap() error { return c.cause }

// Accept makes a socket of a request, or answers it with an error.
func Accept(w http.ResponseWriter, r *http.Request, o Options) (*Conn, error) {
	h := &hijacker{ResponseWriter: w}
	ws, err := websocket.Accept(h, r, &websocket.AcceptOptions{
		Subprotocols: frame.Subprotocols, OriginPatterns: o.OriginPatterns, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if h.wire != nil {
			_ = h.wire.Conn.Close()
		}
		return nil, fmt.Errorf("handshake: %w", err)
	}
	ws.SetReadLimit(int64(o.MaxFrame))
	c := &Conn{ws: ws, wire: h.wire, writer: newWriter(h.wire.Conn)}
	if ws.Subprotocol() == frame.Subprotocols[frame.Binary] {
		c.protocol = frame.Binary
	}
	bound(h.wire.Conn)
	return c, nil
}

// Protocol is the subprotocol that was agreed on; a client that named none speaks JSON.
func (c *Conn) Protocol() frame.Protocol { return c.protocol }

// Read waits for one whole message. Its error is *Closed; the socket's end is written by whoever owns the writing.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	kind, r, err := c.ws.Reader(ctx)
	if err != nil {
		return nil, c.closed(err)
	}
	payload, err := io.ReadAll(r)
	if err != nil {
		return nil, c.closed(err)
	}
	switch {
	case kind == websocket.MessageText && !utf8.Valid(payload):
		return nil, &Closed{fault.CloseBadUTF8, errors.New("a text frame that is not UTF-8")}
	case (kind == websocket.MessageText) != (c.protocol == frame.JSON):
		return nil, &Closed{fault.CloseUnsupported, errors.New("a frame of the other subprotocol's kind")}
	}
	return payload, nil
}

func (c *Conn) closed(err error) *Closed {
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return &Closed{fault.CloseTooLarge, err}
	case websocket.CloseStatus(err) == -1 && c.wire.closeQueued():
		return &Closed{fault.CloseProtocol, err} // the library has put its close frame into the outbox
	}
	return &Closed{fault.CloseNormal, err}
}

// Bind names what to call when the outbox has something: a function that neither blocks nor writes.
func (c *Conn) Bind(wake func()) { c.wire.bind(wake) }

// Outbox takes what the library wants written: pongs and close replies.
func (c *Conn) Outbox() []byte { return c.wire.take() }

// CloseQueued tells whether the library has answered or begun a close: then no other close frame may follow.
func (c *Conn) CloseQueued() bool { return c.wire.closeQueued() }

// TryWrite writes what the socket takes without waiting; fewer bytes than given mean that it is full.
func (c *Conn) TryWrite(b []byte) (int, error) { return c.writer.tryWrite(b) }

// LastRead is when bytes came in last.
func (c *Conn) LastRead() time.Time { return time.Unix(0, c.wire.lastRead.Load()) }

// Kill ends the socket without a word.
func (c *Conn) Kill() {
	c.writer.stop()
	c.wire.kill()
}
