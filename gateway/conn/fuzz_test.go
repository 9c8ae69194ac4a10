package conn

import (
	"bytes"
	"testing"
	"time"
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
		w := newWire(most)
		for rest := b; len(rest) > 0; {
			n := min(len(rest), int(cut)+1)
			w.feed(rest[:n])
			w.hold()
			rest = rest[n:]
		}
		if !bytes.Equal(w.chunk, b[:whole]) || (w.fail == nil) != (err == nil) {
			t.Fatalf("in one piece %d bytes, %v; in pieces of %d: %d bytes, %v", whole, err, int(cut)+1, len(w.chunk), w.fail)
		}
		if len(w.partial) > 2*(most+14)+512*14 {
			t.Fatalf("%d bytes are held of messages of %d", len(w.partial), most)
		}
	})
}
