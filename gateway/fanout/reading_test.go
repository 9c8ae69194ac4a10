package fanout_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
)

// masked is a client's frame; the mask of zeros leaves the payload readable.
func masked(first byte, payload string) string {
	return string([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}) + payload
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("never came: %s", what)
		panic("unreachable")
	}
}

// A visitor that says to stop is given nothing more until Resume, and then everything in order, also what came in the same
// packet.
func TestPausedReadingLosesNothing(t *testing.T) { both(t, pausedReading) }

func pausedReading(t *testing.T, portable bool) {
	given := make(chan string, 64)
	members := make(chan *fanout.Member, 1)
	var seen atomic.Int32
	h := build(t, portable, fanout.Options{Shards: 1}, visitor{take: func(payload []byte) bool {
		given <- string(payload)
		return seen.Add(1)%3 != 1 // stops at the first, the fourth, the seventh
	}}, func(m *fanout.Member) { members <- m })
	c := stalled(t, h.url)
	m := receive(t, members, "the member")
	var all strings.Builder
	for i := range 9 {
		all.WriteString(masked(0x81, fmt.Sprintf(`{"n":%d}`, i)))
	}
	if _, err := io.WriteString(c, all.String()); err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if got := receive(t, given, "a message"); got != fmt.Sprintf(`{"n":%d}`, i) {
			t.Fatalf("message %d is %s", i, got)
		}
		if i%3 == 0 {
			select {
			case got := <-given:
				t.Fatalf("%s came though reading was stopped", got)
			case <-time.After(50 * time.Millisecond):
			}
			m.Resume()
		}
	}
}

