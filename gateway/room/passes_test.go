package room

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

// quiet is a visitor that says nothing.
type quiet struct{}

func (quiet) Take([]byte) bool { return true }
func (quiet) Expired()         {}
func (quiet) Gone(fault.Close) {}

// hall is a room without a store whose sockets are real ones.
type hall struct {
	room *Room
	peer map[*fanout.Member]net.Conn
}

func newHall(t *testing.T, people int) *hall {
	t.Helper()
	engine, err := fanout.New(fanout.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = engine.Run(ctx) })
	came := make(chan *fanout.Member)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024})
		if err != nil {
			t.Error(err)
			return
		}
		came <- engine.Attach(c, func(*fanout.Member) fanout.Visitor { return quiet{} })
	}))
	t.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	h := &hall{peer: make(map[*fanout.Member]net.Conn), room: &Room{
		id: "main", log: slog.New(slog.DiscardHandler), sessions: make(map[*fanout.Member]*Seat),
	}}
	h.room.audience = engine.NewRoom(func(*fanout.Member) {})
	for range people {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		_, err = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		m := <-came
		h.peer[m] = c
		h.room.sessions[m] = &Seat{Member: m, Protocol: m.Protocol()}
		h.room.audience.Join(m, frame.Viewer, nil, 0)
	}
	return h
}

// last is the goodbye that a socket was told, and its close code.
func last(t *testing.T, c net.Conn) (goodbye string, code int) {
	t.Helper()
	in := bufio.NewReader(c)
	if _, err := http.ReadResponse(in, nil); err != nil {
		t.Fatal(err)
	}
	for {
		var head [2]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			t.Fatalf("no close frame came: %v", err)
		}
		size := int(head[1])
		if size == 126 {
			var more [2]byte
			_, _ = io.ReadFull(in, more[:])
			size = int(binary.BigEndian.Uint16(more[:]))
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(in, body); err != nil {
			t.Fatal(err)
		}
		switch head[0] & 0x0f {
		case 1:
			goodbye = string(body)
		case 8:
			return goodbye, int(binary.BigEndian.Uint16(body))
		}
	}
}

// 23: one link may be a whole audience's. All of it goes, in shares, and nobody else does: neither who has another link, nor
// who showed another one before its turn came.
func Test23TheLinkOfAWholeAudienceIsTakenBack(t *testing.T) {
	const people = 1200
	h := newHall(t, people)
	r := h.room
	var everybody, others []*Seat
	for _, seat := range r.sessions {
		if len(others) < people/10 {
			seat.Pass = fmt.Sprint("own-", len(others))
			others = append(others, seat)
			continue
		}
		seat.Pass = "everybody's"
		everybody = append(everybody, seat)
	}
	if taken := r.takePasses(map[string]bool{"everybody's": false, "new": false}); taken != nil {
		t.Fatalf("%d go for links that nobody revoked", len(taken))
	}
	taken := r.takePasses(map[string]bool{"everybody's": true})
	if len(taken) != len(everybody) {
		t.Fatalf("%d go, of %d with that link", len(taken), len(everybody))
	}
	if again := r.takePasses(map[string]bool{"everybody's": true}); again != nil {
		t.Errorf("told again of what is revoked already, %d go once more", len(again))
	}
	renewed := r.sessions[taken[len(taken)-1]]
	if !r.Renew(renewed.Member, "fresh") || r.Renew(renewed.Member, "everybody's") {
		t.Fatal("another link is for everybody but one that was taken back")
	}
	begin := time.Now()
	r.takeBack(t.Context(), taken)
	if took := time.Since(begin); took < takeBackEvery {
		t.Errorf("%d were closed in one go", len(taken))
	}
	for _, seat := range everybody {
		if seat == renewed {
			continue
		}
		if goodbye, code := last(t, h.peer[seat.Member]); code != 4507 || !strings.Contains(goodbye, "TOKEN_REVOKED") {
			t.Fatalf("closed with %d, told %s", code, goodbye)
		}
	}
	for _, seat := range append(others, renewed) {
		select {
		case <-seat.Member.Done():
			t.Fatalf("who has %s went, too", seat.Pass)
		default:
		}
	}
}

// BenchmarkTakePasses is how long a room is locked while those are looked for whose link was taken back; and while nobody
// needs to be looked for, because a link was made.
func BenchmarkTakePasses(b *testing.B) {
	const people = 100_000
	r := &Room{sessions: make(map[*fanout.Member]*Seat)}
	for i := range people {
		m := new(fanout.Member)
		r.sessions[m] = &Seat{Member: m, Pass: fmt.Sprint(i % 2)}
	}
	b.Run("revoked", func(b *testing.B) {
		for b.Loop() {
			r.revoked = nil
			if n := len(r.takePasses(map[string]bool{"1": true})); n != people/2 {
				b.Fatal(n)
			}
		}
	})
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			if r.takePasses(map[string]bool{"2": false}) != nil {
				b.Fatal("somebody goes")
			}
		}
	})
}
