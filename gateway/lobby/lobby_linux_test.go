package lobby_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/lobby"
	"github.com/ovation-live/ovation/gateway/source"
)

// house is a server behind a lobby. It says who came and by which way: the lobby's own, or the HTTP server.
type house struct {
	address    string
	heard      chan string // what sockets said
	own, other atomic.Int64
	server     *http.Server
}

func serve(t *testing.T, headTime time.Duration) *house {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveWith(t, l, lobby.Options{HeadTime: headTime})
}

func serveWith(t *testing.T, l net.Listener, o lobby.Options) *house {
	t.Helper()
	h := &house{address: l.Addr().String(), heard: make(chan string, 64)}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/ws", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := w.(conn.Loose); ok {
			h.own.Add(1)
		} else {
			h.other.Add(1)
		}
		if r.URL.Query().Get("panic") != "" {
			panic("as asked")
		}
		c, err := conn.Accept(w, r, conn.Options{})
		if err != nil {
			return
		}
		go h.read(c)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_ = json.NewEncoder(w).Encode([]string{r.Method, r.URL.Path, r.RemoteAddr, string(body)})
	})
	h.server = &http.Server{Handler: mux, ReadHeaderTimeout: o.HeadTime, MaxHeaderBytes: 16 << 10}
	o.Handler, o.Path, o.Logger = mux, "/v1/ws", slog.New(slog.DiscardHandler)
	in := lobby.Listen(l, o)
	ended := make(chan struct{})
	go func() { _ = h.server.Serve(in); close(ended) }()
	t.Cleanup(func() {
		_ = h.server.Close()
		<-ended
	})
	return h
}

func (h *house) read(c *conn.Conn) {
	defer c.Kill()
	var reader conn.Reader
	buf := make([]byte, 4096)
	for {
		payload, ok, err := c.Next(&reader, nil)
		if err != nil {
			return
		}
		if ok {
			h.heard <- string(payload)
			continue
		}
		n, err := c.Fill(buf)
		if err != nil {
			return
		}
		if n == 0 {
			time.Sleep(time.Millisecond) // the descriptor is polled by nobody here
		}
	}
}

func (h *house) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", h.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func answer(t *testing.T, r *bufio.Reader, want int) string {
	t.Helper()
	a, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(a.Body)
	if a.StatusCode != want {
		t.Fatalf("%s %s, want %d", a.Status, body, want)
	}
	return string(body)
}

func (h *house) hears(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-h.heard:
		if got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("heard nothing, want %q", want)
	}
}

// hello is a text frame, masked with zeros.
func hello(text string) string {
	return string([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}) + text
}

func TestAHandshakeCutAnywhereWithAHelloBehindIt(t *testing.T) {
	h := serve(t, 5*time.Second)
	all := handshake + hello("{1}") + hello("{2}")
	for cut := 1; cut < len(all); cut++ {
		c := h.dial(t)
		send(t, c, all[:cut])
		if cut%3 == 0 {
			time.Sleep(2 * time.Millisecond) // for many it comes in two parts
		}
		send(t, c, all[cut:])
		answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
		h.hears(t, "{1}")
		h.hears(t, "{2}")
		_ = c.Close()
	}
	if h.other.Load() > 0 {
		t.Errorf("%d handshakes went to the HTTP server", h.other.Load())
	}
}

// What is odd about a handshake is for the HTTP server; where that takes it, everything behind it comes along.
func TestAnOddHandshakeIsTheHTTPServers(t *testing.T) {
	h := serve(t, 5*time.Second)
	frames := strings.Repeat(hello(strings.Repeat("x", 120)), 60) // more than the server's buffer
	c := h.dial(t)
	send(t, c, strings.Replace(handshake, "Host: x\r\n", "Host: x\nContent-Length: 0\r\n", 1)+frames)
	answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
	for range 60 {
		h.hears(t, strings.Repeat("x", 120))
	}
	if h.own.Load() != 0 || h.other.Load() != 1 {
		t.Errorf("%d were served by the lobby, %d by the server", h.own.Load(), h.other.Load())
	}
}

