package lobby_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/lobby"
)

// said is what a handler was told of a request.
type said struct {
	Method, URI, Path, Query, Host, Proto, From, Body string
	Header                                            http.Header
	Length                                            int64
	Coding                                            []string
	Close                                             bool
}

// twins are two servers with one handler, which says what it was told: one behind a lobby, one as it is.
type twins struct{ lobby, bare string }

func serveTwins(t testing.TB) *twins {
	t.Helper()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			body = append(body, " and an error"...)
		}
		from, _, _ := net.SplitHostPort(r.RemoteAddr)
		_ = json.NewEncoder(w).Encode(said{
			r.Method, r.RequestURI, r.URL.Path, r.URL.RawQuery, r.Host, r.Proto, from, string(body), r.Header, r.ContentLength, r.TransferEncoding, r.Close,
		})
	})
	serve := func(before func(net.Listener) net.Listener) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := &http.Server{Handler: echo, ReadHeaderTimeout: 2 * time.Second, ReadTimeout: 2 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
		ended := make(chan struct{})
		go func() { _ = s.Serve(before(l)); close(ended) }()
		t.Cleanup(func() {
			_ = s.Close()
			<-ended
		})
		return l.Addr().String()
	}
	return &twins{
		lobby: serve(func(l net.Listener) net.Listener {
			return lobby.Listen(l, lobby.Options{Handler: echo, Path: "/v1/ws", HeadTime: 2 * time.Second, Logger: slog.New(slog.DiscardHandler)})
		}),
		bare: serve(func(l net.Listener) net.Listener { return l }),
	}
}

// told is one answer.
type told struct {
	status int
	body   string
	closes bool
}

// ask says something in parts, cut at some places, then no more, and gives the answers.
func ask(t testing.TB, address string, parts [][]byte) (all []told) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	for i, part := range parts {
		if i > 0 {
			time.Sleep(time.Millisecond) // so that it comes apart
		}
		if _, err := c.Write(part); err != nil {
			break // who was refused before all was said
		}
	}
	_ = c.(*net.TCPConn).CloseWrite()
	r := bufio.NewReader(c)
	for {
		if _, err := r.Peek(1); err != nil {
			return all
		}
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			return append(all, told{body: "no answer: " + err.Error()})
		}
		body, err := io.ReadAll(a.Body)
		if err != nil { // a reset, for what nobody read
			return append(all, told{status: a.StatusCode, closes: true})
		}
		all = append(all, told{a.StatusCode, string(body), a.Close})
	}
}

// compare has both servers answer. The lobby may end a connection after a handshake, where the server goes on; what it said
// until then is the same.
func (w *twins) compare(t testing.TB, name string, parts ...[]byte) {
	t.Helper()
	behind, bare := ask(t, w.lobby, parts), ask(t, w.bare, parts)
	if n := len(behind); n > 0 && n < len(bare) && behind[n-1].closes && strings.Contains(behind[n-1].body, `"Upgrade"`) {
		bare = bare[:n]
	}
	same := len(behind) == len(bare)
	for i := 0; same && i < len(bare); i++ {
		same = behind[i].status == bare[i].status && (behind[i].body == bare[i].body || behind[i].closes && bare[i].closes)
	}
	if !same {
		t.Errorf("%s: %.300q\nbehind a lobby: %.600s\nwithout:        %.600s", name, bytes.Join(parts, []byte("|")), fmt.Sprint(behind), fmt.Sprint(bare))
	}
}

