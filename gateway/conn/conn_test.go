package conn_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

// heard is what a server read from one socket.
type heard struct {
	payload []byte
	err     error
}

// listen serves sockets and tells everything that is read from them. It stands for the shard: it reads when there is
// something, and writes the outbox.
func listen(t *testing.T, portable bool) (address string, read chan heard) {
	t.Helper()
	read = make(chan heard, 64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024, Portable: portable})
		if err != nil {
			return
		}
		defer c.Kill()
		var reader conn.Reader
		var unsent []byte
		for buf := make([]byte, 4096); ; {
			payload, ok, err := c.Next(&reader, nil)
			unsent = append(unsent, c.Outbox()...)
			n, _ := c.TryWrite(unsent)
			unsent = unsent[n:]
			if ok || err != nil {
				read <- heard{payload, err}
			}
			if err != nil {
				return
			}
			if ok {
				continue
			}
			if n, err := c.Fill(buf); err != nil {
				read <- heard{nil, err}
				return
			} else if n == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), read
}

// both runs a test with either transport.
func both(t *testing.T, test func(t *testing.T, portable bool)) {
	for name, portable := range map[string]bool{"polled": false, "portable": true} {
		t.Run(name, func(t *testing.T) { test(t, portable) })
	}
}

const handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n"