func TestPagesKeepTheirConnection(t *testing.T) {
	h := serve(t, 5*time.Second)
	c := h.dial(t)
	r := bufio.NewReader(c)
	for i := range 3 {
		send(t, c, fmt.Sprintf("POST /page%d HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", i))
		want := fmt.Sprintf("[\"POST\",\"/page%d\",%q,\"body\"]\n", i, c.LocalAddr())
		if got := answer(t, r, http.StatusOK); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	send(t, c, handshake+hello("{}")) // a kept connection may still become a socket
	answer(t, r, http.StatusSwitchingProtocols)
	h.hears(t, "{}")
}

func TestARefusedHandshakeIsToldAndEnds(t *testing.T) {
	h := serve(t, 5*time.Second)
	for name, c := range map[string]struct {
		edit [2]string
		want int
	}{
		"another version":     {[2]string{"Version: 13", "Version: 12"}, http.StatusBadRequest},
		"no key":              {[2]string{"Sec-WebSocket-Key", "Other"}, http.StatusBadRequest},
		"another subprotocol": {[2]string{"ovation.v1.json", "soap"}, http.StatusBadRequest},
		"another site":        {[2]string{"Host: x", "Host: x\r\nOrigin: https://evil.example"}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(t)
			send(t, conn, strings.Replace(handshake, c.edit[0], c.edit[1], 1)+strings.Repeat("more ", 1000)) // that nobody reads must not reset it
			r := bufio.NewReader(conn)
			if answer(t, r, c.want) == "" {
				t.Error("no reason is given")
			}
			if _, err := r.ReadByte(); err != io.EOF {
				t.Errorf("the connection goes on, or broke: %v", err)
			}
		})
	}
	if h.other.Load() != 0 {
		t.Errorf("%d went to the HTTP server", h.other.Load())
	}
}

func Test13HeadsThatAreTooLargeOrNone(t *testing.T) {
	h := serve(t, 5*time.Second)
	for name, c := range map[string]struct {
		said string
		want int
	}{
		"64 KB":             {"GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("x", 64<<10), http.StatusRequestHeaderFieldsTooLarge},
		"a NUL":             {strings.Replace(handshake, "Host: x", "Host: x\r\nA: \x00", 1), http.StatusBadRequest},
		"two hosts":         {strings.Replace(handshake, "Host: x", "Host: x\r\nHost: y", 1), http.StatusBadRequest},
		"no line of HTTP":   {"\r\n\r\n", http.StatusBadRequest},
		"a TLS client":      {"\x16\x03\x01\x02\x00\x01\n", http.StatusBadRequest},
		"HTTP/1.0, upgrade": {strings.Replace(handshake, "HTTP/1.1", "HTTP/1.0", 1), http.StatusUpgradeRequired},
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(t)
			_, _ = io.WriteString(conn, c.said) // it may be refused before all is said
			answer(t, bufio.NewReader(conn), c.want)
		})
	}
}

func TestHalfARequestThatEndsIsAnswered(t *testing.T) {
	h := serve(t, 5*time.Second)
	c := h.dial(t)
	send(t, c, "GET / HTTP/1.1\r\nHost:")
	_ = c.(*net.TCPConn).CloseWrite()
	answer(t, bufio.NewReader(c), http.StatusBadRequest)
}

// 14: half requests cost neither goroutines nor anybody else's time, and are cut.
func Test14HalfRequestsCostADescriptorEach(t *testing.T) {
	const many = 2000
	h := serve(t, 3*time.Second)
	before, files := runtime.NumGoroutine(), openFiles(t)
	var slow []net.Conn
	for i := range many {
		c := h.dial(t)
		// What no request begins with is waited for in the lobby, too.
		send(t, c, []string{handshake[:len(handshake)-20], "get / HTTP/1.1\r\nHost: x\r\n", "\x16\x03\x01", "{", "#/ HTTP/1.1\r\n"}[i%5])
		slow = append(slow, c)
	}
	began := time.Now()
	for range 20 {
		c := h.dial(t)
		send(t, c, handshake+hello("{}"))
		answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
		h.hears(t, "{}")
		_ = c.Close()
	}
	for _, c := range slow {
		send(t, c, "X")
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a good client waited beside them: 20 handshakes took %s", took)
	}
	if n := runtime.NumGoroutine(); n > before+100 {
		t.Errorf("%d goroutines more for %d half requests", n-before, many)
	}
	for _, c := range slow {
		if _, err := c.Read(make([]byte, 1)); err == nil || time.Since(began) > 8*time.Second {
			t.Fatalf("one is not cut: %v after %s", err, time.Since(began))
		}
		_ = c.Close()
	}
	for deadline := time.Now().Add(5 * time.Second); openFiles(t) > files+10; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d files are open, %d before", openFiles(t), files)
		}
	}
}

// 14: half requests that are long hold no more memory than they may, and cost nobody else's; what they held is free again.
func Test14LongHalfRequestsShareTheirMemory(t *testing.T) {
	const many, most = 200, 512 << 10
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := serveWith(t, l, lobby.Options{HeadTime: 3 * time.Second, MaxHeads: most})
	long := handshake[:len(handshake)-2] + "A: " + strings.Repeat("a", 12<<10)
	for range 2 { // the second time all is free again
		cut := 0
		var all []net.Conn
		for range many {
			c := h.dial(t)
			_, _ = io.WriteString(c, long) // it may be cut before all is said
			all = append(all, c)
		}
		usual := h.dial(t)
		send(t, usual, handshake[:100])
		time.Sleep(100 * time.Millisecond) // for what is over the bound to be closed
		for _, c := range all {
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := c.Read(make([]byte, 1)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				cut++
			}
		}
		// Each takes 12 to 16 KiB.
		if kept := many - cut; kept > most/(12<<10)+1 || kept < most/(24<<10) {
			t.Errorf("%d of %d long halves are held in %d KiB", kept, many, most>>10)
		}
		send(t, usual, handshake[100:]+hello("{}"))
		answer(t, bufio.NewReader(usual), http.StatusSwitchingProtocols)
		h.hears(t, "{}")
		for _, c := range all {
			_ = c.Close()
		}
		_ = usual.Close()
		time.Sleep(50 * time.Millisecond) // for the lobby to hear that they went: it tells nobody
	}
}

