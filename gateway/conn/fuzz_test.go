package conn

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ovation-live/ovation/gateway/frame"
)

// A stranger's bytes mean the same however they are cut into packets, and never more than one message is held.
func FuzzFrames(f *testing.F) {
	for _, seed := range [][]byte{
		{0x81, 0x82, 0, 0, 0, 0, '{', '}'}, {0x81, 0xfe, 0, 1, 0, 0, 0, 0, '{'}, {0x01, 0x81, 0, 0, 0, 0, 'a', 0x80, 0x81, 0, 0, 0, 0, 'b'},
		{0x89, 0x80, 0, 0, 0, 0}, {0x88, 0x82, 0, 0, 0, 0, 3, 0xe8}, {0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0xc1, 0x80}, {0x83, 0x80}, {0x81, 0x02, '{', '}'},
	} {
		f.Add(seed, uint8(3))
	}
	const most = 64
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		once := newScanner(most)
		whole, err := once.scan(b, time.Second)
		if whole < 0 || whole > len(b) {
			t.Fatalf("%d of %d bytes are whole", whole, len(b))
		}
		w := new(wire)
		w.init(most)
		var want []byte // the whole frames, without the pongs that came each in a piece of its own: nobody reads them
		at, read := 0, 0
		for rest := b; len(rest) > 0; {
			n := min(len(rest), int(cut)+1)
			good, first, failed := rest[:n], len(w.partial) == 0, w.fail != nil
			w.feed(rest[:n])
			w.hold()
			if !failed && w.fail != nil { // what is refused stands behind it
				good = rest[:max(0, whole-at)]
			}
			if first && !failed && isPong(good) {
				want = append(want, b[read:at]...)
				read = at + len(good)
			}
			at += n
			rest = rest[n:]
		}
		want = append(want, b[min(read, whole):whole]...)
		if !bytes.Equal(w.chunk, want) || (w.fail == nil) != (err == nil) {
			t.Fatalf("in one piece %d bytes, %v; in pieces of %d: %d bytes, %v", whole, err, int(cut)+1, len(w.chunk), w.fail)
		}
		if len(w.partial) > 2*(most+14)+512*14 {
			t.Fatalf("%d bytes are held of messages of %d", len(w.partial), most)
		}
	})
}

// told is all that one socket's reading came to, with what it wants written.
func told(t *testing.T, r *Reader, c *Conn, log []string) []string {
	for {
		payload, ok, err := c.Next(r, nil)
		if ok {
			if c.protocol == frame.JSON && !utf8.Valid(payload) {
				t.Fatalf("a message of JSON is no UTF-8: %q", payload)
			}
			log = append(log, fmt.Sprintf("%q", payload))
			continue
		}
		if closed := (*Closed)(nil); errors.As(err, &closed) {
			log = append(log, closed.Close.Reason)
		}
		return append(log, fmt.Sprintf("out %q", c.Outbox()))
	}
}

// Two strangers whose sockets share a reader are given what each would be given by a reader of its own, however their
// bytes are cut and whatever the other one sends. One speaks JSON, whose messages are UTF-8, and the other one binary.
func FuzzSharedReader(f *testing.F) {
	good := []byte{0x82, 0x83, 1, 2, 3, 4, 'a' ^ 1, 'b' ^ 2, 'c' ^ 3, 0x8a, 0x80, 0, 0, 0, 0, 0x89, 0x81, 0, 0, 0, 0, 'p', 0x02, 0x81, 0, 0, 0, 0, 'x', 0x80, 0x81, 0, 0, 0, 0, 'y'}
	text := []byte{0x81, 0x82, 0, 0, 0, 0, '{', '}', 0x01, 0x81, 0, 0, 0, 0, 0xc3, 0x89, 0x81, 0, 0, 0, 0, 'p', 0x80, 0x81, 0, 0, 0, 0, 0xa9}
	f.Add(text, good, uint8(2))
	f.Add(append(slices.Clone(text), 0x01, 0x81, 0, 0, 0, 0, 0xe2, 0x80, 0x81, 0, 0, 0, 0, 0x28), text, uint8(40))
	for _, seed := range [][]byte{good, text, {0x88, 0x82, 0, 0, 0, 0, 3, 0xe8}, {0x88, 0x81, 0, 0, 0, 0, 3}, {0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe}, {0xc2, 0x80}} {
		f.Add(good, append(seed, good...), uint8(30))
		f.Add(append(seed, good...), good, uint8(3))
	}
	f.Fuzz(func(t *testing.T, a, b []byte, cut uint8) {
		var shared Reader
		var together, apart [2][]string
		var own [2]Reader
		var sockets, alone [2]Conn
		for i := range sockets {
			for _, c := range []*Conn{&sockets[i], &alone[i]} {
				c.wire.init(64)
				c.protocol = frame.Protocol(i)
			}
		}
		rest := [2][]byte{a, b}
		for len(rest[0])+len(rest[1]) > 0 {
			for i := range sockets {
				n := min(len(rest[i]), int(cut)+1)
				for _, c := range []*Conn{&sockets[i], &alone[i]} {
					if c.ended == nil && n > 0 {
						c.wire.feed(slices.Clone(rest[i][:n]))
					}
				}
				rest[i] = rest[i][n:]
				together[i] = told(t, &shared, &sockets[i], together[i])
				apart[i] = told(t, &own[i], &alone[i], apart[i])
			}
		}
		for i := range sockets {
			if !slices.Equal(together[i], apart[i]) {
				t.Fatalf("socket %d: with a shared reader %q, with its own %q", i, together[i], apart[i])
			}
		}
	})
}
