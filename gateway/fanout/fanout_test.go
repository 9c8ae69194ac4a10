package fanout_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is an engine behind a real HTTP server on loopback; each accepted socket is handed to visit.
type house struct {
	engine *fanout.Engine
	url    string
}

func build(t *testing.T, o fanout.Options, visit func(*conn.Conn, *fanout.Member)) *house {
	t.Helper()
	o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	h := &house{engine: fanout.New(o)}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.engine.Run(ctx) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024, Logger: o.Logger})
		if err != nil {
			return
		}
		m := h.engine.Attach(c)
		visit(c, m)
		<-m.Done()
	}))
	h.url = server.URL
	t.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	return h
}

// reader reads until the socket ends, as a session does.
func reader(c *conn.Conn, m *fanout.Member) {
	for {
		if _, err := c.Read(context.Background()); err != nil {
			var closed *conn.Closed
			if errors.As(err, &closed) {
				m.Close(closed.Close, nil)
			}
			return
		}
	}
}

func dial(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{"ovation.v1.json"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	c.SetReadLimit(1 << 20)
	return c
}

func tick(t *testing.T, version uint64, size int) *fanout.Tick {
	t.Helper()
	f, err := frame.Encode(frame.JSON, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Ack{Ack: &gatewayv1.Ack{
		Id: fmt.Sprintf("%d %s", version, strings.Repeat("x", size)),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return &fanout.Tick{Version: version, Frames: [2][2]*frame.Frame{{f, f}, {f, f}}}
}

func version(payload []byte) (v uint64) {
	_, _ = fmt.Sscanf(string(payload), `{"ack":{"id":"%d`, &v)
	return v
}

// Members join at random moments while ticks are published: each is given every tick above the version it joined at, and
// none twice.
func TestJoiningMissesNothing(t *testing.T) {
	var room *fanout.Room
	var turn sync.Mutex // the room's goroutine
	var now uint64
	h := build(t, fanout.Options{Shards: 2}, func(c *conn.Conn, m *fanout.Member) {
		turn.Lock()
		room.Join(m, frame.Viewer, []*frame.Frame{tick(t, now, 0).Frames[0][0]}, now) // the "snapshot" is the last tick
		turn.Unlock()
		reader(c, m)
		room.Leave(m)
	})
	room = h.engine.NewRoom(func(*fanout.Member) { t.Error("nobody was slow") })
	const ticks, viewers = 300, 40
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range viewers {
		all.Go(func() {
			time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond) // somewhere in the middle
			c, _, err := websocket.Dial(ctx, h.url, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = c.CloseNow() }()
			last := uint64(0)
			for first := true; last < ticks; first = false {
				_, payload, err := c.Read(ctx)
				if err != nil {
					t.Errorf("after %d: %v", last, err)
					return
				}
				v := version(payload)
				if !first && v != last+1 {
					t.Errorf("%d after %d", v, last)
				}
				last = v
			}
		})
	}
	for range ticks {
		turn.Lock()
		now++
		room.Publish(tick(t, now, 10))
		turn.Unlock()
		time.Sleep(time.Millisecond)
	}
	all.Wait()
}

// stalled is a raw client that reads only when it is told to.
func stalled(t *testing.T, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.(*net.TCPConn).SetReadBuffer(4096)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n")
	head := make([]byte, 0, 512)
	for one := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); head = append(head, one...) {
		if _, err := io.ReadFull(c, one); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// readFrame reads one unmasked frame.
func readFrame(c io.Reader) (op byte, payload []byte, err error) {
	var h [2]byte
	if _, err = io.ReadFull(c, h[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(h[1] & 127)
	switch n {
	case 126:
		var l [2]byte
		if _, err = io.ReadFull(c, l[:]); err != nil {
			return 0, nil, err
		}
		n = uint64(binary.BigEndian.Uint16(l[:]))
	case 127:
		var l [8]byte
		if _, err = io.ReadFull(c, l[:]); err != nil {
			return 0, nil, err
		}
		n = binary.BigEndian.Uint64(l[:])
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(c, payload)
	return h[0] & 15, payload, err
}

// A reader that stalls catches up from the ring, or is resynced when the ring no longer reaches back; in either case it
// sees no gap that it was not told of, and the others are served meanwhile.
func TestStalledReaderCatchesUpOrIsResynced(t *testing.T) {
	for name, c := range map[string]struct {
		ticks  int
		resync bool
	}{"within the ring": {50, false}, "beyond the ring": {400, true}} {
		t.Run(name, func(t *testing.T) {
			var room *fanout.Room
			var turn sync.Mutex
			var now uint64
			h := build(t, fanout.Options{Shards: 1}, func(c *conn.Conn, m *fanout.Member) {
				turn.Lock()
				room.Join(m, frame.Viewer, nil, now)
				turn.Unlock()
				reader(c, m)
				room.Leave(m)
			})
			marker, err := frame.Encode(frame.JSON, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Resync{Resync: &gatewayv1.Resync{}}})
			if err != nil {
				t.Fatal(err)
			}
			room = h.engine.NewRoom(func(m *fanout.Member) {
				turn.Lock()
				defer turn.Unlock()
				room.Join(m, frame.Viewer, []*frame.Frame{marker, tick(t, now, 0).Frames[0][0]}, now)
			})
			slow, good := stalled(t, h.url), dial(t, h.url)
			for { // both are in
				turn.Lock()
				viewers, _ := room.Members()
				turn.Unlock()
				if viewers[0] == 2 {
					break
				}
				time.Sleep(time.Millisecond)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for range c.ticks {
				turn.Lock()
				now++
				room.Publish(tick(t, now, 3000))
				turn.Unlock()
				_, payload, err := good.Read(ctx)
				if err != nil || version(payload) != now {
					t.Fatalf("the good reader got %d at %d: %v", version(payload), now, err)
				}
			}
			_ = slow.SetReadDeadline(time.Now().Add(15 * time.Second))
			last, resynced := uint64(0), false
			for last < uint64(c.ticks) {
				op, payload, err := readFrame(slow)
				if err != nil {
					t.Fatalf("after %d: %v", last, err)
				}
				switch {
				case op != 1:
				case strings.Contains(string(payload), "resync"):
					resynced = true
					last = 0
				default:
					v := version(payload)
					if last != 0 && v != last+1 {
						t.Fatalf("%d after %d without a resync", v, last)
					}
					last = v
				}
			}
			if resynced != c.resync {
				t.Fatalf("resynced %v, want %v", resynced, c.resync)
			}
		})
	}
}

// After Forget a removed comment's tick reaches nobody any more: who was behind it is resynced.
func TestForgottenTicksAreNotSent(t *testing.T) {
	var room *fanout.Room
	joined := make(chan *fanout.Member, 1)
	h := build(t, fanout.Options{Shards: 1}, func(c *conn.Conn, m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- m
		reader(c, m)
		room.Leave(m)
	})
	room = h.engine.NewRoom(func(m *fanout.Member) { room.Join(m, frame.Viewer, []*frame.Frame{tick(t, 99, 0).Frames[0][0]}, 4) })
	c := dial(t, h.url)
	m := <-joined
	m.Slow(true) // so that ticks wait in the ring
	for v := uint64(1); v <= 3; v++ {
		room.Publish(tick(t, v, 0))
	}
	room.Forget(2)
	room.Publish(tick(t, 4, 0))
	m.Slow(false)
	room.Publish(tick(t, 5, 0))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for last := uint64(0); last != 5; {
		_, payload, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if last = version(payload); last >= 1 && last <= 2 {
			t.Fatalf("tick %d was sent though it was forgotten", last)
		}
	}
}

func TestSlowLaneComesInTens(t *testing.T) {
	var room *fanout.Room
	joined := make(chan *fanout.Member, 1)
	h := build(t, fanout.Options{Shards: 1}, func(c *conn.Conn, m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- m
		reader(c, m)
		room.Leave(m)
	})
	room = h.engine.NewRoom(func(*fanout.Member) { t.Error("resynced") })
	c := dial(t, h.url)
	(<-joined).Slow(true)
	for v := uint64(1); v <= 10; v++ {
		room.Publish(tick(t, v, 0))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for v := uint64(1); v <= 10; v++ {
		if _, payload, err := c.Read(ctx); err != nil || version(payload) != v {
			t.Fatalf("%d, %v; want %d", version(payload), err, v)
		}
	}
}

// A viewer that says nothing but answers pings lives on; one that does not answer is closed as slow.
func TestPings(t *testing.T) {
	reasons := make(chan fault.Close, 2)
	h := build(t, fanout.Options{Shards: 1, PingEvery: 50 * time.Millisecond, DeadAfter: 400 * time.Millisecond}, func(c *conn.Conn, m *fanout.Member) {
		reader(c, m)
		<-m.Done()
		reasons <- m.Reason()
	})
	alive := dial(t, h.url)
	ctx := alive.CloseRead(t.Context()) // reads, and so answers pings
	mute := stalled(t, h.url)
	select {
	case got := <-reasons:
		if got != fault.CloseSlow {
			t.Fatalf("the mute one ended with %v", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the mute one lives for ever")
	}
	_ = mute.SetReadDeadline(time.Now().Add(5 * time.Second))
	for {
		op, payload, err := readFrame(mute)
		if err != nil {
			t.Fatalf("no close frame: %v", err)
		}
		if op == 8 {
			if got := binary.BigEndian.Uint16(payload); got != fault.CloseSlow.Code {
				t.Fatalf("close code %d", got)
			}
			break
		}
	}
	select {
	case <-ctx.Done():
		t.Fatal("the living one was closed")
	case <-time.After(600 * time.Millisecond): // longer than DeadAfter
	}
}

func TestCloseFrameReachesTheClient(t *testing.T) {
	goodbye := tick(t, 7, 0).Frames[0][0]
	h := build(t, fanout.Options{}, func(c *conn.Conn, m *fanout.Member) {
		m.Close(fault.CloseNoRoom, goodbye)
		reader(c, m)
	})
	c := dial(t, h.url)
	if _, payload, err := c.Read(t.Context()); err != nil || version(payload) != 7 {
		t.Fatalf("goodbye %q, %v", payload, err)
	}
	_, _, err := c.Read(t.Context())
	if websocket.CloseStatus(err) != websocket.StatusCode(fault.CloseNoRoom.Code) {
		t.Fatalf("got %v", err)
	}
}

// A sweep allocates nothing for a delivery.
func BenchmarkSweep(b *testing.B) {
	engine := fanout.New(fanout.Options{Shards: 1, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = engine.Run(ctx) })
	room := engine.NewRoom(func(*fanout.Member) {})
	joined := make(chan struct{}, 256)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024})
		if err != nil {
			return
		}
		m := engine.Attach(c)
		room.Join(m, frame.Viewer, nil, 0)
		joined <- struct{}{}
		reader(c, m)
		<-m.Done()
	}))
	const viewers = 200
	var readers sync.WaitGroup
	for range viewers {
		c, _, err := websocket.Dial(ctx, server.URL, nil)
		if err != nil {
			b.Fatal(err)
		}
		<-joined
		readers.Go(func() {
			for {
				if _, _, err := c.Reader(ctx); err != nil {
					return
				}
			}
		})
	}
	message, err := frame.Encode(frame.JSON, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Fault{Fault: &gatewayv1.Fault{Message: strings.Repeat("x", 150)}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	version := uint64(0)
	for b.Loop() {
		version++
		room.Publish(&fanout.Tick{Version: version, Frames: [2][2]*frame.Frame{{message, message}, {message, message}}})
	}
	b.ReportMetric(float64(viewers), "viewers")
	cancel()
	running.Wait()
	server.Close()
	readers.Wait()
}
