package protocol_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/encoding/protowire"
)

// A client of another version is written here by hand, from the names and numbers that were published, and not with the
// present protos: whoever renames, renumbers or gives another meaning to one of them fails here.

// old is a client of the first version. It knows few things, and skips the rest.
type old interface {
	hello(room, name, epoch string, log, state uint64) []byte
	tap(kind string, count uint32) []byte
	post(id, request, text string) []byte
	ask(id, request, text string) []byte
	vote(id, question string, up bool) []byte
	// read takes what it knows from a server's frame into what it has seen.
	read(t *testing.T, frame []byte, into *sight)
}

// sight is all that such a client shows.
type sight struct {
	welcome, recovered  bool
	role, epoch         string
	log, state          uint64
	hearts              uint64
	comments, questions []string
	acked               map[string]string // text by id
	question            string            // id of the one that was asked
	faults              map[string]string // reason by id
	snapshots           int
}

func TestOlderClientsWork(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]old{"ovation.v1.json": oldJSON{}, "ovation.v1.proto": oldBinary{}} {
		t.Run(name, func(t *testing.T) { olderClient(t, s.Listen, name, c) })
	}
}

func olderClient(t *testing.T, at, subprotocol string, c old) {
	v := visit(t, at, subprotocol, c, c.hello("show", "Ada", "", 0, 0))
	v.until("welcome and snapshot", func(s *sight) bool { return s.welcome && s.snapshots == 1 })
	if v.role != "viewer" || v.epoch == "" {
		t.Errorf("a guest is %q in the epoch %q", v.role, v.epoch)
	}
	text := "from the past by " + subprotocol
	before := v.hearts
	v.send(c.tap("heart", 3))
	v.send(c.post("a", "request-of-"+subprotocol[11:], text))
	v.until("hearts, the ack and the comment", func(s *sight) bool {
		return s.hearts == before+3 && s.acked["a"] == text && slices.Contains(s.comments, text)
	})
	v.send(c.post("b", "request-of-"+subprotocol[11:], "another text"))
	v.until("a refusal", func(s *sight) bool { return s.faults["b"] == "REQUEST_ID_REUSED" })
	v.send(c.ask("c", "question-of-"+subprotocol[11:], "Did it last?"))
	v.until("the ack of a question", func(s *sight) bool { return s.question != "" })
	v.send(c.vote("d", "aaaaaaaaaaaaaaaaaaaaaaaaaa", true))
	v.until("a vote for nothing is refused", func(s *sight) bool { return s.faults["d"] == "QUESTION_NOT_FOUND" })

	// It comes back, and misses nothing.
	v.close()
	again := visit(t, at, subprotocol, c, c.hello("show", "Ada", v.epoch, v.log, v.state))
	again.until("a recovery", func(s *sight) bool { return s.welcome && s.recovered })
	late := "after the break by " + subprotocol
	again.send(c.post("e", "late-request-of-"+subprotocol[11:], late))
	again.until("the next comment", func(s *sight) bool { return slices.Contains(s.comments, late) })
	if again.snapshots != 0 {
		t.Error("a client that recovered was given a whole snapshot")
	}
}

// A newer client says things that this version does not know: what it knows of them works.
func TestNewerClientsWork(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]old{"ovation.v1.json": newJSON{}, "ovation.v1.proto": newBinary{}} {
		t.Run(name, func(t *testing.T) {
			v := visit(t, s.Listen, name, c, c.hello("show", "Zoe", "", 0, 0))
			v.until("welcome and snapshot", func(s *sight) bool { return s.welcome && s.snapshots == 1 })
			for i, verb := range newVerbs(name) {
				id := fmt.Sprint("new", i)
				v.send(verb(id))
				v.until("a verb of the future is refused by name", func(s *sight) bool { return s.faults[id] == "UNKNOWN_VERB" })
			}
			before, text := v.hearts, "from the future by "+name
			v.send(c.tap("heart", 2))
			v.send(c.post("a", "future-of-"+name[11:], text))
			v.until("hearts, the ack and the comment", func(s *sight) bool {
				return s.hearts == before+2 && s.acked["a"] == text && slices.Contains(s.comments, text)
			})
			// What was not understood was not stored either: an older reader sees the same comment.
			older := visit(t, s.Listen, "ovation.v1.json", oldJSON{}, oldJSON{}.hello("show", "Ada", "", 0, 0))
			older.until("the comment", func(s *sight) bool { return slices.Contains(s.comments, text) })
			if strings.Contains(string(older.last), "hologram") {
				t.Errorf("a field of the future came through: %s", older.last)
			}
		})
	}
}