// Thousands of sockets that each sent half a message cost no goroutine, and end as slow.
func Test08HalfMessagesCostMemoryOnly(t *testing.T) {
	const sockets = 5000
	ends := make(chan fault.Close, sockets)
	var attached atomic.Int32
	h := build(t, false, fanout.Options{Shards: 2, PingEvery: 500 * time.Millisecond, DeadAfter: time.Minute, HalfTime: 2 * time.Second},
		visitor{take: func([]byte) bool { t.Error("half a message was delivered"); return true }, gone: func(c fault.Close) { ends <- c }},
		func(*fanout.Member) { attached.Add(1) })
	before := runtime.NumGoroutine()
	var opening sync.WaitGroup
	for range 8 {
		opening.Go(func() {
			for range sockets / 8 {
				if _, err := io.WriteString(stalled(t, h.url), masked(0x81, `{"hello":{}}`)[:9]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	opening.Wait()
	for deadline := time.Now().Add(10 * time.Second); attached.Load() != sockets; time.Sleep(time.Millisecond) { // the last may still be on its way in
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d sockets", attached.Load(), sockets)
		}
	}
	// The HTTP server's own goroutines for handshakes end at their own pace.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+50; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines for %d sockets", runtime.NumGoroutine()-before, sockets)
		}
	}
	for range sockets {
		if c := receive(t, ends, "an end"); c != fault.CloseSlow {
			t.Fatalf("ended with %v", c)
		}
	}
}

// A peer that pings and pings and reads none of the answers ends, and the others of its shard are served meanwhile.
func Test34APeerThatPingsAndDoesNotReadHurtsOnlyItself(t *testing.T) { both(t, pingsUnread) }

func pingsUnread(t *testing.T, portable bool) {
	var room *fanout.Room
	var bad atomic.Pointer[fanout.Member]
	joined := make(chan *fanout.Member, 2)
	h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 500 * time.Millisecond}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		joined <- m
	})
	room = h.engine.NewRoom(func(*fanout.Member) {})
	hostile := stalled(t, h.url)
	bad.Store(receive(t, joined, "the hostile member"))
	good := dial(t, h.url)
	receive(t, joined, "the good member")
	go func() {
		flood := strings.Repeat(masked(0x89, strings.Repeat("p", 100)), 100)
		for {
			if _, err := io.WriteString(hostile, flood); err != nil {
				return
			}
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for v := uint64(1); v <= 50; v++ {
		room.Publish(tick(t, v, 100))
		if _, payload, err := good.Read(ctx); err != nil || version(payload) != v {
			t.Fatalf("tick %d: %q %v", v, payload, err)
		}
	}
	receive(t, bad.Load().Done(), "the end of the hostile one")
	if c := bad.Load().Reason(); c != fault.CloseSlowDown && c != fault.CloseSlow {
		t.Errorf("it ended with %v", c)
	}
}

func TestExpiredIsToldOnce(t *testing.T) { both(t, expired) }

func expired(t *testing.T, portable bool) {
	told, members := make(chan bool, 8), make(chan *fanout.Member, 1)
	h := build(t, portable, fanout.Options{Shards: 1, PingEvery: 50 * time.Millisecond}, visitor{expired: func() { told <- true }},
		func(m *fanout.Member) { members <- m })
	dial(t, h.url).CloseRead(t.Context())
	m := receive(t, members, "the member")
	m.Expire(time.Now().Add(time.Hour))
	select {
	case <-told:
		t.Fatal("an hour too early")
	case <-time.After(100 * time.Millisecond):
	}
	m.Expire(time.Now())
	receive(t, told, "the end of its time")
	select {
	case <-told:
		t.Fatal("told twice")
	case <-time.After(100 * time.Millisecond):
	}
}

// Sockets come and go while others are written to: a descriptor's number is used again at once, and nobody is given what
// was meant for another.
func TestReusedDescriptorsStayApart(t *testing.T) {
	var room *fanout.Room
	echo := make(chan string, 4096)
	h := build(t, false, fanout.Options{Shards: 2}, visitor{take: func(payload []byte) bool { echo <- string(payload); return true }},
		func(m *fanout.Member) { room.Join(m, frame.Viewer, nil, 0) })
	room = h.engine.NewRoom(func(*fanout.Member) {})
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 100 {
				c := stalled(t, h.url)
				if _, err := io.WriteString(c, masked(0x81, fmt.Sprintf(`{"w":%d,"i":%d}`, worker, i))); err != nil {
					t.Error(err)
				}
				if i%2 == 0 {
					_, _ = io.WriteString(c, masked(0x88, ""))
				}
				_ = c.(*net.TCPConn).CloseWrite() // a close with something unread would take the message along
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
		})
	}
	done := make(chan struct{})
	go func() {
		for v := uint64(1); ; v++ {
			select {
			case <-done:
				return
			default:
				room.Publish(tick(t, v, 10))
				time.Sleep(time.Millisecond)
			}
		}
	}()
	seen := make(map[string]bool)
	for range 800 {
		got := receive(t, echo, "a message")
		if seen[got] {
			t.Fatalf("%s came twice", got)
		}
		seen[got] = true
	}
	all.Wait()
	close(done)
	for deadline := time.Now().Add(10 * time.Second); h.engine.Count() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d members are left of sockets that are closed", h.engine.Count())
		}
	}
}

// 36: who floods on after its socket was closed is read no more: it may hear why until the deadline, and costs nothing.
func Test36AFloodOfAClosedSocketIsReadNoMore(t *testing.T) {
	ends := make(chan fault.Close, 1)
	h := build(t, false, fanout.Options{Shards: 1, PingEvery: 500 * time.Millisecond}, visitor{gone: func(c fault.Close) { ends <- c }}, func(*fanout.Member) {})
	c := stalled(t, h.url)
	flood := []byte(strings.Repeat(masked(0x89, strings.Repeat("x", 125)), 500))
	heard := make(chan string, 1)
	go func() {
		said, _ := io.ReadAll(c)
		heard <- string(said)
	}()
	sent := 0
	for {
		n, err := c.Write(flood)
		if sent += n; err != nil {
			break
		}
		if sent > 64<<20 {
			t.Fatalf("%d bytes of a flood were read", sent)
		}
	}
	if got := receive(t, ends, "the end"); got != fault.CloseSlowDown {
		t.Errorf("it ended with %v", got)
	}
	if said := receive(t, heard, "the last words"); !strings.Contains(said, string([]byte{0x0f, 0xbd})+fault.CloseSlowDown.Reason) {
		t.Errorf("the last words are %q", said)
	}
}

