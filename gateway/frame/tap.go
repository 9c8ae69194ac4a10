package frame

import (
	"bytes"
	"encoding/binary"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Taps come by the million, so what our own clients send is read by hand: in JSON one of two shapes,
//
//	{"tap":{"kind":"heart","count":3}}
//	{"tap":{"kind":"heart","count":3,"streamTimeMs":"1795462943413"}}
//
// and in protobuf the same fields in their order. Everything else, however little it differs, goes the long way, which decides
// what it means. Fuzz tests hold the two together.
var (
	tapHead  = []byte(`{"tap":{"kind":"`)
	tapCount = []byte(`","count":`)
	tapTime  = []byte(`,"streamTimeMs":"`)
	tapTail  = []byte(`}}`)
)

// The longest numbers that are read by hand.
const (
	countDigits = 6
	timeDigits  = 15
)

// Tap is false for anything but those shapes, with a kind of plain letters, a count of at most six digits and a time of at
// most fifteen. The tap may be one that was read into before: then nothing is allocated where its kind is the same again.
func Tap(p Protocol, payload []byte, into *gatewayv1.Tap) bool {
	read := tapJSON
	if p == Binary {
		read = tapBinary
	}
	kind, count, at, ok := read(payload)
	if !ok {
		return false
	}
	if into.Kind != string(kind) {
		into.Kind = string(kind)
	}
	into.Count, into.StreamTimeMs = uint32(count), at
	return true
}

func tapJSON(payload []byte) (kind []byte, count, at int64, ok bool) {
	rest, ok := bytes.CutPrefix(payload, tapHead)
	if !ok {
		return nil, 0, 0, false
	}
	kind, rest, ok = bytes.Cut(rest, tapCount)
	if !ok || !isKind(kind) {
		return nil, 0, 0, false
	}
	rest, ok = bytes.CutSuffix(rest, tapTail)
	if !ok {
		return nil, 0, 0, false
	}
	digits, time, timed := bytes.Cut(rest, tapTime)
	if timed {
		if time, ok = bytes.CutSuffix(time, []byte(`"`)); !ok {
			return nil, 0, 0, false
		}
		if at, ok = number(time, timeDigits); !ok {
			return nil, 0, 0, false
		}
	}
	count, ok = number(digits, countDigits)
	return kind, count, at, ok
}

func isKind(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// number reads plain digits, no more than so many.
func number(digits []byte, most int) (n int64, ok bool) {
	if len(digits) == 0 || len(digits) > most || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int64(d-'0')
	}
	return n, true
}

// Tags of a tap in a frame, and of its fields.
const (
	tagTap   = 3<<3 | 2
	tagKind  = 1<<3 | 2
	tagCount = 2 << 3
	tagTime  = 3 << 3
)

func tapBinary(payload []byte) (kind []byte, count, at int64, ok bool) {
	fields, rest := delimited(payload, tagTap)
	if len(fields) == 0 || len(rest) > 0 {
		return nil, 0, 0, false
	}
	kind, rest = delimited(fields, tagKind)
	if len(kind) == 0 || !isKind(kind) {
		return nil, 0, 0, false
	}
	if count, rest, ok = varint(rest, tagCount); !ok || count >= 1e6 {
		return nil, 0, 0, false
	}
	if len(rest) > 0 {
		if at, rest, ok = varint(rest, tagTime); !ok || at >= 1e15 || len(rest) > 0 {
			return nil, 0, 0, false
		}
	}
	return kind, count, at, true
}

// delimited reads a field with a length of one byte; none where it is anything else.
func delimited(b []byte, tag byte) (field, rest []byte) {
	if len(b) < 2 || b[0] != tag || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
		return nil, b
	}
	end := 2 + int(b[1])
	return b[2:end], b[end:]
}

// varint reads a field that is a number, not below 0.
func varint(b []byte, tag byte) (n int64, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tag {
		return 0, b, false
	}
	u, size := binary.Uvarint(b[1:])
	if n = int64(u); size <= 0 || n < 0 {
		return 0, b, false
	}
	return n, b[1+size:], true
}
