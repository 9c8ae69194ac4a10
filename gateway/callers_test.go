package gateway

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/source"
)

// strange is a listener whose connections come from wherever the test says.
type strange struct {
	net.Listener
	from chan string
}

func (s strange) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return stranger{c, net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(<-s.from), 4711))}, nil
}

type stranger struct {
	net.Conn
	at net.Addr
}

func (s stranger) RemoteAddr() net.Addr { return s.at }

// 53: what one address keeps open, or lets take long, is bounded; its neighbours have theirs.
func Test53NoSourceHasAllConnectionsForPages(t *testing.T) {
	const most = 8
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := strange{inner, make(chan string, 1)}
	finder := source.New(source.Options{Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Logger: slog.New(slog.DiscardHandler)})
	c := newCallers(finder, newSources(Limits{SourceConnections: most}.withDefaults()))
	blocked, released := make(chan struct{}, most), make(chan struct{})
	ended := make(chan struct{})
	s := &http.Server{
		ConnState: c.changed, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), ReadHeaderTimeout: 5 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/wait":
				blocked <- struct{}{}
				<-released
			case "/socket":
				if h, _, err := http.NewResponseController(w).Hijack(); err == nil {
					_, _ = io.WriteString(h, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
				}
			}
		}),
	}
	go func() { _ = s.Serve(l); close(ended) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	ask := func(from, path string) *bufio.Reader {
		t.Helper()
		l.from <- from
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		return bufio.NewReader(conn)
	}
	answered := func(r *bufio.Reader) bool {
		a, err := http.ReadResponse(r, nil)
		return err == nil && a.StatusCode < 400
	}
	open := func(from string) int { // when what was closed has been counted, of which nothing tells: it stood still for 50 ms
		key := finder.Peer(net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 1))).Key
		for n, same := c.open.Open(key), 0; ; time.Sleep(5 * time.Millisecond) {
			if m := c.open.Open(key); m != n {
				n, same = m, 0
			} else if same++; same > 10 {
				return n
			}
		}
	}
	const first, second, proxy = "2001:db8::1", "2001:db8::2", "192.0.2.1" // the first two are of one /64
	for range 2 * most {
		if !answered(ask(first, "/socket")) {
			t.Fatal("a socket was refused: sockets leave the server's books")
		}
	}
	for range most {
		if !answered(ask(first, "/")) || !answered(ask(second, "/")) {
			t.Fatal("a page was refused though none is under way")
		}
	}
	if n := open(first); n != most/2 {
		t.Errorf("%d connections are kept, want %d", n, most/2)
	}
	var slow []*bufio.Reader
	for range most - most/2 {
		slow = append(slow, ask(second, "/wait"))
		<-blocked
	}
	if answered(ask(first, "/")) {
		t.Error("one more than the most of an address was served")
	}
	for range 2 * most {
		if !answered(ask(proxy, "/")) {
			t.Fatal("a proxy that brings the requests of many was bound as one address")
		}
	}
	if !answered(ask("2001:db8:0:1::1", "/")) {
		t.Error("a neighbour was refused")
	}
	close(released)
	for _, r := range slow {
		if !answered(r) {
			t.Error("a request under way was cut")
		}
	}
	if n := open(first); n != most/2 {
		t.Errorf("%d connections are open, want %d", n, most/2)
	}
	if !answered(ask(first, "/")) {
		t.Error("there is room, and a page is refused")
	}
	_ = s.Close()
	<-ended
	n := open(first)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n != 0 || len(c.from) != 0 {
		t.Errorf("%d connections are counted after all have ended, and %d are remembered", n, len(c.from))
	}
}

// 14: an audience that comes back at once from one address is in the middle of its handshakes together, and nobody is closed for
// it; who stays there longer makes room as soon as there are more than a share.
func Test14AnAudienceBehindOneAddressMayShakeHandsAtOnce(t *testing.T) {
	const most = 32
	c := newCallers(source.New(source.Options{Logger: slog.New(slog.DiscardHandler)}), newSources(Limits{SourceConnections: most}.withDefaults()))
	key, now := netip.MustParseAddr("198.51.100.1"), time.Now()
	var closed []int
	came := func(n int, at time.Time) {
		c.came(&noted{closed: func() { closed = append(closed, n) }}, key, at)
	}
	for n := range most / source.FreshHalf {
		came(n, now.Add(time.Duration(n)*time.Millisecond))
	}
	if len(closed) != 0 {
		t.Fatalf("%v were closed of %d who came at once", closed, most/source.FreshHalf)
	}
	came(100, now.Add(time.Second)) // above half
	came(101, now.Add(source.FreshTime+time.Second))
	if !slices.Equal(closed, []int{0, 1}) {
		t.Errorf("%v were closed, want the two oldest", closed)
	}
}

// noted is a connection that notes its end.
type noted struct {
	net.Conn
	closed func()
}

func (n *noted) Close() error { n.closed(); return nil }

