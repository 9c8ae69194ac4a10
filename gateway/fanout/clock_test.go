package fanout

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
)

// timed notes what the times of its socket led to.
type timed struct{ expired, aged int }

func (v *timed) Take([]byte) bool { return true }
func (v *timed) Expired()         { v.expired++ }
func (v *timed) Gone(fault.Close) {}

// still is an engine that does not run: its shards are worked by the test, at times of its choice. What sockets say first comes
// with their handshake.
func still(t *testing.T, o Options, sockets int, first ...byte) (e *Engine, members []*Member, notes *timed) {
	t.Helper()
	notes = &timed{}
	o.Logger, o.Aged = slog.New(slog.DiscardHandler), func(*Member) { notes.aged++ }
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan *Member)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024})
		if err != nil {
			t.Error(err)
			return
		}
		came <- e.Attach(c, func(*Member) Visitor { return notes })
	}))
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = e.Run(ended)
		server.Close()
	})
	for range sockets {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_, _ = c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" + string(first)))
		members = append(members, <-came)
	}
	return e, members, notes
}

// round looks once at each member of each shard, as all beats of one ping do.
func round(e *Engine, now time.Time) (open int) {
	for _, s := range e.shards {
		s.work(now)
		for range beats {
			s.look(now)
		}
		for _, m := range s.members {
			if !m.closing {
				open++
			}
		}
	}
	return open
}

// 47: a clock that is set, by an hour, a day, or a second that comes twice, ends no socket: not by its silence, its age, its
// token or what waits for it. What is really over ends it still.
func Test47AClockThatIsSetEndsNoSocket(t *testing.T) {
	const sockets = 6
	e, members, notes := still(t, Options{PingEvery: 25 * time.Second, DeadAfter: 60 * time.Second, MaxAge: 40 * time.Minute}, sockets)
	now := time.Now()
	for _, m := range members {
		m.Expire(now.Add(20 * time.Minute))
	}
	if open := round(e, now); open != sockets {
		t.Fatalf("%d sockets are open of %d", open, sockets)
	}
	for _, by := range []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour, time.Second, -time.Second, 10 * time.Second, -10 * time.Second} {
		if open := round(e, testbed.Stepped(t, now.Add(time.Second), by)); open != sockets || *notes != (timed{}) {
			t.Fatalf("set by %s: %d of %d sockets are open, %+v", by, open, sockets, *notes)
		}
	}
	if open := round(e, testbed.Stepped(t, now.Add(50*time.Second), -time.Hour)); open != sockets || notes.expired+notes.aged > 0 {
		t.Errorf("within all its times: %d are open, %+v", open, *notes)
	}
	if open := round(e, testbed.Stepped(t, now.Add(61*time.Second), -time.Hour)); open != 0 {
		t.Errorf("%d sockets are open of %d that said nothing for 61 s, by a clock that was set back", open, sockets)
	}
}

// 47: a token's end comes after the time that it had when it came, whatever the clock does meanwhile.
func Test47ATokenEndsAfterItsTime(t *testing.T) {
	e, members, notes := still(t, Options{PingEvery: 25 * time.Second, DeadAfter: 24 * time.Hour}, 1)
	now := time.Now()
	members[0].Expire(now.Add(20 * time.Minute))
	for _, by := range []time.Duration{-time.Hour, time.Hour} {
		if round(e, testbed.Stepped(t, now.Add(19*time.Minute), by)); notes.expired != 0 {
			t.Fatalf("it ended a minute early, by a clock that was set by %s", by)
		}
	}
	if round(e, testbed.Stepped(t, now.Add(21*time.Minute), -time.Hour)); notes.expired != 1 {
		t.Errorf("it ended %d times, a minute after its end by a clock that was set back", notes.expired)
	}
}

// 35: when a whole network goes, everybody who was in it is dead by the same beats: nobody's turn is put off because others end.
func Test35AllWhoAreDeadEndByTheirTurn(t *testing.T) {
	const sockets = 200
	e, _, _ := still(t, Options{PingEvery: 25 * time.Second, DeadAfter: 60 * time.Second}, sockets)
	now := time.Now().Add(61 * time.Second)
	for range lookEvery + int(closeTime/time.Second) + 1 + lookEvery { // each is seen to be silent, is given its last words, and is let go
		for _, s := range e.shards {
			s.work(now)
			s.look(now)
		}
		now = now.Add(time.Second)
	}
	for _, s := range e.shards {
		if left := len(s.members); left != 0 {
			t.Errorf("%d of %d are still there %s after their time", left, sockets, time.Until(now)-61*time.Second)
		}
	}
}
