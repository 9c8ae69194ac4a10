package source_test

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pires/go-proxyproto"

	"github.com/ovation-live/ovation/gateway/source"
)

func networks(t testing.TB, texts ...string) (all []netip.Prefix) {
	t.Helper()
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func Test25WhoStandsBehindARequest(t *testing.T) {
	proxies := networks(t, "10.0.0.0/8", "192.0.2.10/32", "fd00::/8")
	for name, c := range map[string]struct {
		peer, header string
		values       []string
		want         string
		limited      bool
	}{
		"no proxy":                            {"203.0.113.5:1", "X-Forwarded-For", nil, "203.0.113.5", true},
		"no proxy, and a made-up header":      {"203.0.113.5:1", "X-Forwarded-For", []string{"198.51.100.1"}, "203.0.113.5", true},
		"a proxy":                             {"10.1.1.1:1", "X-Forwarded-For", []string{"198.51.100.1"}, "198.51.100.1", true},
		"what the client made up stands left": {"10.1.1.1:1", "X-Forwarded-For", []string{"1.1.1.1, 8.8.8.8, 198.51.100.1"}, "198.51.100.1", true},
		"two proxies":                         {"10.1.1.1:1", "X-Forwarded-For", []string{"1.1.1.1, 198.51.100.1, 192.0.2.10"}, "198.51.100.1", true},
		"two headers":                         {"10.1.1.1:1", "X-Forwarded-For", []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1", true},
		"with a port":                         {"10.1.1.1:1", "X-Forwarded-For", []string{"198.51.100.1:4711"}, "198.51.100.1", true},
		"IPv6 counts by /64":                  {"[fd00::1]:1", "X-Forwarded-For", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::", true},
		"IPv6 in brackets":                    {"10.1.1.1:1", "X-Forwarded-For", []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::", true},
		"IPv4 in IPv6":                        {"[::ffff:10.1.1.1]:1", "X-Forwarded-For", []string{"::ffff:198.51.100.1"}, "198.51.100.1", true},
		"a proxy's own request":               {"10.1.1.1:1", "X-Forwarded-For", nil, "10.1.1.1", false},
		"proxies alone":                       {"10.1.1.1:1", "X-Forwarded-For", []string{"10.2.2.2, 10.3.3.3"}, "10.2.2.2", false},
		"no address":                          {"10.1.1.1:1", "X-Forwarded-For", []string{"198.51.100.1, unknown"}, "10.1.1.1", false},
		"nonsense left of the client":         {"10.1.1.1:1", "X-Forwarded-For", []string{"'; DROP TABLE, 198.51.100.1"}, "198.51.100.1", true},
		"a comma too many":                    {"10.1.1.1:1", "X-Forwarded-For", []string{"198.51.100.1,"}, "10.1.1.1", false},
		"Forwarded":                           {"10.1.1.1:1", "Forwarded", []string{`for=1.1.1.1, for="[2001:db8:1:2::9]:4711";proto=https;by=10.1.1.1`}, "2001:db8:1:2::", true},
		"Forwarded, in capitals":              {"10.1.1.1:1", "Forwarded", []string{`proto=https;For=198.51.100.1`}, "198.51.100.1", true},
		"Forwarded, hidden":                   {"10.1.1.1:1", "Forwarded", []string{`for=_hidden`}, "10.1.1.1", false},
		"Forwarded, a stranger's open quote":  {"10.1.1.1:1", "Forwarded", []string{`for=", for=198.51.100.1`}, "198.51.100.1", true},
		"Forwarded, an open quote before one": {"10.1.1.1:1", "Forwarded", []string{`for=", for="[2001:db8:1:2::9]:4711";proto=https`}, "2001:db8:1:2::", true},
		"Forwarded, an open quote apart":      {"10.1.1.1:1", "Forwarded", []string{`for="`, `for=198.51.100.1`}, "198.51.100.1", true},
		"Forwarded, a quoted comma":           {"10.1.1.1:1", "Forwarded", []string{`for=198.51.100.1;ext="a,for=1.1.1.1"`}, "198.51.100.1", true},
	} {
		f := source.New(source.Options{Trusted: proxies, Header: c.header, Logger: slog.New(slog.DiscardHandler)})
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{http.CanonicalHeaderKey(c.header): c.values}}
		if got := f.Of(r); got.Key.String() != c.want || got.Limited != c.limited {
			t.Errorf("%s: %+v, want %s, limited %v", name, got, c.want, c.limited)
		}
	}
	// The header that was not chosen is a stranger's, even from a proxy.
	f := source.New(source.Options{Trusted: proxies, Logger: slog.New(slog.DiscardHandler)})
	r := &http.Request{RemoteAddr: "10.1.1.1:1", Header: http.Header{"Forwarded": {"for=1.1.1.1"}, "X-Forwarded-For": {"198.51.100.1"}}}
	if got := f.Of(r).Key.String(); got != "198.51.100.1" {
		t.Errorf("Forwarded beside X-Forwarded-For: %s", got)
	}
}

// Nobody can tell those apart who come through a proxy that is not known, or that names nobody: no limit is theirs together,
// and whoever runs the proxy is told. Who comes from the open internet is limited, whatever it writes; and so is everybody
// outside the list once there is one, since a header is all it takes to look like a proxy.
func Test25AnUnknownProxyIsNotOneBucket(t *testing.T) {
	forwards := http.Header{"X-Forwarded-For": {"198.51.100.1"}}
	for name, c := range map[string]struct {
		trusted []string
		peer    string
		header  http.Header
		limited bool
		warns   string
	}{
		"a private peer that forwards":                 {nil, "10.1.1.1:1", forwards, false, "trusted_proxies"},
		"a private peer beside those that are trusted": {[]string{"192.0.2.0/24"}, "10.1.1.1:1", forwards, true, "trusted_proxies"},
		"a shared address beside those":                {[]string{"192.0.2.0/24"}, "100.64.3.3:1", forwards, true, "trusted_proxies"},
		"a balancer's shared address":                  {nil, "100.64.3.3:1", http.Header{"Forwarded": {"for=198.51.100.1"}}, false, "trusted_proxies"},
		"a private peer":                               {nil, "10.1.1.1:1", nil, true, ""},
		"a private peer, while others are trusted":     {[]string{"192.0.2.0/24"}, "10.1.1.1:1", nil, true, ""},
		"a public peer with a header":                  {nil, "203.0.113.5:1", forwards, true, ""},
		"a public peer, while others are trusted":      {[]string{"192.0.2.0/24"}, "203.0.113.5:1", forwards, true, ""},
		"this machine":                                 {nil, "127.0.0.1:1", nil, false, ""},
		"this machine, for somebody":                   {nil, "[::1]:1", forwards, false, "trusted_proxies"},
		"this machine, while others are trusted":       {[]string{"192.0.2.0/24"}, "127.0.0.1:1", forwards, false, "trusted_proxies"},
		"a trusted peer that writes another header":    {[]string{"10.0.0.0/8"}, "10.1.1.1:1", http.Header{"Forwarded": {"for=198.51.100.1"}}, false, "proxy_header"},
		"a trusted balancer that writes none":          {[]string{"10.0.0.0/8"}, "10.1.1.1:1", nil, false, "proxy_header"},
		"a proxy behind a balancer that writes none":   {[]string{"10.0.0.0/8"}, "10.1.1.1:1", http.Header{"X-Forwarded-For": {"10.9.9.9"}}, false, "proxy_header"},
		"a trusted peer that names somebody":           {[]string{"10.0.0.0/8"}, "10.1.1.1:1", forwards, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				f := source.New(source.Options{Trusted: networks(t, c.trusted...), Logger: slog.New(slog.NewTextHandler(&log, nil))})
				for range 200 {
					if got := f.Of(&http.Request{RemoteAddr: c.peer, Header: c.header}); got.Limited != c.limited {
						t.Fatalf("%+v, want limited %v", got, c.limited)
					}
				}
				want := 0
				if c.warns != "" {
					want = 1
				}
				if n := strings.Count(log.String(), "level=WARN"); n != want || want > 0 && !strings.Contains(log.String(), "setting="+c.warns) {
					t.Errorf("warned %d times, want %d of %q:\n%s", n, want, c.warns, &log)
				}
			})
		})
	}
}

