package conn

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/coder/websocket"

	"github.com/ovation-live/ovation/gateway/frame"
)

// Reader reads messages out of whole frames, with coder/websocket. It serves any number of sockets in turn: the library
// remembers nothing of a socket between two whole messages, and what it holds for one is three times what we do. It belongs
// to one goroutine; the zero value works.
type Reader struct {
	ws       *websocket.Conn // nil until it is needed, and after it refused something
	buffered *bufio.Reader   // its own
	pipe     pipe
}

// read reads one message of a socket's chunk, or the control frames that are all there is: then the error is errMore.
func (r *Reader) read(w *wire, into []byte) (kind websocket.MessageType, payload []byte, err error) {
	if r.ws == nil {
		if err := r.open(); err != nil {
			return 0, into, err
		}
	}
	r.pipe.wire, r.pipe.at = w, 0
	r.buffered.Reset(&r.pipe)
	r.ws.SetReadLimit(int64(w.scan.max))
	kind, from, err := r.ws.Reader(context.Background())
	if err == nil {
		payload, err = readAll(from, into[:0])
	}
	if err != nil && !errors.Is(err, errMore) {
		_ = r.ws.CloseNow() // it has closed itself in most cases; a pipe has nothing to close
		r.ws = nil
		return 0, into, err
	}
	w.chunk = w.chunk[r.pipe.at-r.buffered.Buffered():] // of the next message it has seen some, and will again
	if len(w.chunk) == 0 {
		w.chunk = nil
	}
	r.pipe.wire = nil
	return kind, payload, err
}

// readAll is io.ReadAll into a buffer that there is already.
func readAll(r io.Reader, b []byte) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// open has the library accept a handshake that nobody sent: that is its only way to a connection of a server's.
func (r *Reader) open() error {
	request := &http.Request{Method: http.MethodGet, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}}
	ws, err := websocket.Accept(acceptor{r}, request, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return fmt.Errorf("make a reader: %w", err)
	}
	r.ws = ws
	return nil
}

// acceptor is the response of that handshake.
type acceptor struct{ reader *Reader }

func (acceptor) Header() http.Header         { return make(http.Header) }
func (acceptor) Write(p []byte) (int, error) { return len(p), nil }
func (acceptor) WriteHeader(int)             {}

// Hijack gives the library the reader's pipe.
func (a acceptor) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	both := a.reader.pipe.buffers()
	a.reader.buffered = both.Reader
	return &a.reader.pipe, both, nil
}

// Buffers that coder/websocket keeps: the smallest reader there is, since its bytes come from memory, and a writer for a
// control frame, at most 127 bytes.
const (
	readBuffer  = 16
	writeBuffer = 128
)

// pipe is the library's net.Conn: whole messages in, control frames out. It is never asked for deadlines or addresses.
type pipe struct {
	net.Conn       // nil
	wire     *wire // of the socket in hand; nil between them
	at       int   // how much of its chunk was read
}

func (p *pipe) buffers() *bufio.ReadWriter {
	return bufio.NewReadWriter(bufio.NewReaderSize(p, readBuffer), bufio.NewWriterSize(p, writeBuffer))
}

// Read is called by the library.
func (p *pipe) Read(b []byte) (int, error) {
	if p.wire == nil || p.at == len(p.wire.chunk) {
		return 0, errMore
	}
	n := copy(b, p.wire.chunk[p.at:])
	p.at += n
	return n, nil
}

// Write is called by the library for control frames, one whole frame at a time. Pongs go into the socket's outbox. A close
// frame only means that the library is about to tell Next why.
func (p *pipe) Write(b []byte) (int, error) {
	if p.wire == nil || frame.IsClose(b) {
		return len(b), nil
	}
	if err := p.wire.answer(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Close is called by the library. There is nothing to close: the socket is not its own, and last words must still go out.
func (p *pipe) Close() error { return nil }