// newVerbs are verbs that there are not: one alone, and one beside a field of the future.
func newVerbs(subprotocol string) []func(id string) []byte {
	if subprotocol == "ovation.v1.json" {
		return []func(string) []byte{
			func(id string) []byte { return fmt.Appendf(nil, `{"id":%q,"hologram":{"of":"me"}}`, id) },
			func(id string) []byte { return fmt.Appendf(nil, `{"id":%q,"hologram":{},"priority":7}`, id) },
		}
	}
	return []func(string) []byte{
		func(id string) []byte { return field(field(nil, 1, id), 900, field(nil, 1, "me")) },
		func(id string) []byte { return number(field(field(nil, 1, id), 900, []byte{}), 901, 7) },
	}
}

// stay is a client's visit.
type stay struct {
	sight
	t    *testing.T
	c    old
	conn *websocket.Conn
	kind websocket.MessageType
	last []byte
}

func visit(t *testing.T, at, subprotocol string, c old, hello []byte) *stay {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, "ws://"+at+"/v1/ws", &websocket.DialOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	conn.SetReadLimit(1 << 20)
	v := &stay{t: t, c: c, conn: conn, kind: websocket.MessageText, sight: sight{acked: map[string]string{}, faults: map[string]string{}}}
	if subprotocol == "ovation.v1.proto" {
		v.kind = websocket.MessageBinary
	}
	t.Cleanup(v.close)
	v.send(hello)
	return v
}

func (v *stay) close() { _ = v.conn.CloseNow() }

func (v *stay) send(frame []byte) {
	v.t.Helper()
	if err := v.conn.Write(v.t.Context(), v.kind, frame); err != nil {
		v.t.Fatal(err)
	}
}

func (v *stay) until(what string, seen func(*sight) bool) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 20*time.Second)
	defer cancel()
	for !seen(&v.sight) {
		_, frame, err := v.conn.Read(ctx)
		if err != nil {
			v.t.Fatalf("%s: %v; seen so far: %+v", what, err, v.sight)
		}
		v.last = frame
		v.c.read(v.t, frame, &v.sight)
	}
}

// oldJSON speaks ovation.v1.json.
type oldJSON struct{}

func (oldJSON) hello(room, name, epoch string, log, state uint64) []byte {
	if epoch == "" {
		return fmt.Appendf(nil, `{"hello":{"room":%q,"name":%q}}`, room, name)
	}
	return fmt.Appendf(nil, `{"hello":{"room":%q,"name":%q,"cursor":{"epoch":%q,"log":"%d","state":"%d"}}}`, room, name, epoch, log, state)
}
func (oldJSON) tap(kind string, count uint32) []byte {
	return fmt.Appendf(nil, `{"tap":{"kind":%q,"count":%d}}`, kind, count)
}
func (oldJSON) post(id, request, text string) []byte {
	return fmt.Appendf(nil, `{"id":%q,"post":{"requestId":%q,"text":%q}}`, id, request, text)
}
func (oldJSON) ask(id, request, text string) []byte {
	return fmt.Appendf(nil, `{"id":%q,"ask":{"requestId":%q,"text":%q}}`, id, request, text)
}
func (oldJSON) vote(id, question string, up bool) []byte {
	return fmt.Appendf(nil, `{"id":%q,"vote":{"question":%q,"up":%t}}`, id, question, up)
}