// 36: who says as much as it can holds up no tick: little is read of few sockets between two looks at what is to be sent.
func Test36FloodsHoldUpNoTick(t *testing.T) {
	const floods = 8
	var room *fanout.Room
	var taken, came atomic.Int64
	good, other := make(chan *fanout.Member, 1), make(chan *fanout.Member, floods)
	h := build(t, false, fanout.Options{Shards: 1, PingEvery: time.Hour}, visitor{take: func([]byte) bool {
		for begin := time.Now(); time.Since(begin) < 20*time.Microsecond; { // so that reading is what takes time
		}
		taken.Add(1)
		return true
	}}, func(m *fanout.Member) {
		if came.Add(1) > 1 {
			other <- m
			return
		}
		room.Join(m, frame.Viewer, nil, 0)
		good <- m
	})
	room = h.engine.NewRoom(func(*fanout.Member) {})
	viewer := dial(t, h.url)
	receive(t, good, "the viewer") // before anybody else: whoever comes first is in the room
	flood := []byte(strings.Repeat(masked(0x81, "{}"), 10_000))
	for range floods {
		c := stalled(t, h.url)
		receive(t, other, "one that floods")
		go func() {
			for {
				if _, err := c.Write(flood); err != nil {
					return
				}
			}
		}()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for v := uint64(1); v <= 10; v++ {
		time.Sleep(30 * time.Millisecond) // floods arrive meanwhile: the tick comes somewhere in the middle of their reading
		before := taken.Load()
		room.Publish(tick(t, v, 100))
		if _, payload, err := viewer.Read(ctx); err != nil || version(payload) != v {
			t.Fatalf("tick %d: %q %v", v, payload, err)
		}
		if n := taken.Load() - before; n > 6000 {
			t.Errorf("tick %d waited until %d messages of floods were taken", v, n)
		}
	}
}

// A member whose reading was stopped while its socket is full takes what waits once its peer reads again, and lives on.
func TestPausedReadingWithAFullSocket(t *testing.T) { both(t, pausedAndFull) }

func pausedAndFull(t *testing.T, portable bool) {
	members, given, gone := make(chan *fanout.Member, 1), make(chan string, 2), make(chan fault.Close, 1)
	h := build(t, portable, fanout.Options{Shards: 1}, visitor{
		take: func(payload []byte) bool { given <- string(payload); return false }, gone: func(c fault.Close) { gone <- c },
	}, func(m *fanout.Member) { members <- m })
	room := h.engine.NewRoom(func(*fanout.Member) { t.Error("resynced") })
	c := stalled(t, h.url)
	m := receive(t, members, "the member")
	room.Join(m, frame.Viewer, nil, 0)
	if _, err := io.WriteString(c, masked(0x81, "1")+masked(0x81, "2")); err != nil {
		t.Fatal(err)
	}
	receive(t, given, "the first message")
	last := uint64(0)
	for room.Drops().Skipped == 0 { // until the socket is full
		last++
		room.Publish(tick(t, last, 100<<10))
		time.Sleep(time.Millisecond) // for the shard to try it: it tells nobody that it did
		if last == ringTicks {
			break
		}
	}
	if room.Drops().Skipped == 0 {
		t.Fatal("the socket is never full")
	}
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	for v := uint64(0); v < last; {
		op, payload, err := readFrame(c)
		if err != nil {
			t.Fatalf("after tick %d of %d: %v", v, last, err)
		}
		if op == 1 {
			if got := version(payload); got != v+1 {
				t.Fatalf("tick %d after %d", got, v)
			}
			v++
		}
	}
	m.Resume()
	if got := receive(t, given, "the second message"); got != "2" {
		t.Errorf("the second message is %s", got)
	}
	select {
	case why := <-gone:
		t.Errorf("it ended with %v", why)
	default:
	}
}

// ringTicks is fewer than a member can catch up with.
const ringTicks = 60
