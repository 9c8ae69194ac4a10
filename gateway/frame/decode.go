package frame

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

const (
	maxID    = 64
	maxDepth = 16
)

// Decode reads a client's frame. Fields that this version does not know are dropped, in both subprotocols: a page that a
// newer server handed out may find itself at an older gateway while they are rolled. Faults: FRAME_INVALID, and
// UNKNOWN_VERB for a body that this version does not know. The id is set where it could be read, even when the rest could
// not, so that the fault reaches whoever waits for it.
func Decode(p Protocol, payload []byte, into *gatewayv1.ClientFrame) error {
	if p == Binary {
		if err := proto.Unmarshal(payload, into); err != nil {
			proto.Reset(into)
			return fault.New(fault.FrameInvalid, "the frame is no ovation.gateway.v1.ClientFrame").Because(err)
		}
		into.ProtoReflect().SetUnknown(nil)
	} else if err := decodeJSON(payload, into); err != nil {
		return err
	}
	if len(into.GetId()) > maxID {
		into.Id = ""
		return fault.New(fault.FrameInvalid, "an id has %d bytes at most", maxID).On("id")
	}
	if into.GetBody() == nil {
		return fault.New(fault.UnknownVerb, "this server does not know that verb")
	}
	return nil
}

func decodeJSON(payload []byte, into *gatewayv1.ClientFrame) error {
	if !utf8.Valid(payload) {
		return fault.New(fault.FrameInvalid, "the frame is not valid UTF-8")
	}
	if depth(payload) > maxDepth {
		return fault.New(fault.FrameInvalid, "the frame is nested more than %d deep", maxDepth)
	}
	err := protojson.UnmarshalOptions{RecursionLimit: maxDepth, DiscardUnknown: true}.Unmarshal(payload, into)
	if err == nil && !(into.GetTap() != nil && strange(payload) && quoted(payload)) {
		return nil
	}
	if err == nil {
		err = errors.New("the count is a string")
	}
	proto.Reset(into)
	var top map[string]json.RawMessage
	if wrong := json.Unmarshal(payload, &top); wrong != nil {
		return fault.New(fault.FrameInvalid, "the frame is no JSON object%s", at(wrong, payload)).Because(err)
	}
	var id string
	if json.Unmarshal(top["id"], &id) == nil && len(id) <= maxID {
		into.Id = id
	}
	return fault.New(fault.FrameInvalid, "the frame has a field that is repeated or of the wrong type%s", at(err, payload)).Because(err)
}

// strange tells whether some key of an inner object has a string where a tap's count might be meant: what has none need not be
// read a second time.
func strange(payload []byte) bool {
	depth := 0
	for i := 0; i < len(payload); i++ {
		switch payload[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			key, n := quotedText(payload[i:])
			if n == 0 {
				return true
			}
			i += n - 1
			value, isKey := bytes.CutPrefix(bytes.TrimLeft(payload[i+1:], spaces), []byte{':'})
			if depth == 2 && isKey && bytes.HasPrefix(bytes.TrimLeft(value, spaces), []byte{'"'}) &&
				!slices.Contains(textKeys, string(key)) {
				return true
			}
		}
	}
	return false
}

// spaces are JSON's. textKeys are the keys of a tap whose values are strings; one with escapes is none of them.
const spaces = " \t\r\n"

var textKeys = []string{"kind", "streamTimeMs", "stream_time_ms"}

// quoted tells whether a tap's count is a string. protojson takes "5" for 5; what writes a count so did not count.
func quoted(payload []byte) bool {
	var top, tap map[string]json.RawMessage // maps: structs would take keys in other letters, too
	return json.Unmarshal(payload, &top) == nil && json.Unmarshal(top["tap"], &tap) == nil && bytes.HasPrefix(tap["count"], []byte{'"'})
}

// place is where protojson says that it stopped.
var place = regexp.MustCompile(`\(line (\d+):(\d+)\)`)

// at says where in the payload an error is: whoever wrote the frame looks there first.
func at(err error, payload []byte) string {
	if s := (*json.SyntaxError)(nil); errors.As(err, &s) && s.Offset <= int64(len(payload)) {
		return fmt.Sprintf(", at byte %d", s.Offset)
	}
	if m := place.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Sprintf(", at line %s, column %s", m[1], m[2])
	}
	return ""
}

// depth is how deep brackets nest, strings left aside.
func depth(payload []byte) int {
	deepest, now, inString := 0, 0, false
	for i := 0; i < len(payload); i++ {
		switch c := payload[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