func (oldJSON) read(t *testing.T, frame []byte, into *sight) {
	t.Helper()
	type comment struct{ Text string }
	type state struct {
		Cursor struct {
			Epoch      string
			Log, State json.Number
		}
		Hearts    map[string]json.Number
		Comments  []comment
		Questions []struct{ Text string }
	}
	var f struct {
		Welcome *struct {
			You       struct{ Role string }
			Recovered bool
		}
		Snapshot, Tick *state
		Ack            *struct {
			ID       string
			Comment  *comment
			Question *struct{ Question string }
		}
		Fault *struct{ ID, Reason string }
	}
	if err := json.Unmarshal(frame, &f); err != nil {
		t.Fatalf("%v in %s", err, frame)
	}
	if f.Welcome != nil {
		into.welcome, into.role, into.recovered = true, f.Welcome.You.Role, f.Welcome.Recovered
	}
	for _, s := range []*state{f.Snapshot, f.Tick} {
		if s == nil {
			continue
		}
		into.epoch, into.log, into.state = s.Cursor.Epoch, whole(t, s.Cursor.Log), whole(t, s.Cursor.State)
		into.hearts = max(into.hearts, whole(t, s.Hearts["heart"]))
		for _, c := range s.Comments {
			into.comments = append(into.comments, c.Text)
		}
		for _, q := range s.Questions {
			into.questions = append(into.questions, q.Text)
		}
	}
	if f.Snapshot != nil {
		into.snapshots++
	}
	if f.Ack != nil && f.Ack.Comment != nil {
		into.acked[f.Ack.ID] = f.Ack.Comment.Text
	}
	if f.Ack != nil && f.Ack.Question != nil {
		into.question = f.Ack.Question.Question
	}
	if f.Fault != nil {
		into.faults[f.Fault.ID] = f.Fault.Reason
	}
}

func whole(t *testing.T, n json.Number) uint64 {
	t.Helper()
	if n == "" {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return uint64(i)
}

// newJSON says more than this version knows.
type newJSON struct{ oldJSON }

func (newJSON) hello(room, name, _ string, _, _ uint64) []byte {
	return fmt.Appendf(nil, `{"hello":{"room":%q,"name":%q,"hologram":{"depth":[1,2]},"client":"viewer"},"priority":7}`, room, name)
}
func (newJSON) tap(kind string, count uint32) []byte {
	return fmt.Appendf(nil, `{"tap":{"kind":%q,"hologram":true,"count":%d}}`, kind, count)
}
func (newJSON) post(id, request, text string) []byte {
	return fmt.Appendf(nil, `{"id":%q,"post":{"requestId":%q,"hologram":"hologram","text":%q}}`, id, request, text)
}

// oldBinary speaks ovation.v1.proto.
type oldBinary struct{}

// field adds a field of a string, or of bytes.
func field[T string | []byte](to []byte, n protowire.Number, value T) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, n, protowire.BytesType), []byte(value))
}

func number(to []byte, n protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, n, protowire.VarintType), value)
}

func (oldBinary) hello(room, name, epoch string, log, state uint64) []byte {
	h := field(field(nil, 1, room), 3, name)
	if epoch != "" {
		h = field(h, 4, number(number(field(nil, 1, epoch), 2, log), 3, state))
	}
	return field(nil, 2, h)
}
func (oldBinary) tap(kind string, count uint32) []byte {
	return field(nil, 3, number(field(nil, 1, kind), 2, uint64(count)))
}
func (oldBinary) post(id, request, text string) []byte {
	return field(field(nil, 1, id), 4, field(field(nil, 1, request), 2, text))
}
func (oldBinary) ask(id, request, text string) []byte {
	return field(field(nil, 1, id), 6, field(field(nil, 1, request), 2, text))
}
func (oldBinary) vote(id, question string, up bool) []byte {
	return field(field(nil, 1, id), 8, number(field(nil, 1, question), 2, protowire.EncodeBool(up)))
}