// masked is a client's frame; the mask of zeros leaves the payload readable.
func masked(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

func open(t *testing.T, address string, first ...byte) (net.Conn, *bufio.Reader) {
	t.Helper()
	return openAs(t, address, frame.JSON, first...)
}

func openAs(t *testing.T, address string, p frame.Protocol, first ...byte) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Write(append([]byte(strings.Replace(handshake, frame.Subprotocols[frame.JSON], frame.Subprotocols[p], 1)), first...)); err != nil { // in one packet
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	answer, err := http.ReadResponse(r, nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v, %v", answer, err)
	}
	return c, r
}

func next(t *testing.T, read chan heard) heard {
	t.Helper()
	select {
	case h := <-read:
		return h
	case <-time.After(5 * time.Second):
		t.Fatal("nothing was read")
		return heard{}
	}
}

func TestHelloInThePacketOfTheHandshakeIsRead(t *testing.T) { both(t, helloWithHandshake) }

func helloWithHandshake(t *testing.T, portable bool) {
	address, read := listen(t, portable)
	for range 50 {
		open(t, address, masked(0x81, []byte(`{"hello":{}}`))...)
		if h := next(t, read); h.err != nil || string(h.payload) != `{"hello":{}}` {
			t.Fatalf("%q, %v", h.payload, h.err)
		}
	}
}

func TestPingsAreAnsweredThroughTheOutbox(t *testing.T) { both(t, pings) }

func pings(t *testing.T, portable bool) {
	address, read := listen(t, portable)
	c, r := open(t, address)
	_, _ = c.Write(append(masked(0x89, []byte("hi")), masked(0x81, []byte(`{}`))...))
	next(t, read)
	pong := make([]byte, 4)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.ReadFull(r, pong); err != nil || !bytes.Equal(pong, []byte{0x8a, 2, 'h', 'i'}) {
		t.Fatalf("% x, %v", pong, err)
	}
}

func TestWhatEndsASocket(t *testing.T) {
	both(t, func(t *testing.T, portable bool) {
		for p, name := range frame.Subprotocols {
			t.Run(name, func(t *testing.T) { endsASocket(t, portable, frame.Protocol(p)) })
		}
	})
}

func endsASocket(t *testing.T, portable bool, p frame.Protocol) {
	own, other := byte(1), byte(2) // opcodes of messages, of which text may be broken with either
	if p == frame.Binary {
		own, other = other, own
	}
	for name, c := range map[string]struct {
		send []byte
		want fault.Close
	}{
		"01 invalid UTF-8":               {masked(0x81, []byte{0xff, 0xfe}), fault.CloseBadUTF8},
		"01 overlong":                    {masked(0x81, []byte{0xc0, 0xaf}), fault.CloseBadUTF8},
		"01 surrogate":                   {masked(0x81, []byte{0xed, 0xa0, 0x80}), fault.CloseBadUTF8},
		"01 split over fragments":        {append(masked(0x01, []byte{0xe2, 0x82}), masked(0x80, []byte{0x28})...), fault.CloseBadUTF8},
		"the other's kind":               {masked(0x80|other, []byte(`{}`)), fault.CloseUnsupported},
		"the other's kind in fragments":  {append(masked(other, []byte(`{`)), masked(0x80, []byte(`}`))...), fault.CloseUnsupported},
		"the other's kind, empty":        {masked(0x80|other, nil), fault.CloseUnsupported},
		"04 reserved bit":                {masked(0xc0|own, []byte(`{}`)), fault.CloseProtocol},
		"04 unknown opcode":              {masked(0x83, nil), fault.CloseProtocol},
		"05 long ping":                   {masked(0x89, make([]byte, 126)), fault.CloseProtocol},
		"06 continuation first":          {masked(0x80, []byte(`{}`)), fault.CloseProtocol},
		"06 a message inside a fragment": {append(masked(own, []byte(`{`)), masked(0x80|own, []byte(`}`))...), fault.CloseProtocol},
		"06 a close inside a message":    {slices.Concat(masked(own, []byte{0xe2}), masked(0x89, []byte("x")), masked(0x88, []byte{0x03, 0xe8})), fault.CloseNormal},
		"06 a close and more behind it":  {slices.Concat(masked(own, []byte(`{`)), masked(0x88, nil), masked(0x80, []byte(`}`)), masked(0x80|own, []byte(`{}`))), fault.CloseNormal},
		"07 close with one byte":         {masked(0x88, []byte{3}), fault.CloseProtocol},
		"07 close with code 1005":        {masked(0x88, []byte{0x03, 0xed}), fault.CloseProtocol},
		"09 one byte above the limit":    {masked(0x80|own, bytes.Repeat([]byte("x"), 1025)), fault.CloseTooLarge},
		"04 unmasked":                    {[]byte{0x80 | own, 2, '{', '}'}, fault.CloseProtocol},
		"09 a header of 2^62 bytes":      {[]byte{0x80 | own, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, fault.CloseTooLarge},
		"09 fragments above the limit":   {append(masked(own, make([]byte, 1000)), masked(0x80, make([]byte, 25))...), fault.CloseTooLarge},
		"a good close":                   {masked(0x88, []byte{0x03, 0xe8}), fault.CloseNormal},
	} {
		t.Run(name, func(t *testing.T) {
			address, read := listen(t, portable)
			client, _ := openAs(t, address, p)
			if _, err := client.Write(c.send); err != nil {
				t.Fatal(err)
			}
			h := next(t, read)
			var closed *conn.Closed
			if !errors.As(h.err, &closed) || closed.Close != c.want {
				t.Fatalf("%q, %v; want %v", h.payload, h.err, c.want)
			}
		})
	}
	t.Run("09 the limit passes", func(t *testing.T) {
		address, read := listen(t, portable)
		client, _ := openAs(t, address, p)
		_, _ = client.Write(masked(0x80|own, bytes.Repeat([]byte("x"), 1024)))
		if h := next(t, read); h.err != nil || len(h.payload) != 1024 {
			t.Fatalf("%d bytes, %v", len(h.payload), h.err)
		}
	})
}

// Bytes come in any cut: a message byte by byte, with a ping in its middle, is the message.
func TestMessagesInPieces(t *testing.T) { both(t, inPieces) }

func inPieces(t *testing.T, portable bool) {
	address, read := listen(t, portable)
	c, _ := open(t, address)
	all := append(masked(0x01, []byte(`{"a"`)), masked(0x89, []byte("hi"))...)
	all = append(append(all, masked(0x80, []byte(`:1}`))...), masked(0x81, []byte(`{}`))...)
	for _, b := range all {
		if _, err := c.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{`{"a":1}`, `{}`} {
		if h := next(t, read); h.err != nil || string(h.payload) != want {
			t.Fatalf("%q, %v; want %s", h.payload, h.err, want)
		}
	}
}

// A client that makes us answer and reads none of it is ended by its outbox, not by our memory.
func Test36PingFloodEndsAtTheOutbox(t *testing.T) {
	read := make(chan heard, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024, Portable: true})
		if err != nil {
			return
		}
		defer c.Kill() // nobody takes the outbox: the shard is waiting for the socket
		var reader conn.Reader
		for buf := make([]byte, 4096); err == nil; {
			if _, err = c.Fill(buf); err == nil {
				_, _, err = c.Next(&reader, nil)
			}
		}
		read <- heard{nil, err}
	}))
	defer server.Close()
	c, _ := open(t, strings.TrimPrefix(server.URL, "http://"))
	for range 100 {
		if _, err := c.Write(masked(0x89, []byte("0123456789"))); err != nil {
			break
		}
	}
	h := next(t, read)
	if closed := (*conn.Closed)(nil); !errors.As(h.err, &closed) || closed.Close != fault.CloseSlowDown {
		t.Fatalf("the flood ended with %v", h.err)
	}
}

// Whoever asks with nothing to write must not find the socket busy with it when there is something.
func TestNothingToWriteLeavesRoom(t *testing.T) { both(t, nothingToWrite) }

func nothingToWrite(t *testing.T, portable bool) {
	taken := make(chan int, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024, Portable: portable})
		if err != nil {
			return
		}
		defer c.Kill()
		_, _ = c.TryWrite(nil)
		n, _ := c.TryWrite([]byte{0x8a, 0})
		taken <- n
	}))
	defer server.Close()
	for range 50 {
		open(t, strings.TrimPrefix(server.URL, "http://"))
		if n := <-taken; n != 2 {
			t.Fatalf("%d bytes of 2 were taken", n)
		}
	}
}
