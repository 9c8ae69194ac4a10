package frame

import (
	"bytes"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Taps come by the million, so the two shapes that our own clients send are read by hand:
//
//	{"tap":{"kind":"heart","count":3}}
//	{"tap":{"kind":"heart","count":3,"streamTimeMs":"1795462943413"}}
//
// Everything else, however little it differs, goes the long way, which decides what it means. A fuzz test holds the two
// together.
var (
	tapHead  = []byte(`{"tap":{"kind":"`)
	tapCount = []byte(`","count":`)
	tapTime  = []byte(`,"streamTimeMs":"`)
	tapTail  = []byte(`}}`)
)

// tap is false for anything but those shapes, with a kind of plain letters, a count of at most six digits and a time of at
// most fifteen.
func tap(payload []byte, into *gatewayv1.ClientFrame) bool {
	rest, ok := bytes.CutPrefix(payload, tapHead)
	if !ok {
		return false
	}
	end := 0
	for end < len(rest) && (rest[end] >= 'a' && rest[end] <= 'z' || rest[end] >= '0' && rest[end] <= '9' || rest[end] == '_') {
		end++
	}
	kind := rest[:end]
	rest, ok = bytes.CutPrefix(rest[end:], tapCount)
	if !ok {
		return false
	}
	rest, ok = bytes.CutSuffix(rest, tapTail)
	if !ok {
		return false
	}
	var at int64
	digits, time, timed := bytes.Cut(rest, tapTime)
	if timed {
		if time, ok = bytes.CutSuffix(time, []byte(`"`)); !ok {
			return false
		}
		if at, ok = number(time, 15); !ok {
			return false
		}
	}
	count, ok := number(digits, 6)
	if !ok {
		return false
	}
	into.Body = &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: string(kind), Count: uint32(count), StreamTimeMs: at}}
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
