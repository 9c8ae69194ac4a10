package conn

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/origin"
)

// Options of a handshake. The zero value works.
type Options struct {
	// MaxFrame is the most bytes of a client's message; more closes the socket with 1009. Default 16 KiB.
	MaxFrame int
	// OriginPatterns are the other sites that may open a socket; the page's own always may. As in websocket.AcceptOptions.
	OriginPatterns []string
	// Portable uses goroutines for reading and writing also where the system offers better.
	Portable bool
}

// Conn is one socket. Fill and Next belong to one goroutine, the writing methods to one other or the same.
type Conn struct {
	wire wire
	transport
	protocol frame.Protocol
	ended    *Closed // what Fill and Next return from now on
}

// transport moves bytes.
type transport interface {
	// fill reads once; 0 and no error mean that nothing is there now.
	fill(buf []byte) (int, error)
	// tryWrite takes what it can; fewer bytes than given mean "later". It does not keep b.
	tryWrite(b []byte) (int, error)
	// flushed tells whether all that was taken has been written.
	flushed() bool
	// finish says that nothing more will be written.
	finish()
	// kill ends it.
	kill()
	// descriptor to poll, or -1 where fill waits by itself.
	descriptor() int
}

// Gone is the close of a socket that ended without a close frame. It stands in metrics and never on the wire.
var Gone = fault.Close{Code: 1006, Reason: "GONE"}

// Closed is the error of Fill and Next when the socket has ended: why, and with which code.
type Closed struct {
	// Close is what to end the member with.
	Close fault.Close
	cause error
}

func (c *Closed) Error() string { return fmt.Sprintf("socket ended, %s: %v", c.Close.Reason, c.cause) }

// Unwrap gives what happened underneath.
func (c *Closed) Unwrap() error { return c.cause }

