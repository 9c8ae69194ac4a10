package fanout_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
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

// visitor is a test's: it takes messages and forgets them.
type visitor struct {
	take    func([]byte) bool
	expired func()
	gone    func(fault.Close)
}

func (v visitor) Take(payload []byte) bool { return v.take == nil || v.take(payload) }
func (v visitor) Expired() {
	if v.expired != nil {
		v.expired()
	}
}
func (v visitor) Gone(c fault.Close) {
	if v.gone != nil {
		v.gone(c)
	}
}

// both runs a test with sockets that shards poll, where the system can, and with sockets that have goroutines.
func both(t *testing.T, test func(t *testing.T, portable bool)) {
	for name, portable := range map[string]bool{"polled": false, "portable": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, portable)
		})
	}
}

// build serves sockets; enter is called with each member, by no shard.
func build(t testing.TB, portable bool, o fanout.Options, v visitor, enter func(*fanout.Member)) *house {
	t.Helper()
	o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	engine, err := fanout.New(o)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{engine: engine}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.engine.Run(ctx) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{MaxFrame: 1024, Portable: portable})
		if err != nil {
			return
		}
		enter(h.engine.Attach(c, func(*fanout.Member) fanout.Visitor { return v }))
	}))
	h.url = server.URL
	t.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	return h
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
func TestJoiningMissesNothing(t *testing.T) { both(t, joiningMissesNothing) }