// What is behind a lobby is told of every request what the HTTP server alone tells, byte for byte, and refused alike.
func Test13TheLobbyReadsAsTheServerDoes(t *testing.T) {
	t.Parallel()
	w := serveTwins(t)
	edit := func(from, to string) string { return strings.Replace(handshake, from, to, 1) }
	host := func(lines string) string { return edit("Host: x\r\n", lines) }
	for name, text := range map[string]string{
		"a handshake":                       handshake,
		"a handshake twice":                 handshake + handshake,
		"with a query":                      edit("/ws ", "/ws?a=%00%2e%2e&b=;c#d "),
		"a query that is no URL":            edit("/ws ", "/ws?%zz "),
		"a colon in the path":               edit("/ws ", "/ws?://x@y "),
		"an absolute address":               edit("/v1/ws", "http://evil.example/v1/ws"),
		"an absolute address, other scheme": edit("/v1/ws", "ws://x:80/v1/ws"),
		"two slashes":                       edit("/v1/ws", "//v1/ws"),
		"dots":                              edit("/v1/ws", "/v1/../v1/ws"),
		"letters written in percent":        edit("/v1/ws", "/v1/%77s"),
		"a slash behind":                    edit("/v1/ws", "/v1/ws/"),
		"a star":                            edit("/v1/ws", "*"),
		"CONNECT":                           "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
		"two blanks":                        edit("GET /", "GET  /"),
		"a tab":                             edit("GET /", "GET\t/"),
		"a blank at the end":                edit("HTTP/1.1\r", "HTTP/1.1 \r"),
		"HTTP/1.0":                          edit("1.1", "1.0"),
		"HTTP/1.2":                          edit("1.1", "1.2"),
		"HTTP/2.0":                          edit("1.1", "2.0"),
		"HTTP/0.9":                          "GET /v1/ws\r\n\r\n",
		"in small letters":                  edit("HTTP", "http"),
		"a method in small letters":         edit("GET", "get"),
		"HEAD":                              edit("GET", "HEAD"),
		"the preface of HTTP/2":             "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
		"HTTP/2 by upgrade":                 host("Host: x\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"),
		"no host":                           host(""),
		"two hosts":                         host("Host: x\r\nhost: y\r\n"),
		"the same host twice":               host("Host: x\r\nHost: x\r\n"),
		"an empty host":                     host("Host:\r\n"),
		"a host with a user":                host("Host: a@b\r\n"),
		"a host of IPv6":                    host("Host: [::1]:80\r\n"),
		"a host of letters beyond":          host("Host: \xc3\xa4\r\n"),
		"blanks around a host":              host("Host: \t x \t\r\n"),
		"a folded line":                     host("Host: x\r\nA: b\r\n c\r\n"),
		"a first line that is folded":       host(" Host: x\r\n"),
		"a folded host":                     host("Host:\r\n x\r\n"),
		"a line of blanks":                  host("Host: x\r\n  \r\n"),
		"a bare line feed":                  host("Host: x\n"),
		"line feeds alone":                  strings.ReplaceAll(handshake, "\r\n", "\n"),
		"a line feed at the end":            strings.TrimSuffix(handshake, "\r\n") + "\n",
		"a bare carriage return":            host("Host: x\r\nA: b\rC: d\r\n"),
		"two carriage returns":              host("Host: x\r\r\n"),
		"an end of \\n\\r\\n":               "GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\n\r\nbehind",
		"a NUL in a value":                  host("Host: x\r\nA: \x00\r\n"),
		"a NUL in a name":                   host("Host: x\r\nA\x00: b\r\n"),
		"a DEL":                             host("Host: x\r\nA: \x7f\r\n"),
		"bytes beyond ASCII":                host("Host: x\r\nA: \xff\xfe\r\n"),
		"a name beyond ASCII":               host("Host: x\r\n\xc3\xa4: b\r\n"),
		"a blank before the colon":          host("Host: x\r\nA : b\r\n"),
		"no name":                           host("Host: x\r\n: b\r\n"),
		"no colon":                          host("Host: x\r\nA\r\n"),
		"an underscore":                     host("Host: x\r\nX_Forwarded_For: 1.2.3.4\r\n"),
		"a body of a known length":          host("Host: x\r\nContent-Length: 4\r\n") + "bodyGET /second HTTP/1.1\r\nHost: y\r\n\r\n",
		"two lengths":                       host("Host: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n") + "body",
		"a length of plus":                  host("Host: x\r\nContent-Length: +4\r\n") + "body",
		"a length below nothing":            host("Host: x\r\nContent-Length: -1\r\n"),
		"a length and chunks":               host("Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: y\r\n\r\n",
		"chunks":                            host("Host: x\r\nTransfer-Encoding: chunked\r\n") + "4\r\nbody\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: y\r\n\r\n",
		"chunks of another name":            host("Host: x\r\nTransfer-Encoding: xchunked\r\n") + "0\r\n\r\n",
		"chunks behind a folded line":       host("Host: x\r\nTransfer-Encoding:\r\n chunked\r\n") + "0\r\n\r\n",
		"chunks with a tab":                 host("Host: x\r\nTransfer-Encoding:\tchunked\r\n") + "0\r\n\r\n",
		"chunks before a colon":             host("Host: x\r\nTransfer-Encoding : chunked\r\n") + "0\r\n\r\n",
		"chunks that break off":             host("Host: x\r\nTransfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\nbody",
		"an expectation":                    host("Host: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n") + "body",
		"a strange expectation":             host("Host: x\r\nExpect: 200-ok\r\n"),
		"a trailer":                         host("Host: x\r\nTrailer: A\r\n"),
		"keep-alive":                        host("Host: x\r\nConnection: keep-alive\r\n"),
		"close":                             host("Host: x\r\nConnection: close\r\n") + "GET /second HTTP/1.1\r\nHost: y\r\n\r\n",
		"pragma":                            host("Host: x\r\nPragma: no-cache\r\n"),
		"a page, and a handshake":           "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" + handshake,
		"a post, and line ends":             "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody\r\n\r\n" + handshake,
		"three pages at once":               strings.Repeat("GET /page HTTP/1.1\r\nHost: x\r\n\r\n", 3),
		"an empty line first":               "\r\n" + handshake,
		"empty lines alone":                 "\r\n\r\n\r\n",
		"half a line":                       "GET /v1/w",
		"half a head":                       handshake[:len(handshake)-2],
		"nothing":                           "",
		"a TLS client":                      "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + strings.Repeat("\n", 150),
		"a TLS client, half":                "\x16\x03\x01",
		"a PROXY header of version 1":       "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + handshake,
		"a PROXY header of version 2":       "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x00\x01\x00\x02" + handshake,
		"200 fields":                        host("Host: x\r\n" + strings.Repeat("A: b\r\n", 200)),
		"15 KB":                             host("Host: x\r\nA: " + strings.Repeat("a", 15<<10) + "\r\n"),
		"64 KB":                             host("Host: x\r\nA: " + strings.Repeat("a", 64<<10) + "\r\n"),
		"64 KB of a query":                  edit("/ws ", "/ws?"+strings.Repeat("a", 64<<10)+" "),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := []byte(text)
			w.compare(t, "in one piece", b)
			for _, at := range []int{1, len(b) / 3, len(b) / 2, len(b) - 3, len(b) - 1} {
				if at > 0 && at < len(b) {
					w.compare(t, fmt.Sprintf("cut at %d", at), b[:at], b[at:])
				}
			}
			var pieces [][]byte
			for rest, n := b, max(1, len(b)/20); len(rest) > 0; rest = rest[min(n, len(rest)):] {
				pieces = append(pieces, rest[:min(n, len(rest))])
			}
			w.compare(t, "in twenty pieces", pieces...)
		})
	}
}