// Behind a proxy that forwards connections as they are every header is the client's, from whatever address it comes: one that
// says before whom it forwards is not asked a second time.
func Test25NoHeaderIsReadBehindThePROXYProtocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := source.New(source.Options{Trusted: networks(t, "10.0.0.0/8"), Proxied: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		header := http.Header{"X-Forwarded-For": {"198.51.100.1"}}
		for range 200 {
			if got := f.Of(&http.Request{RemoteAddr: "10.1.1.1:1", Header: header}); got.Key.String() != "10.1.1.1" || got.Limited {
				t.Fatalf("a trusted address as itself: %+v", got)
			}
			if got := f.Of(&http.Request{RemoteAddr: "203.0.113.5:1", Header: header}); got.Key.String() != "203.0.113.5" || !got.Limited {
				t.Fatalf("a client: %+v", got)
			}
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "setting=proxy_protocol") {
			t.Errorf("warned %d times, want once, of proxy_protocol:\n%s", n, &log)
		}
	})
}

// A proxy asks now and then by itself whether we are well: that is no reason to warn.
func Test25AProxysOwnRequestsAreNoReasonToWarn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := source.New(source.Options{Trusted: networks(t, "10.0.0.0/8"), Logger: slog.New(slog.NewTextHandler(&log, nil))})
		for range 1800 {
			if got := f.Of(&http.Request{RemoteAddr: "10.1.1.1:1"}); got.Limited {
				t.Fatalf("%+v: the proxy itself is limited", got)
			}
			time.Sleep(2 * time.Second) // of the bubble's clock, by which the warning is counted
		}
		if log.Len() > 0 {
			t.Errorf("an hour of health checks, one each 2 s, is told:\n%s", &log)
		}
	})
}

