package frame

import (
	"bytes"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Taps come by the million, so the one shape that our own clients send is read by hand:
//
//	{"tap":{"kind":"heart","count":3}}
//
// Everything else, however little it differs, goes the long way, which decides what it means. A fuzz test holds the two
// together.
var (
	tapHead  = []byte(`{"tap":{"kind":"`)
	tapCount = []byte(`","count":`)
	tapTail  = []byte(`}}`)
)

// tap is false for anything but that shape, with a kind of plain letters and a count of at most six digits.
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
	digits, ok := bytes.CutSuffix(rest, tapTail)
	if !ok || len(digits) == 0 || len(digits) > 6 || digits[0] == '0' && len(digits) > 1 {
		return false
	}
	var count uint32
	for _, d := range digits {
		if d < '0' || d > '9' {
			return false
		}
		count = count*10 + uint32(d-'0')
	}
	into.Body = &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: string(kind), Count: count}}
	return true
}