// Accept makes a socket of a request, or answers it with an error. A client that names no subprotocol speaks JSON; one that
// names only others is refused, because a browser would drop the socket without a word. The request's handler may return.
func Accept(w http.ResponseWriter, r *http.Request, o Options) (*Conn, error) {
	if o.MaxFrame <= 0 {
		o.MaxFrame = 16 << 10
	}
	if offered := r.Header.Values("Sec-WebSocket-Protocol"); len(offered) > 0 && !speaks(offered) {
		http.Error(w, "none of the subprotocols offered is spoken here; offer "+strings.Join(frame.Subprotocols, " or "), http.StatusBadRequest)
		return nil, fmt.Errorf("handshake: no common subprotocol in %.100q", offered)
	}
	// The library judges an origin's host alone, whatever stands around it.
	if said := r.Header.Get("Origin"); said != "" && !origin.Is(said) {
		http.Error(w, "the Origin is none: want a scheme, a host and perhaps a port", http.StatusForbidden)
		return nil, fmt.Errorf("handshake: the origin is %.100q", said)
	}
	c := new(Conn)
	c.wire.init(o.MaxFrame)
	h := &hijacker{ResponseWriter: w, conn: c, portable: o.Portable}
	ws, err := websocket.Accept(h, r, &websocket.AcceptOptions{
		Subprotocols: frame.Subprotocols, OriginPatterns: o.OriginPatterns, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if c.transport != nil {
			c.kill()
		}
		return nil, fmt.Errorf("handshake: %w", err)
	}
	// Of the library's connection nothing is kept: a Reader of the shard's reads for all of its sockets. It must be told, since
	// its finalizer is in a cycle and would keep it for ever.
	_ = ws.CloseNow() // a pipe has nothing to close
	if ws.Subprotocol() == frame.Subprotocols[frame.Binary] {
		c.protocol = frame.Binary
	}
	return c, nil
}

func speaks(offered []string) bool {
	for _, list := range offered {
		for name := range strings.SplitSeq(list, ",") {
			for _, ours := range frame.Subprotocols {
				if strings.EqualFold(strings.TrimSpace(name), ours) {
					return true
				}
			}
		}
	}
	return false
}

// Protocol is the subprotocol that was agreed on.
func (c *Conn) Protocol() frame.Protocol { return c.protocol }

// Descriptor is what to poll for Fill and TryWrite; -1 where Fill waits by itself.
func (c *Conn) Descriptor() int { return c.descriptor() }

// Fill reads once into buf, which must not change until Next has nothing more, or Hold was called. Without bytes there is
// nothing to read now.
func (c *Conn) Fill(buf []byte) (int, error) {
	if c.ended != nil {
		return 0, c.ended
	}
	n, err := c.fill(buf)
	if n > 0 {
		c.wire.feed(buf[:n])
		return n, nil
	}
	if err != nil {
		return 0, c.end(Gone, err)
	}
	return 0, nil
}

// Discard reads once and forgets it: what comes after the last word.
func (c *Conn) Discard(buf []byte) (int, error) { return c.fill(buf) }

// Hold keeps what Fill brought and Next has yet to give, so that the buffer may be used for something else.
func (c *Conn) Hold() { c.wire.hold() }

// Next gives the next whole message of what Fill brought, read by r into a buffer of the caller's that may have grown;
// false when there is none yet.
func (c *Conn) Next(r *Reader, into []byte) (payload []byte, ok bool, err error) {
	if c.ended != nil {
		return into, false, c.ended
	}
	if len(c.wire.chunk) > 0 {
		kind, payload, err := r.read(&c.wire, into)
		switch {
		case errors.Is(err, errMore): // there were control frames only
		case err != nil:
			return into, false, c.end(c.why(err), err)
		default:
			return c.message(kind, payload, into)
		}
	}
	if c.wire.fail != nil {
		return into, false, c.end(c.why(c.wire.fail), c.wire.fail)
	}
	return into, false, nil
}

// message is strict where the library is lax.
func (c *Conn) message(kind websocket.MessageType, payload, into []byte) (_ []byte, ok bool, err error) {
	switch {
	case kind == websocket.MessageText && !utf8.Valid(payload):
		return into, false, c.end(fault.CloseBadUTF8, errors.New("a text frame that is not UTF-8"))
	case (kind == websocket.MessageText) != (c.protocol == frame.JSON):
		return into, false, c.end(fault.CloseUnsupported, errors.New("a frame of the other subprotocol's kind"))
	}
	return payload, true, nil
}

func (c *Conn) end(why fault.Close, cause error) *Closed {
	c.ended = &Closed{why, cause}
	c.wire.partial, c.wire.chunk = nil, nil
	return c.ended
}

// why tells what ended the reading.
func (c *Conn) why(err error) fault.Close {
	var peer websocket.CloseError
	switch found := c.wire.found(); {
	case errors.Is(err, errTooLarge), errors.Is(err, websocket.ErrMessageTooBig):
		return fault.CloseTooLarge
	case errors.Is(err, errFlood), errors.Is(found, errFlood):
		return fault.CloseSlowDown
	case errors.As(err, &peer) && !utf8.ValidString(peer.Reason):
		return fault.CloseBadUTF8
	case errors.As(err, &peer):
		return fault.CloseNormal
	}
	return fault.CloseProtocol // the scanner or the library refused it
}

// Half is for how long a part of a message has waited for the rest; 0 when none does.
func (c *Conn) Half(now time.Time) time.Duration { return c.wire.half(now) }

// Quiet is for how long nothing came in.
func (c *Conn) Quiet(now time.Time) time.Duration {
	return now.Sub(born) - time.Duration(c.wire.heard.Load())
}

// Outbox takes what the library wants written: pongs.
func (c *Conn) Outbox() []byte { return c.wire.take() }

// TryWrite writes what the socket takes without waiting; fewer bytes than given mean that it is full.
func (c *Conn) TryWrite(b []byte) (int, error) { return c.tryWrite(b) }

// Flushed tells whether all that TryWrite took has left this process.
func (c *Conn) Flushed() bool { return c.flushed() }

// Finish tells the peer that nothing more comes. Read until it says the same, or for a while, before Kill: a socket that
// is closed with something unread loses its last words on the way.
func (c *Conn) Finish() { c.finish() }

// Kill ends the socket without a word.
func (c *Conn) Kill() { c.kill() }

// Bind names what to call, by a transport with goroutines of its own, when there is room to write again or something in the
// outbox. It must neither block nor write.
func (c *Conn) Bind(wake func()) {
	if p, ok := c.transport.(*patient); ok {
		p.bind(wake)
	}
}