// A connection that brings many clients' requests is nobody's, as far as that can be known before there is one.
func Test25AConnectionOfAProxyIsNobodys(t *testing.T) {
	at := func(text string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(text)) }
	f := source.New(source.Options{Trusted: networks(t, "10.0.0.0/8"), Logger: slog.New(slog.DiscardHandler)})
	for peer, want := range map[string]string{
		"10.1.1.1:1": "", "127.0.0.1:1": "", "[::ffff:10.1.1.1]:1": "", "192.168.1.1:1": "192.168.1.1", "203.0.113.5:1": "203.0.113.5", "[2001:db8::1]:1": "2001:db8::",
	} {
		got := ""
		if s := f.Peer(at(peer)); s.Limited {
			got = s.Key.String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", peer, got, want)
		}
	}
	f.Of(&http.Request{RemoteAddr: "192.168.1.1:1", Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}})
	if !f.Peer(at("192.168.1.1:2")).Limited {
		t.Error("a header of one client takes the limit off every private address")
	}
	nobody := source.New(source.Options{Logger: slog.New(slog.DiscardHandler)})
	if !nobody.Peer(at("10.1.1.1:1")).Limited {
		t.Error("a private peer that has forwarded nothing has no limit")
	}
	nobody.Of(&http.Request{RemoteAddr: "10.1.1.1:1", Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}})
	if nobody.Peer(at("10.1.1.1:2")).Limited {
		t.Error("a private peer that forwards for others is one client")
	}
	for _, other := range []string{"10.1.1.2:1", "192.168.1.1:1", "100.64.3.3:1", "[fd00::1]:1", "203.0.113.5:1"} {
		if !nobody.Peer(at(other)).Limited {
			t.Errorf("a header of another takes the limit off %s", other)
		}
	}
}

// Who forwarded is remembered for an hour, and however many did, of some only.
func Test53PeersThatForwardedAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := source.New(source.Options{Logger: slog.New(slog.DiscardHandler)})
		forward := func(peer netip.Addr) {
			f.Of(&http.Request{RemoteAddr: netip.AddrPortFrom(peer, 1).String(), Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}})
		}
		limited := func(peer netip.Addr) bool {
			return f.Peer(net.TCPAddrFromAddrPort(netip.AddrPortFrom(peer, 2))).Limited
		}
		proxy, other := netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("10.2.0.0")
		for range 3 * 24 {
			forward(proxy)
			time.Sleep(50 * time.Minute) // of the bubble's clock, by which they are forgotten
			if limited(proxy) {
				t.Fatal("a peer that forwards on is forgotten")
			}
		}
		time.Sleep(10 * time.Minute) // and the hour is over
		if !limited(proxy) {
			t.Error("a peer that forwarded nothing for an hour has no limit")
		}
		first := other
		for range source.MaxForwarders + 1 {
			forward(other)
			other = other.Next()
			time.Sleep(time.Millisecond) // so that one of them is the oldest
		}
		if !limited(first) || limited(first.Next()) {
			t.Errorf("of one more than are remembered the first is limited: %v, the second: %v", limited(first), limited(first.Next()))
		}
	})
}

func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"198.51.100.1", `for="[2001:db8::1]:4711";proto=https, for=10.0.0.1`, `for="`, ",,,", "unknown", "[", "1.1.1.1:99999"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	proxies := networks(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, value string, forwarded bool) {
		name := "X-Forwarded-For"
		if forwarded {
			name = "Forwarded"
		}
		s := source.New(source.Options{Trusted: proxies, Header: name, Logger: slog.New(slog.DiscardHandler)}).
			Of(&http.Request{RemoteAddr: "10.0.0.1:1", Header: http.Header{name: {value}}})
		if !s.Key.IsValid() || s.Key.Zone() != "" || s.Key.Is6() && netip.PrefixFrom(s.Key, 64).Masked().Addr() != s.Key {
			t.Fatalf("%q became %v", value, s.Key)
		}
	})
}

