package conn

import (
	"encoding/binary"
	"errors"
	"time"
)

// What the scanner refuses.
var (
	errTooLarge = errors.New("a message larger than it may be")
	errNotRFC   = errors.New("a frame that RFC 6455 does not allow")
	errFlood    = errors.New("more control frames and fragments than anybody needs")
)

// Costs of frames that carry no message of their own, which nobody above counts. One message of the full size in fragments
// of one byte fits, and so do some hundred pings; then 50 pings or 400 fragments a second.
const (
	controlCost  = 8
	fragmentCost = 1
	refill       = 400 // a second
	spare        = 4096
)

const (
	opContinuation = 0
	opBinary       = 2
	opClose        = 8
	opPong         = 10
	maxControl     = 125
)

// scanner follows the frames of a client through the bytes that come in, however they are cut. It refuses at the header
// what the library would wait for: a frame of 2^62 bytes, of which never more than the header comes. It is pure.
type scanner struct {
	max    uint32 // bytes of a message
	size   uint32 // bytes of the current message, by its frames' headers
	left   uint32 // bytes of the current frame's payload yet to come
	budget int32
	filled time.Duration // when budget was filled up last
	head   [14]byte
	have   uint8 // bytes in head
	open   bool  // inside a fragmented message
}

func newScanner(maxFrame int) scanner {
	return scanner{max: uint32(maxFrame), budget: int32(maxFrame) + spare}
}

// scan gives how many of the bytes end whole messages, control frames among them; the rest belongs to a message that is yet
// to be ended. What stands before the place of an error is good.
func (s *scanner) scan(b []byte, now time.Duration) (whole int, err error) {
	for i := 0; i < len(b); {
		if s.left > 0 {
			n := min(int(s.left), len(b)-i)
			s.left -= uint32(n)
			i += n
		} else {
			s.head[s.have] = b[i]
			s.have++
			i++
			if s.have < 2 || s.have < s.length() {
				continue
			}
			s.have = 0
			if err := s.frame(now); err != nil {
				return whole, err
			}
		}
		if s.left == 0 && !s.open {
			whole = i
		}
	}
	return whole, nil
}

// length is how many bytes the header has, as far as its first two tell.
func (s *scanner) length() uint8 {
	n := uint8(2)
	switch s.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if s.head[1]&0x80 != 0 {
		n += 4
	}
	return n
}

// frame judges a whole header.
func (s *scanner) frame(now time.Duration) error {
	op, final := s.head[0]&0x0f, s.head[0]&0x80 != 0
	size := uint64(s.head[1] & 0x7f)
	switch size {
	case 126:
		size = uint64(binary.BigEndian.Uint16(s.head[2:]))
	case 127:
		size = binary.BigEndian.Uint64(s.head[2:])
	}
	control := op >= opClose
	switch {
	case s.head[1]&0x80 == 0, s.head[0]&0x70 != 0: // clients mask, and no extension was agreed on
		return errNotRFC
	case control && (op > opPong || !final || size > maxControl):
		return errNotRFC
	case !control && (op > opBinary || (op == opContinuation) != s.open):
		return errNotRFC
	case !control && size+uint64(s.carried(op)) > uint64(s.max):
		return errTooLarge
	}
	s.left = uint32(size)
	if !control {
		s.size = s.carried(op) + s.left
		s.open = !final
	} else if op == opClose {
		s.open = false // the message that it cuts off has no end to wait for
	}
	switch {
	case control:
		s.budget -= controlCost
	case op == opContinuation || !final:
		s.budget -= fragmentCost
	}
	if s.budget >= 0 {
		return nil
	}
	s.budget = int32(min(int64(s.budget)+int64((now-s.filled).Seconds()*refill), int64(s.max)+spare))
	s.filled = now
	if s.budget < 0 {
		return errFlood
	}
	return nil
}

// carried is what the message had before this frame.
func (s *scanner) carried(op byte) uint32 {
	if op == opContinuation {
		return s.size
	}
	return 0
}