// 14: half a request is none: where one source has many of them, the oldest makes room for who asks at once; others keep theirs.
func Test14HalfRequestsOfASourceMakeRoom(t *testing.T) {
	const kept, share = 32, 32 / source.FreshHalf
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var from atomic.Pointer[source.Source]
	came := make(chan struct{}, 4*share)
	h := serveWith(t, l, lobby.Options{HeadTime: 20 * time.Second, Source: func(net.Addr) source.Source { came <- struct{}{}; return *from.Load() }, Kept: func() int { return kept }})
	dial := func(of source.Source, n int) (all []net.Conn) {
		t.Helper()
		from.Store(&of)
		for range n {
			c := h.dial(t)
			send(t, c, handshake[:100])
			all = append(all, c)
			<-came
		}
		return all
	}
	flood, other := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("198.51.100.2")
	spared := append(dial(source.Source{Key: other, Limited: true}, share), dial(source.Source{Key: flood}, 2*share)...) // the latter is a proxy's
	first := dial(source.Source{Key: flood, Limited: true}, share)
	last := dial(source.Source{Key: flood, Limited: true}, share)
	whole := h.dial(t)
	send(t, whole, handshake)
	answer(t, bufio.NewReader(whole), http.StatusSwitchingProtocols)
	for i, c := range first {
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("half %d of the %d first is open: %v", i, share, err)
		}
	}
	for i, c := range append(spared, last...) {
		send(t, c, handshake[100:])
		if i > 0 && i < 4 || i == len(spared) { // some of each
			answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
		}
	}
}

// 37: a herd that comes while a tick is on its way waits in the kernel, and each of it is let in once.
func Test37AHerdBehindATickIsLetInOnce(t *testing.T) {
	const many = 300
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	files := openFiles(t)
	sent := make(chan struct{})
	h := serveWith(t, l, lobby.Options{HeadTime: 20 * time.Second, AfterTicks: func() { <-sent }})
	var herd []net.Conn
	for i := range many {
		c := h.dial(t)
		send(t, c, handshake+hello(fmt.Sprint(i)))
		herd = append(herd, c)
	}
	time.Sleep(50 * time.Millisecond) // time in which one that does not wait for the tick would take them
	if n := openFiles(t) - files - many; n > 100 {
		t.Errorf("%d of %d are taken while a tick is on its way", n, many)
	}
	close(sent)
	heard := make(map[string]bool)
	for range many {
		select {
		case text := <-h.heard:
			if heard[text] {
				t.Errorf("%s was heard twice", text)
			}
			heard[text] = true
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of %d were heard", len(heard), many)
		}
	}
	for _, c := range herd {
		answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
	}
	if h.own.Load() != many {
		t.Errorf("%d handshakes of %d were served", h.own.Load(), many)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestAPanicEndsOneHandshake(t *testing.T) {
	h := serve(t, 5*time.Second)
	c := h.dial(t)
	send(t, c, strings.Replace(handshake, "/v1/ws", "/v1/ws?panic=1", 1))
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	c = h.dial(t)
	send(t, c, handshake)
	answer(t, bufio.NewReader(c), http.StatusSwitchingProtocols)
}

func TestCloseEndsEverybodyAndEverything(t *testing.T) {
	before, files := runtime.NumGoroutine(), openFiles(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	in := lobby.Listen(l, lobby.Options{Handler: http.NotFoundHandler(), Path: "/v1/ws"})
	var all []net.Conn
	for i := range 20 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, []string{"", "GET / HTTP", handshake}[i%3]) // silent, half, and refused
		all = append(all, c)
	}
	time.Sleep(20 * time.Millisecond) // so that some are in the lobby and some on their way when it closes
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if _, err := in.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept says %v", err)
	}
	for _, c := range all {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if b, err := io.ReadAll(c); err != nil && !bytes.Contains([]byte(err.Error()), []byte("reset")) {
			t.Errorf("read %q, %v", b, err)
		}
		_ = c.Close()
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before || openFiles(t) > files; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before; %d files, %d before", runtime.NumGoroutine(), before, openFiles(t), files)
		}
	}
}