func listen(t *testing.T, trusted ...string) net.Listener {
	t.Helper()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := source.Listen(plain, networks(t, trusted...), slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func header(t *testing.T, version byte, from string) []byte {
	t.Helper()
	h := proxyproto.HeaderProxyFromAddrs(version, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from)), net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.1:443")))
	b, err := h.Format()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// without is a header for a client that is no TCP peer.
func without(t *testing.T, family proxyproto.AddressFamilyAndProtocol, from net.Addr) []byte {
	t.Helper()
	h := proxyproto.Header{Version: 2, Command: proxyproto.PROXY, TransportProtocol: family, SourceAddr: from, DestinationAddr: from}
	b, err := h.Format()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// speak connects, says something, and gives who was accepted and what it then said; an empty address when it was closed.
func speak(t *testing.T, l net.Listener, said []byte) (address, rest string) {
	t.Helper()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Write(said); err != nil {
		t.Fatal(err)
	}
	got := make(chan net.Conn, 1)
	go func() {
		if a, err := l.Accept(); err == nil {
			got <- a
		}
	}()
	closed := make(chan struct{})
	go func() {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.ReadAll(c)
		close(closed)
	}()
	select {
	case a := <-got:
		buffer := make([]byte, 100)
		_ = a.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, _ := a.Read(buffer)
		_ = a.Close()
		return a.RemoteAddr().String(), string(buffer[:n])
	case <-closed:
		return "", ""
	}
}

func Test25APROXYHeaderNamesTheClient(t *testing.T) {
	for name, c := range map[string]struct {
		said []byte
		want string
	}{
		"IPv4":                  {header(t, 2, "198.51.100.7:5555"), "198.51.100.7:5555"},
		"version 1":             {header(t, 1, "198.51.100.7:5555"), ""},
		"none":                  {[]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), ""},
		"a length beyond all":   {append(append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11"), 0xff, 0xff), make([]byte, 100)...), ""},
		"longer than it may be": {append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x08\x00"), make([]byte, 2048)...), ""},
		"a client without TCP":  {without(t, proxyproto.UnixStream, &net.UnixAddr{Net: "unix", Name: "/a"}), ""},
		"a client by UDP":       {without(t, proxyproto.UDPv4, net.UDPAddrFromAddrPort(netip.MustParseAddrPort("198.51.100.7:5555"))), ""},
		"no family":             {append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x00"), 0, 0), ""},
		"a family there isn't":  {append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x7f"), 0, 0), ""},
	} {
		address, rest := speak(t, listen(t, "127.0.0.0/8"), append(c.said, "hello"...))
		if address != c.want || c.want != "" && rest != "hello" {
			t.Errorf("%s: accepted as %q with %q behind it, want %q", name, address, rest, c.want)
		}
	}
	// Who is not trusted is nobody else than it is, whatever it writes.
	said := append(header(t, 2, "198.51.100.7:5555"), "hello"...)
	if address, rest := speak(t, listen(t, "10.0.0.0/8"), said); !strings.HasPrefix(address, "127.0.0.1:") || rest != string(said) {
		t.Errorf("a stranger's header was read: %q %q", address, rest)
	}
}

// 25: whoever looks from this machine whether the port works says that it is nobody's proxy, where that is asked.
func Test25OurOwnConnectionsComeThrough(t *testing.T) {
	for name, trusted := range map[string][]string{"a proxy beside us": {"127.0.0.0/8"}, "proxies elsewhere": {"10.0.0.0/8"}, "none": nil} {
		l := listen(t, trusted...)
		c, err := source.DialLocal(networks(t, trusted...))(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "hello"); err != nil {
			t.Fatal(err)
		}
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		a, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(a)
		if err != nil || string(said) != "hello" || a.RemoteAddr().String() != c.LocalAddr().String() {
			t.Errorf("%s: %s said %q (%v), want hello of %s", name, a.RemoteAddr(), said, err, c.LocalAddr())
		}
		_, _ = c.Close(), a.Close()
	}
}

// A proxy that connects and says nothing keeps no other out.
func Test14AProxyThatSaysNothingHoldsUpNobody(t *testing.T) {
	l := listen(t, "127.0.0.0/8")
	for range 50 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	if address, _ := speak(t, l, append(header(t, 2, "198.51.100.7:5555"), "hello"...)); address != "198.51.100.7:5555" {
		t.Errorf("accepted %q", address)
	}
}

func FuzzProxyHeader(f *testing.F) {
	f.Add([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x00\x01\x00\x02"))
	f.Add([]byte("\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"))
	f.Add([]byte("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		head, err := source.ReadHeader(bytes.NewReader(b))
		if err == nil && !bytes.HasPrefix(b, head) {
			t.Fatalf("%q is not where %q begins", head, b)
		}
	})
}
