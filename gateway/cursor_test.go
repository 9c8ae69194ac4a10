package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// away are services that cannot be reached.
type away struct{}

func (away) Invoke(context.Context, string, any, any, ...grpc.CallOption) error {
	return fault.New(fault.Unavailable, "the services are away")
}

func (away) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, fault.New(fault.Unavailable, "the services are away")
}

// errorsOnly keeps what is logged as an error: nothing that a stranger says is one.
type errorsOnly struct {
	slog.Handler
	mu   *sync.Mutex
	said *[]string
}

func (errorsOnly) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

func (e errorsOnly) Handle(_ context.Context, r slog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	*e.said = append(*e.said, r.Message)
	return nil
}

func (e errorsOnly) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(*e.said)
}

// stand is a whole gateway over a real store, with a room in which a few things were said.
type stand struct {
	url   string
	at    *gatewayv1.Cursor // where the room stands
	said  map[string]uint64 // texts, and their place in the log
	wrong errorsOnly
}

func newStand(f *testing.F) *stand {
	f.Helper()
	s := &stand{said: map[string]uint64{}, wrong: errorsOnly{slog.DiscardHandler, new(sync.Mutex), new([]string)}}
	bed := testbed.New(f)
	bed.Room("show", func(r *eventv1.Room) { r.Settings.DisplayBudget = 0 })
	for i := range 5 {
		text := fmt.Sprint("said as number ", i)
		body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: &eventv1.Comment{
			Id: fmt.Sprint("c", i), Text: text, Author: &eventv1.Author{Person: "p", Role: eventv1.Role_ROLE_VIEWER},
		}}})
		if err != nil {
			f.Fatal(err)
		}
		stored, err := bed.Bus.Append(f.Context(), bus.InRoom(bus.Log, "show"), fmt.Sprint("m", i), body)
		if err != nil {
			f.Fatal(err)
		}
		s.said[text] = stored.Sequence
	}
	keys, err := auth.OpenKeys(filepath.Join(f.TempDir(), "key"))
	if err != nil {
		f.Fatal(err)
	}
	g, err := New(Options{
		Bus: bed.Bus, Documents: bed.State, Services: away{}, Bare: away{}, Keys: keys, Handshakes: 1_000_000, DrainWindow: time.Millisecond, Logger: slog.New(s.wrong),
	})
	if err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = g.Run(ctx) })
	server := httptest.NewServer(g.Handler())
	s.url = server.URL
	f.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	for deadline := time.Now().Add(20 * time.Second); s.at.GetLog() < slices.Max(slices.Collect(maps.Values(s.said))); {
		a := s.ask(f, frame.JSON, []byte(`{"hello":{"room":"show"}}`))
		if s.at = a.second.GetSnapshot().GetCursor(); time.Now().After(deadline) {
			f.Fatalf("the room stands at %v", s.at)
		}
	}
	return s
}

// answer is what a hello is answered with: a welcome and what follows it, or a goodbye; and how the socket ended.
type answer struct {
	first, second *gatewayv1.ServerFrame
	end           websocket.StatusCode
}