// A head may be as long as the server takes, however it comes, and not a byte longer.
func Test13AHeadIsAsLongAsTheServersMayBe(t *testing.T) {
	t.Parallel()
	w := serveTwins(t)
	const most = 16<<10 + 4<<10 // the server's bound and what it reads beyond
	for _, length := range []int{16 << 10, most - 1, most, most + 1, most + 1000, most + 4095, most + 4096, 30 << 10} {
		for _, first := range []int{1, 100, 4095, 4096} {
			t.Run(fmt.Sprint(length, " after ", first), func(t *testing.T) {
				t.Parallel()
				b := []byte(strings.Replace(handshake, "Host: x", "Host: x\r\nA: "+strings.Repeat("a", length-len(handshake)-5), 1))
				parts := [][]byte{b[:first]}
				for rest := b[first:]; len(rest) > 0; rest = rest[min(4096, len(rest)):] {
					parts = append(parts, rest[:min(4096, len(rest))])
				}
				w.compare(t, "in parts", parts...)
			})
		}
	}
}

// FuzzTwins says anything to both servers, in two parts.
func FuzzTwins(f *testing.F) {
	w := serveTwins(f)
	for _, seed := range []string{
		handshake, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" + handshake, strings.ReplaceAll(handshake, "\r\n", "\n"), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"GET /v1/ws HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nContent-Length: 0\r\n\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n",
	} {
		f.Add([]byte(seed), uint16(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint16) {
		at := min(int(cut), len(b))
		w.compare(t, "fuzzed", b[:at], b[at:])
	})
}
