package frame

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
)

// ID finds a frame's id without decoding it, for a frame that is refused for its size or number: one look over its bytes,
// and nothing allocated but the id. It is empty where there is none, or none that can be read so; what it finds may
// belong to a frame that Decode would refuse.
func ID(p Protocol, payload []byte) string {
	id := idOfJSON
	if p == Binary {
		id = idOfBinary
	}
	if found := id(payload); len(found) <= maxID {
		return string(found)
	}
	return ""
}

// idOfBinary takes the last, as protobuf does.
func idOfBinary(payload []byte) (id []byte) {
	for len(payload) > 0 {
		number, kind, n := protowire.ConsumeTag(payload)
		if n < 0 || kind == protowire.StartGroupType {
			return nil
		}
		payload = payload[n:]
		if number == 1 && kind == protowire.BytesType {
			id, _ = protowire.ConsumeBytes(payload)
		}
		if n = protowire.ConsumeFieldValue(number, kind, payload); n < 0 {
			return nil
		}
		payload = payload[n:]
	}
	return id
}

// idOfJSON reads the string behind the key id of the outermost object. One with escapes is nobody's of ours.
func idOfJSON(payload []byte) []byte {
	depth, isID := 0, false
	for i := 0; i < len(payload); i++ {
		switch payload[i] {
		case '"':
			text, n := quotedText(payload[i:])
			if n == 0 {
				return nil
			}
			if i += n - 1; depth != 1 {
				continue
			}
			if isID {
				return text
			}
			rest := bytes.TrimLeft(payload[i+1:], spaces)
			isID = string(text) == "id" && len(rest) > 0 && rest[0] == ':'
		case '{', '[':
			depth++
			isID = false
		case '}', ']':
			depth--
		case ',':
			isID = false
		}
	}
	return nil
}

// quotedText reads a string from its first quote on: what stands in it, nil where that has escapes, and how long it is with
// its quotes, 0 where it does not end.
func quotedText(b []byte) (text []byte, n int) {
	escapes := false
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			escapes = true
			i++
		case '"':
			if escapes {
				return nil, i + 1
			}
			return b[1:i], i + 1
		}
	}
	return nil, 0
}