// message is one level of a message: bytes and numbers by field.
type message struct {
	bytes   map[protowire.Number][][]byte
	numbers map[protowire.Number]uint64
}

func opened(t *testing.T, b []byte) message {
	t.Helper()
	m := message{map[protowire.Number][][]byte{}, map[protowire.Number]uint64{}}
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			t.Fatal(protowire.ParseError(size))
		}
		b = b[size:]
		switch kind {
		case protowire.BytesType:
			value, size := protowire.ConsumeBytes(b)
			if size < 0 {
				t.Fatal(protowire.ParseError(size))
			}
			m.bytes[n] = append(m.bytes[n], value)
			b = b[size:]
		case protowire.VarintType:
			value, size := protowire.ConsumeVarint(b)
			if size < 0 {
				t.Fatal(protowire.ParseError(size))
			}
			m.numbers[n] = value
			b = b[size:]
		default:
			size := protowire.ConsumeFieldValue(n, kind, b)
			if size < 0 {
				t.Fatal(protowire.ParseError(size))
			}
			b = b[size:]
		}
	}
	return m
}

func (m message) text(n protowire.Number) string {
	if len(m.bytes[n]) == 0 {
		return ""
	}
	return string(m.bytes[n][0])
}

// has gives the message in a field, and whether there is one.
func (m message) has(t *testing.T, n protowire.Number) (message, bool) {
	if len(m.bytes[n]) == 0 {
		return message{}, false
	}
	return opened(t, m.bytes[n][0]), true
}

func (oldBinary) read(t *testing.T, frame []byte, into *sight) {
	t.Helper()
	f := opened(t, frame)
	if w, ok := f.has(t, 1); ok {
		you, _ := w.has(t, 1)
		into.welcome, into.role, into.recovered = true, you.text(3), w.numbers[2] == 1
	}
	for _, n := range []protowire.Number{2, 4} { // snapshot, tick
		s, ok := f.has(t, n)
		if !ok {
			continue
		}
		questions := protowire.Number(6)
		if n == 2 {
			into.snapshots++
		} else {
			questions = 7
		}
		if cursor, ok := s.has(t, 1); ok {
			into.epoch, into.log, into.state = cursor.text(1), cursor.numbers[2], cursor.numbers[3]
		}
		for _, entry := range s.bytes[3] {
			if e := opened(t, entry); e.text(1) == "heart" {
				into.hearts = max(into.hearts, e.numbers[2])
			}
		}
		for _, c := range s.bytes[5] {
			into.comments = append(into.comments, opened(t, c).text(6))
		}
		for _, q := range s.bytes[questions] {
			into.questions = append(into.questions, string(q))
		}
	}
	if a, ok := f.has(t, 5); ok {
		if c, ok := a.has(t, 2); ok {
			into.acked[a.text(1)] = c.text(6)
		}
		if q, ok := a.has(t, 3); ok {
			into.question = q.text(1)
		}
	}
	if refused, ok := f.has(t, 6); ok {
		into.faults[refused.text(1)] = refused.text(2)
	}
}

// newBinary says more than this version knows.
type newBinary struct{ oldBinary }

func (newBinary) hello(room, name, _ string, _, _ uint64) []byte {
	h := field(field(nil, 1, room), 3, name)
	return number(field(nil, 2, field(h, 900, "hologram")), 901, 7)
}
func (newBinary) tap(kind string, count uint32) []byte {
	return field(nil, 3, number(number(field(nil, 1, kind), 2, uint64(count)), 900, 1))
}
func (newBinary) post(id, request, text string) []byte {
	return field(field(nil, 1, id), 4, field(field(field(nil, 1, request), 900, "hologram"), 2, text))
}