func (s *stand) ask(t testing.TB, p frame.Protocol, hello []byte) (a answer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	kind, name := websocket.MessageText, "ovation.v1.json"
	if p == frame.Binary {
		kind, name = websocket.MessageBinary, "ovation.v1.proto"
	}
	c, _, err := websocket.Dial(ctx, s.url+socketPath, &websocket.DialOptions{Subprotocols: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	if err := c.Write(ctx, kind, hello); err != nil {
		t.Fatal(err)
	}
	for _, into := range []**gatewayv1.ServerFrame{&a.first, &a.second} {
		_, body, err := c.Read(ctx)
		if closed := (websocket.CloseError{}); errors.As(err, &closed) {
			a.end = closed.Code
			return a
		}
		if err != nil {
			t.Fatalf("%q is not answered: %v", hello, err)
		}
		*into = new(gatewayv1.ServerFrame)
		if p == frame.Binary {
			err = proto.Unmarshal(body, *into)
		} else {
			err = protojson.Unmarshal(body, *into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// Words in an input that stand for what is another one in each run: the room's epoch and where its log stands. Both are as
// long as what they stand for, so that lengths before them hold.
const logPlace = "LL"

// 33: a hello is a stranger's, and so is the cursor in it. Whatever comes, it is answered; and what follows a cursor that is
// honoured is all that was missed.
func FuzzCursor(f *testing.F) {
	s := newStand(f)
	epoch := strings.Repeat("E", len(s.at.GetEpoch()))
	own := func(log, state uint64) []byte {
		body, err := proto.Marshal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: &gatewayv1.Hello{
			Room: "show", Cursor: &gatewayv1.Cursor{Epoch: epoch, Log: log, State: state},
		}}})
		if err != nil {
			f.Fatal(err)
		}
		return body
	}
	for _, cursor := range []string{
		`{"epoch":"` + epoch + `","log":"` + logPlace + `","state":"1"}`, `{"epoch":"` + epoch + `","log":"2","state":"1"}`, `{"epoch":"` + epoch + `","log":"18446744073709551615","state":"1"}`,
		`{"epoch":"another","log":"2","state":"1"}`, `{"log":"-1"}`, `{"epoch":"` + epoch + `","epoch":"","log":1}`, `null`, `{}`, `[]`, `{"epoch":"\u0000*.>"}`,
	} {
		f.Add([]byte(`{"hello":{"room":"show","cursor":`+cursor+`}}`), false)
	}
	f.Add([]byte(`{"hello":{"room":"show","name":"Ada","token":"a.b.c","client":"overlay","cursor":{"epoch":"`+epoch+`"}}}`), false)
	for _, at := range [][2]uint64{{0, 0}, {2, 1}, {3, 1 << 63}, {1<<64 - 1, 1}} {
		f.Add(own(at[0], at[1]), true)
	}
	if a := s.ask(f, frame.Binary, bytes.ReplaceAll(own(2, s.at.GetState()), []byte(epoch), []byte(s.at.GetEpoch()))); !a.first.GetWelcome().GetRecovered() {
		f.Fatalf("a good cursor is answered with %v", a)
	}
	f.Fuzz(func(t *testing.T, hello []byte, binary bool) {
		hello = bytes.ReplaceAll(hello, []byte(epoch), []byte(s.at.GetEpoch()))
		hello = bytes.ReplaceAll(hello, []byte(logPlace), fmt.Appendf(nil, "%02d", s.at.GetLog()))
		protocol := frame.JSON
		if binary {
			protocol = frame.Binary
		}
		in := new(gatewayv1.ClientFrame)
		known := frame.Decode(protocol, hello, in)
		s.judge(t, s.ask(t, protocol, hello), in.GetHello(), known)
		if said := s.wrong.all(); len(said) > 0 {
			t.Fatalf("logged as errors: %q", said)
		}
	})
}

func (s *stand) judge(t *testing.T, a answer, hello *gatewayv1.Hello, unreadable error) {
	t.Helper()
	welcome := a.first.GetWelcome()
	switch {
	case welcome == nil:
		if a.end == websocket.StatusInternalError || a.first != nil && a.first.GetGoodbye().GetReason() == "" {
			t.Fatalf("refused with %v and closed with %d", a.first, a.end)
		}
		return
	case unreadable != nil || hello == nil:
		t.Fatalf("no hello (%v), and welcome", unreadable)
	case !welcome.GetRecovered():
		if a.second.GetSnapshot() == nil {
			t.Fatalf("a cursor is not honoured, and what follows is %v", a.second)
		}
		return
	}
	tick, c := a.second.GetTick(), hello.GetCursor()
	if c.GetEpoch() != s.at.GetEpoch() || c.GetLog() > s.at.GetLog() || c.GetState() > s.at.GetState() {
		t.Fatalf("the cursor %v is honoured in a room at %v", c, s.at)
	}
	given := map[string]bool{}
	for _, one := range tick.GetComments() {
		given[one.GetText()] = true
	}
	for text, place := range s.said {
		if given[text] != (place > c.GetLog()) {
			t.Fatalf("with a cursor at %d, %q at %d is given: %v", c.GetLog(), text, place, given[text])
		}
	}
	if at := tick.GetCursor(); !proto.Equal(at, s.at) {
		t.Fatalf("the cursor after it is %v, the room stands at %v", at, s.at)
	}
}
