package room

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// house is a hub over a real store whose rooms have real sockets.
type house struct {
	testing.TB
	bed    *testbed.Bed
	hub    *Hub
	engine *fanout.Engine
	url    string
	came   chan *fanout.Member
	noted  chan string // traces, with the person's key before
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseOver(t, testbed.New(t))
}

// newHouseWith has an engine of its own kind.
func newHouseWith(t testing.TB, engine fanout.Options) *house {
	t.Helper()
	return openHouse(t, testbed.New(t), engine)
}

// newHouseOver is another gateway's over the same store.
func newHouseOver(t testing.TB, bed *testbed.Bed) *house {
	t.Helper()
	return openHouse(t, bed, fanout.Options{})
}

func openHouse(t testing.TB, bed *testbed.Bed, engine fanout.Options) *house {
	t.Helper()
	s := &house{TB: t, bed: bed, came: make(chan *fanout.Member), noted: make(chan string, 16)}
	quietly := slog.New(slog.DiscardHandler)
	var err error
	engine.Logger = quietly
	if s.engine, err = fanout.New(engine); err != nil {
		t.Fatal(err)
	}
	tallies, log, counters := follow.NewDocuments(s.bed.Bus, bus.Tallies, quietly), follow.NewLog(s.bed.Bus, quietly), follow.NewCounters(s.bed.Bus, quietly)
	s.hub = NewHub(Options{
		Gateway: "gateway", Bus: s.bed.Bus, Documents: s.bed.State, Tallies: tallies, Log: log, Counters: counters, Engine: s.engine, Logger: quietly,
		NoteTrace: func(_ context.Context, _, person, trace string) error { s.noted <- person + " " + trace; return nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{tallies.Run, log.Run, counters.Run, s.hub.Run, s.engine.Run} {
		running.Go(func() { _ = run(ctx) })
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024})
		if err != nil {
			t.Error(err)
			return
		}
		s.came <- s.engine.Attach(c, func(*fanout.Member) fanout.Visitor { return quiet{} })
	}))
	s.url = server.Listener.Addr().String()
	t.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	return s
}

// room makes one and opens it.
func (s *house) room(id string, change func(*eventv1.Room)) *Room {
	s.Helper()
	s.bed.Room(id, change)
	r, err := s.hub.Room(s.Context(), id)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// guest is one socket from outside.
type guest struct {
	member *fanout.Member
	in     *bufio.Reader
	conn   net.Conn
}

func (s *house) guest() *guest {
	s.Helper()
	c, err := net.Dial("tcp", s.url)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n"); err != nil {
		s.Fatal(err)
	}
	g := &guest{member: <-s.came, in: bufio.NewReader(c), conn: c}
	if _, err := http.ReadResponse(g.in, nil); err != nil {
		s.Fatal(err)
	}
	return g
}

// join lets a guest in, as a person of that name, and says whether the room took it.
func (g *guest) join(r *Room, person string, a frame.Audience, cursor *gatewayv1.Cursor) bool {
	seat := &Seat{Member: g.member, Protocol: g.member.Protocol(), Audience: a, Person: person, Role: eventv1.Role_ROLE_VIEWER}
	return r.Join(seat, cursor, func(recovered bool) *frame.Frame {
		f, err := frame.Encode(frame.JSON, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Welcome{Welcome: &gatewayv1.Welcome{Recovered: recovered}}})
		if err != nil {
			panic(err)
		}
		return f
	})
}

// errClosed is the end of a guest's socket, with the code in words.
var errClosed = errors.New("closed")

// next is the next frame with a body; pings and pongs are passed over. Its size is what came.
func (g *guest) next() (f *gatewayv1.ServerFrame, size int, err error) {
	for {
		var head [2]byte
		if _, err := io.ReadFull(g.in, head[:]); err != nil {
			return nil, 0, err
		}
		size := int(head[1] & 127)
		switch size {
		case 126:
			var more [2]byte
			_, _ = io.ReadFull(g.in, more[:])
			size = int(binary.BigEndian.Uint16(more[:]))
		case 127:
			var more [8]byte
			_, _ = io.ReadFull(g.in, more[:])
			size = int(binary.BigEndian.Uint64(more[:]))
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(g.in, body); err != nil {
			return nil, 0, err
		}
		switch head[0] & 15 {
		case 1:
			f := new(gatewayv1.ServerFrame)
			return f, size, protojson.Unmarshal(body, f)
		case 8:
			return nil, 0, errors.Join(errClosed, errors.New(string(body[2:])))
		}
	}
}

// until reads to the first frame that is wanted.
func (g *guest) until(t testing.TB, what string, wanted func(*gatewayv1.ServerFrame) bool) (*gatewayv1.ServerFrame, int) {
	t.Helper()
	for {
		f, size, err := g.next()
		if err != nil {
			t.Fatalf("never came: %s: %v", what, err)
		}
		if wanted(f) {
			return f, size
		}
	}
}

func isSnapshot(f *gatewayv1.ServerFrame) bool { return f.GetSnapshot() != nil }
func isWelcome(f *gatewayv1.ServerFrame) bool  { return f.GetWelcome() != nil }
func isTick(f *gatewayv1.ServerFrame) bool     { return f.GetTick() != nil }

// long is a text of so many bytes, a half of which JSON writes with a backslash.
func long(bytes int) string { return strings.Repeat(`x"`, bytes/2) }
