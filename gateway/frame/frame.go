// Package frame turns messages into WebSocket frames and back. A Frame is whole and immutable: header and payload as they
// go onto the wire, encoded once and written to any number of sockets. Decode reads what clients send, strictly, and says
// with a fault what was wrong; it is fed by strangers and fuzzed.
package frame

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Protocol is how messages are written.
type Protocol uint8

// Protocols, each with its subprotocol's name.
const (
	JSON   Protocol = iota // ovation.v1.json: a JSON object a text frame
	Binary                 // ovation.v1.proto: a protobuf message a binary frame
)

// Subprotocols are the names that clients offer, in the order of Protocol.
var Subprotocols = []string{"ovation.v1.json", "ovation.v1.proto"}

// Audience is who a shared frame is for. With the protocol it makes a frame's variant.
type Audience uint8

// Audiences.
const (
	Viewer Audience = iota
	Moderator
)

// Opcodes of RFC 6455.
const (
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	final    = 0x80
)

// Frame is one WebSocket frame of the server, ready for the wire. Nobody may change its bytes.
type Frame struct{ bytes []byte }

// Encode writes a message as a frame.
func Encode(p Protocol, m *gatewayv1.ServerFrame) (*Frame, error) {
	if p == Binary {
		payload, err := proto.Marshal(m)
		if err != nil {
			return nil, fmt.Errorf("encode a frame: %w", err)
		}
		return build(opBinary, payload), nil
	}
	loose, err := protojson.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode a frame: %w", err)
	}
	// protojson puts spaces in at random, so that nobody relies on its bytes; here they are paid for by every viewer.
	var compact bytes.Buffer
	compact.Grow(len(loose))
	if err := json.Compact(&compact, loose); err != nil {
		return nil, fmt.Errorf("encode a frame: %w", err)
	}
	return build(opText, compact.Bytes()), nil
}

// build puts the header before a payload; a server's frames are not masked.
func build(op byte, payload []byte) *Frame {
	b := make([]byte, 0, len(payload)+10)
	b = append(b, final|op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return &Frame{bytes: append(b, payload...)}
}

// Close is a close frame; the reason is cut to what a control frame holds.
func Close(code uint16, reason string) *Frame {
	payload := binary.BigEndian.AppendUint16(nil, code)
	return build(opClose, append(payload, reason[:min(len(reason), 123)]...))
}

// Ping is the ping that every socket is sent.
var Ping = build(opPing, nil)

// Bytes are what goes onto the wire. Do not change them.
func (f *Frame) Bytes() []byte { return f.bytes }

// Len is how many bytes go onto the wire.
func (f *Frame) Len() int { return len(f.bytes) }

// IsClose tells whether bytes on their way to a client begin with a close frame.
func IsClose(b []byte) bool { return len(b) > 0 && b[0]&0x0f == opClose }
