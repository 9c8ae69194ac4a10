package source

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pires/go-proxyproto"
)

// Bounds of a PROXY header, version 2: a fixed part, and then what its length says.
const (
	fixedPart = 16
	maxHeader = 1024
	// maxWaiting is how many connections may be about to say their header; more wait in the kernel.
	maxWaiting = 4096
)

// signature begins every PROXY header of version 2.
var signature = []byte("\r\n\r\n\x00\r\nQUIT\n")

// Listener takes connections whose trusted peers say in a PROXY header, version 2, for whom they come. Exactly the header
// is read, so that what follows is the socket's: it stays a TCP connection that can be polled. A peer that is not trusted
// is taken as it is; a trusted one without a header, or with one that names no client, is closed, because it would pass for
// the proxy itself.
type Listener struct {
	net.Listener
	trusted []netip.Prefix
	log     *slog.Logger

	ready  chan accepted
	closed chan struct{}
	once   sync.Once
	turns  chan struct{}
}

type accepted struct {
	conn net.Conn
	err  error
}

// Listen wraps a listener.
func Listen(l net.Listener, trusted []netip.Prefix, log *slog.Logger) *Listener {
	p := &Listener{
		Listener: l, trusted: trusted, log: log, ready: make(chan accepted), closed: make(chan struct{}), turns: make(chan struct{}, maxWaiting),
	}
	go p.accept() // ends with Close
	return p
}

func (p *Listener) accept() {
	for {
		c, err := p.Listener.Accept()
		if err != nil {
			select {
			case p.ready <- accepted{err: err}:
			case <-p.closed:
			}
			var temporary interface{ Timeout() bool }
			if errors.Is(err, net.ErrClosed) || !errors.As(err, &temporary) {
				return
			}
			continue
		}
		select {
		case p.turns <- struct{}{}:
		case <-p.closed:
			_ = c.Close()
			return
		}
		go func() {
			defer func() { <-p.turns }()
			named, err := p.hear(c)
			if err != nil {
				p.log.Debug("a proxy's connection is refused", "error", err)
				_ = c.Close()
				return
			}
			select {
			case p.ready <- accepted{conn: named}:
			case <-p.closed:
				_ = named.Close()
			}
		}()
	}
}

// Accept implements net.Listener.
func (p *Listener) Accept() (net.Conn, error) {
	select {
	case a := <-p.ready:
		return a.conn, a.err
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *Listener) Close() error {
	p.once.Do(func() { close(p.closed) })
	return p.Listener.Close()
}

// hear reads a header where there must be one.
func (p *Listener) hear(c net.Conn) (net.Conn, error) {
	tcp, isTCP := c.(*net.TCPConn)
	peer, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if !isTCP || err != nil || !(&Finder{trusted: p.trusted}).trusts(peer.Addr().Unmap()) {
		return c, nil
	}
	if err := c.SetReadDeadline(time.Now().Add(headerTime)); err != nil {
		return nil, fmt.Errorf("set the header's deadline: %w", err)
	}
	head, err := readHeader(c)
	if err != nil {
		return nil, err
	}
	h, err := proxyproto.Read(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		return nil, fmt.Errorf("read a PROXY header: %w", err)
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("lift the header's deadline: %w", err)
	}
	if h.Command.IsLocal() { // the proxy's own health check
		return c, nil
	}
	from, ok := h.SourceAddr.(*net.TCPAddr)
	if !ok { // taken as it is, the connection would be the proxy's own
		return nil, fmt.Errorf("a PROXY header that names no client's TCP address, but %v", h.SourceAddr)
	}
	return &Proxied{TCPConn: tcp, from: from}, nil
}

// readHeader reads exactly one header.
func readHeader(r io.Reader) ([]byte, error) {
	head := make([]byte, fixedPart, fixedPart+256)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("no PROXY header came: %w", err)
	}
	if !bytes.HasPrefix(head, signature) {
		return nil, errors.New("no PROXY header of version 2")
	}
	rest := int(binary.BigEndian.Uint16(head[14:]))
	if fixedPart+rest > maxHeader {
		return nil, fmt.Errorf("a PROXY header of %d bytes, more than %d", fixedPart+rest, maxHeader)
	}
	head = append(head, make([]byte, rest)...)
	if _, err := io.ReadFull(r, head[fixedPart:]); err != nil {
		return nil, fmt.Errorf("half a PROXY header: %w", err)
	}
	return head, nil
}

// Proxied is a connection with its client's address.
type Proxied struct {
	*net.TCPConn
	from net.Addr
}

// RemoteAddr implements net.Conn.
func (p *Proxied) RemoteAddr() net.Addr { return p.from }

// TCP is the connection itself, for whoever takes its descriptor.
func (p *Proxied) TCP() *net.TCPConn { return p.TCPConn }