func joiningMissesNothing(t *testing.T, portable bool) {
	var room *fanout.Room
	var turn sync.Mutex // the room's goroutine
	var now uint64
	h := build(t, portable, fanout.Options{Shards: 2}, visitor{}, func(m *fanout.Member) {
		turn.Lock()
		defer turn.Unlock()
		room.Join(m, frame.Viewer, []*frame.Frame{tick(t, now, 0).Frames[0][0]}, now) // the "snapshot" is the last tick
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
		time.Sleep(time.Millisecond) // viewers come in between
	}
	all.Wait()
}

// stalled is a raw client that reads only when it is told to.
func stalled(t testing.TB, url string) net.Conn {
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
func Test34StalledReaderCatchesUpOrIsResynced(t *testing.T) { both(t, stalledReader) }

func stalledReader(t *testing.T, portable bool) {
	for name, c := range map[string]struct {
		ticks  int
		resync bool
	}{"within the ring": {50, false}, "beyond the ring": {400, true}} {
		t.Run(name, func(t *testing.T) {
			var room *fanout.Room
			var turn sync.Mutex
			var now uint64
			h := build(t, portable, fanout.Options{Shards: 1}, visitor{}, func(m *fanout.Member) {
				turn.Lock()
				defer turn.Unlock()
				room.Join(m, frame.Viewer, nil, now)
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
				time.Sleep(time.Millisecond) // looked at again: nothing tells
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
			if d := room.Drops(); d.Skipped == 0 || (d.Resyncs > 0) != c.resync || d.Closed != 0 {
				t.Errorf("the room counts %+v", d)
			}
		})
	}
}

// A reader that stalls until its socket is full and takes nothing more for a while is closed as slow, whether or not it still
// says something, and counted; the others stay.
func Test34StalledReaderIsClosedAsSlow(t *testing.T) { both(t, stalledForLong) }

func stalledForLong(t *testing.T, portable bool) {
	for name, speaks := range map[string]bool{"silent": false, "speaking": true} {
		t.Run(name, func(t *testing.T) {
			var room *fanout.Room
			members, reasons := make(chan *fanout.Member, 2), make(chan fault.Close, 2)
			h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 50 * time.Millisecond, DeadAfter: 400 * time.Millisecond},
				visitor{gone: func(c fault.Close) { reasons <- c }}, func(m *fanout.Member) {
					room.Join(m, frame.Viewer, nil, 0)
					members <- m
				})
			room = h.engine.NewRoom(func(*fanout.Member) { t.Error("one that takes nothing asked for a snapshot") })
			good := dial(t, h.url)
			receive(t, members, "the good one")
			slow := stalled(t, h.url)
			receive(t, members, "the slow one")
			ended := make(chan fault.Close, 1)
			go func() { ended <- <-reasons }()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for v := uint64(1); ; v++ {
				room.Publish(tick(t, v, 3000))
				if _, payload, err := good.Read(ctx); err != nil || version(payload) != v {
					t.Fatalf("the good reader got %d at %d: %v", version(payload), v, err)
				}
				if speaks {
					_, _ = io.WriteString(slow, masked(0x8a, ""))
				}
				select {
				case c := <-ended:
					if d := room.Drops(); c != fault.CloseSlow || d.Closed != 1 || h.engine.Count() != 1 {
						t.Errorf("it ended with %v; the room counts %+v, %d are left", c, d, h.engine.Count())
					}
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		})
	}
}

// After Forget a removed comment's tick reaches nobody any more: who was behind it is resynced.
func TestForgottenTicksAreNotSent(t *testing.T) { both(t, forgottenTicks) }

func forgottenTicks(t *testing.T, portable bool) {
	var room *fanout.Room
	joined := make(chan *fanout.Member, 1)
	h := build(t, portable, fanout.Options{Shards: 1}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- m
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

func TestSlowLaneComesInTens(t *testing.T) { both(t, slowLane) }

func slowLane(t *testing.T, portable bool) {
	var room *fanout.Room
	joined := make(chan *fanout.Member, 1)
	h := build(t, portable, fanout.Options{Shards: 1}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- m
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
func Test35Pings(t *testing.T) { both(t, pings) }

func pings(t *testing.T, portable bool) {
	reasons := make(chan fault.Close, 2)
	h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 50 * time.Millisecond, DeadAfter: 400 * time.Millisecond},
		visitor{gone: func(c fault.Close) { reasons <- c }}, func(*fanout.Member) {})
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
	if n := h.engine.Count(); n != 1 {
		t.Errorf("%d members are counted, and one lives", n)
	}
}

// Pings come while ticks do, behind one of them, and while none comes; no tick is missing, doubled or torn by them.
func TestPingsAmongTicksAndWithoutThem(t *testing.T) { both(t, pingsAmongTicks) }

func pingsAmongTicks(t *testing.T, portable bool) {
	var room *fanout.Room
	joined := make(chan bool, 1)
	h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 50 * time.Millisecond}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- true
	})
	room = h.engine.NewRoom(func(*fanout.Member) { t.Error("resynced") })
	c := stalled(t, h.url)
	<-joined
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	const ticks = 200
	go func() {
		for v := uint64(1); v <= ticks; v++ {
			room.Publish(tick(t, v, 50))
			time.Sleep(2 * time.Millisecond) // a tick each 2 ms, whatever readers do
		}
	}()
	last, among, after := uint64(0), 0, 0
	for after < 3 {
		op, payload, err := readFrame(c)
		switch {
		case err != nil:
			t.Fatalf("after tick %d, %d and %d pings: %v", last, among, after, err)
		case op == 9 && last < ticks:
			among++
		case op == 9:
			after++
		case op != 1 || version(payload) != last+1:
			t.Fatalf("%q with opcode %d after tick %d", payload, op, last)
		default:
			last++
		}
	}
	if among < 3 {
		t.Fatalf("%d pings among %d ticks", among, ticks)
	}
}

func TestCloseFrameReachesTheClient(t *testing.T) { both(t, closeFrame) }

func closeFrame(t *testing.T, portable bool) {
	goodbye := tick(t, 7, 0).Frames[0][0]
	h := build(t, portable, fanout.Options{}, visitor{}, func(m *fanout.Member) { m.Close(fault.CloseNoRoom, goodbye) })
	c := dial(t, h.url)
	if _, payload, err := c.Read(t.Context()); err != nil || version(payload) != 7 {
		t.Fatalf("goodbye %q, %v", payload, err)
	}
	_, _, err := c.Read(t.Context())
	if websocket.CloseStatus(err) != websocket.StatusCode(fault.CloseNoRoom.Code) {
		t.Fatalf("got %v", err)
	}
}

// One tick to an audience, until everybody has read it. What it allocates is the tick's, none of it is a delivery's: the
// number does not grow with the audience.
func BenchmarkTick(b *testing.B) {
	for _, viewers := range []int{200, 2000} {
		b.Run(fmt.Sprintf("viewers=%d", viewers), func(b *testing.B) { benchmarkTick(b, viewers) })
	}
}

func benchmarkTick(b *testing.B, viewers int) {
	publish := crowd(b, viewers)
	b.ReportAllocs()
	for b.Loop() {
		publish()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(viewers), "ns/delivery")
}

// Whatever the audience, a delivery allocates nothing; a tick may, once.
func TestADeliveryAllocatesNothing(t *testing.T) {
	const viewers = 300
	publish := crowd(t, viewers)
	if n := testing.AllocsPerRun(50, publish); n > viewers/10 {
		t.Errorf("%.0f allocations for a tick to %d viewers", n, viewers)
	}
}

// crowd is an audience that reads; publish sends it a tick and returns when everybody has it.
func crowd(tb testing.TB, viewers int) (publish func()) {
	var room *fanout.Room
	joined := make(chan struct{}, viewers)
	h := build(tb, false, fanout.Options{PingEvery: time.Hour}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- struct{}{}
	})
	room = h.engine.NewRoom(func(*fanout.Member) {})
	message, err := frame.Encode(frame.JSON, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Fault{Fault: &gatewayv1.Fault{Message: strings.Repeat("x", 150)}}})
	if err != nil {
		tb.Fatal(err)
	}
	var read, target atomic.Int64
	all := make(chan struct{}, 1)
	for range viewers {
		c := stalled(tb, h.url)
		<-joined
		go func() {
			for buf := make([]byte, 4096); ; {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if read.Add(int64(n)) == target.Load() {
					all <- struct{}{}
				}
			}
		}()
	}
	version := uint64(0)
	return func() {
		version++
		target.Add(int64(viewers * message.Len()))
		room.Publish(&fanout.Tick{Version: version, Frames: [2][2]*frame.Frame{{message, message}, {message, message}}})
		<-all
	}
}

// One long frame reaches whoever reads, also behind a short one; whoever reads nothing and is sent more and more ends.
func TestALongFrameIsDeliveredAndManyAreNot(t *testing.T) { both(t, longFrame) }

func longFrame(t *testing.T, portable bool) {
	members, reasons := make(chan *fanout.Member, 2), make(chan fault.Close, 2)
	h := build(t, portable, fanout.Options{Shards: 1}, visitor{gone: func(c fault.Close) { reasons <- c }}, func(m *fanout.Member) { members <- m })
	welcome, long := tick(t, 1, 100).Frames[0][0], tick(t, 2, 700<<10).Frames[0][0]
	c := dial(t, h.url)
	m := <-members
	room := h.engine.NewRoom(func(*fanout.Member) { t.Error("resynced") })
	room.Join(m, frame.Viewer, []*frame.Frame{welcome, long}, 0)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for v := uint64(1); v <= 2; v++ {
		if _, payload, err := c.Read(ctx); err != nil || version(payload) != v {
			t.Fatalf("frame %d: %d, %v", v, version(payload), err)
		}
	}
	_ = stalled(t, h.url)
	m = <-members
	for range 40 {
		m.Send(long)
	}
	if why := receive(t, reasons, "the end of who reads nothing"); why != fault.CloseSlow {
		t.Errorf("it ended with %v", why)
	}
}

// In a room in which little happens the slow lane is sent that little, too.
func TestSlowLaneInAQuietRoom(t *testing.T) { both(t, quietSlowLane) }

func quietSlowLane(t *testing.T, portable bool) {
	joined := make(chan *fanout.Member, 1)
	h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 500 * time.Millisecond}, visitor{}, func(m *fanout.Member) { joined <- m })
	room := h.engine.NewRoom(func(*fanout.Member) { t.Error("resynced") })
	c := dial(t, h.url)
	m := <-joined
	room.Join(m, frame.Viewer, nil, 0)
	m.Slow(true)
	began := time.Now()
	for v := uint64(1); v <= 3; v++ {
		room.Publish(tick(t, v, 0))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for v := uint64(1); v <= 3; v++ {
		if _, payload, err := c.Read(ctx); err != nil || version(payload) != v {
			t.Fatalf("%d, %v; want %d", version(payload), err, v)
		}
	}
	if took := time.Since(began); took < 900*time.Millisecond {
		t.Errorf("it was sent after %v, though ten ticks take a second", took)
	}
}

// How long a tick took is each room's own: a small room beside a large one ticks at its own pace.
func TestASweepIsItsRoomsOwn(t *testing.T) {
	joined := make(chan *fanout.Member, 1)
	h := build(t, false, fanout.Options{}, visitor{}, func(m *fanout.Member) { joined <- m })
	busy, quiet := h.engine.NewRoom(func(*fanout.Member) {}), h.engine.NewRoom(func(*fanout.Member) {})
	_ = dial(t, h.url)
	m := <-joined
	busy.Join(m, frame.Viewer, nil, 0)
	quiet.Publish(tick(t, 1, 0))
	busy.Publish(tick(t, 1, 0))
	sweeps := func(nothing bool, otherwise string) { // nothing tells that a shard has swept a room: it is looked at
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); (busy.LastSweep() == 0) != nothing; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(otherwise)
			}
		}
	}
	sweeps(false, "a tick took no time")
	if took := quiet.LastSweep(); took != 0 {
		t.Errorf("a tick of a room without anybody took %v", took)
	}
	busy.Leave(m)
	busy.Publish(tick(t, 2, 0))
	sweeps(true, "a room that everybody left has its last crowd's pace")
}