// 14: on a port that speaks TLS one source has half of its connections for what has yet to shake hands, of which the oldest makes room, and
// so many handshakes a second; its neighbours are served, and so is whoever of its own shakes hands at once.
func Test14HalfTLSHandshakesOfASourceAreBound(t *testing.T) {
	const most, share = 32, 32 / source.FreshHalf
	certificate := httptest.NewTLSServer(nil)
	t.Cleanup(certificate.Close)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := strange{inner, make(chan string, 1)}
	rules := newSources(Limits{SourceConnections: most, SourceRequests: 1000}.withDefaults())
	c := newCallers(source.New(source.Options{Logger: slog.New(slog.DiscardHandler)}), rules)
	s := &http.Server{ConnState: c.changed, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), ReadHeaderTimeout: time.Minute, Handler: http.NotFoundHandler()}
	ended := make(chan struct{})
	go func() { _ = s.Serve(tls.NewListener(l, certificate.TLS)); close(ended) }()
	dial := func(from string) net.Conn {
		t.Helper()
		l.from <- from
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		return conn
	}
	answered := func(from string) bool {
		t.Helper()
		conn := tls.Client(dial(from), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // whose certificate it is does not matter here
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		_, err := http.ReadResponse(bufio.NewReader(conn), nil)
		return err == nil
	}
	const attacker, neighbour = "198.51.100.1", "198.51.100.2"
	var half []net.Conn
	for range 3 * share {
		conn := dial(attacker)
		_, _ = conn.Write([]byte{0x16, 3, 1, 2}) // a ClientHello of which no more comes
		half = append(half, conn)
	}
	for range 3 {
		if !answered(attacker) {
			t.Error("whoever shakes hands at once from the same address is not answered")
		}
		if !answered(neighbour) {
			t.Error("a neighbour is not answered")
		}
	}
	for i, conn := range half[:2*share] {
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("half handshake %d of %d is open still, %d may be: %v", i, len(half), share, err)
		}
	}
	rules.set(Limits{SourceRequests: 1}.withDefaults())
	let := 0
	for range 20 {
		if answered("198.51.100.3") {
			let++
		}
	}
	if let < 4 || let > 10 { // four at once, and one a second
		t.Errorf("of 20 handshakes of an address with one a second %d were taken", let)
	}
	if !answered(neighbour) {
		t.Error("a neighbour of one with too many handshakes is not answered")
	}
	_ = s.Close()
	<-ended
	remembered := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.from) + c.fresh.Sources()
	}
	for deadline := time.Now().Add(5 * time.Second); remembered() > 0; time.Sleep(time.Millisecond) { // the server tells of an end a moment after it
		if time.Now().After(deadline) {
			t.Fatal("connections or sources are remembered after all have ended")
		}
	}
}

// 14: half a request is none: where one source has many of them, the oldest makes room for who asks at once.
func Test14HalfRequestsOfASourceAreBound(t *testing.T) {
	const most, share = 32, 32 / source.FreshHalf
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := strange{inner, make(chan string, 1)}
	c := newCallers(source.New(source.Options{Logger: slog.New(slog.DiscardHandler)}), newSources(Limits{SourceConnections: most}.withDefaults()))
	s := &http.Server{ConnState: c.changed, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), ReadHeaderTimeout: time.Minute, Handler: http.NotFoundHandler()}
	ended := make(chan struct{})
	go func() { _ = s.Serve(l); close(ended) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	ask := func(text string) net.Conn {
		t.Helper()
		l.from <- "198.51.100.1"
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.WriteString(conn, text)
		return conn
	}
	var half []net.Conn
	for range share {
		half = append(half, ask("GET / HT"))
	}
	time.Sleep(50 * time.Millisecond) // what is half has been read
	for range share {
		half = append(half, ask("GET / HT"))
	}
	if _, err := http.ReadResponse(bufio.NewReader(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), nil); err != nil {
		t.Errorf("whoever asks at once is not answered: %v", err)
	}
	for i, conn := range half[:share] {
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("half request %d of %d is open still: %v", i, len(half), err)
		}
	}
}

// 25: a school behind one address is no attack: everybody is in within their turns, with few tries each. Its pages are all
// answered.
func Test25ManyPeopleBehindOneAddressAreIn(t *testing.T) {
	const perSecond, most = 50, 4 * 50 // at once
	for people, tries := range map[int]int{1000: 3, 5000: 5} {
		s := newSources(Limits{SourceHandshakes: perSecond}.withDefaults())
		school := source.Source{Key: netip.MustParseAddr("198.51.100.1"), Limited: true}
		begin := time.Now()
		knocks := make([]time.Duration, people) // the bell rings: they come within ten seconds
		for i := range knocks {
			knocks[i] = time.Duration(i) * 10 * time.Second / time.Duration(people)
			for range 10 * 1000 / people { // the page and its files; of those of 5,000 the browsers have most
				if wait := s.ask(school, begin.Add(knocks[i])); wait > 0 {
					t.Fatalf("a page is refused at %s", knocks[i])
				}
			}
		}
		var last time.Duration
		knocked := 0
		for ; len(knocks) > 0; knocked++ {
			if knocked > 100*people {
				t.Fatalf("%d of %d are still outside after %s", len(knocks), people, knocks[0])
			}
			slices.Sort(knocks)
			at := knocks[0]
			knocks = knocks[1:]
			busy, leave := s.enter(school, begin.Add(at))
			if busy == nil {
				last = max(last, at)
				continue
			}
			leave(false)
			knocks = append(knocks, at+busy.wait)
		}
		if within := time.Duration(people-most)*time.Second/perSecond + 15*time.Second; last > within {
			t.Errorf("the last of %d was in after %s, want %s", people, last, within)
		}
		if knocked > tries*people {
			t.Errorf("%d people knocked %d times", people, knocked)
		}
		t.Logf("%d people: all in after %s, %d knocks", people, last, knocked)
	}
}
