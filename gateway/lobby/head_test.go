package lobby_test

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/http/httpguts"

	"github.com/ovation-live/ovation/gateway/lobby"
)

const handshake = "GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n"

// Whatever is not plain is the HTTP server's.
func Test12OnlyPlainHandshakesAreServedHere(t *testing.T) {
	edit := func(from, to string) string { return strings.Replace(handshake, from, to, 1) }
	for name, c := range map[string]struct {
		head string
		want bool
	}{
		"a handshake":               {handshake, true},
		"with a query":              {edit("/ws ", "/ws?a=b%20c "), true},
		"in lower case":             {strings.Replace(strings.ToLower(edit("GET", "get")), "get /v1/ws http", "GET /v1/ws HTTP", 1), true},
		"letters beyond ASCII":      {edit("Host: x", "Host: x\r\nUser-Agent: Ä"), true},
		"another path":              {edit("/v1/ws", "/v1/wsx"), false},
		"a path that leads there":   {edit("/v1/ws", "/v1/./ws"), false},
		"an absolute address":       {edit("/v1/ws", "http://x/v1/ws"), false},
		"a blank in the query":      {edit("/ws ", "/ws?a b "), false},
		"no upgrade":                {edit("Upgrade: websocket\r\n", ""), false},
		"POST":                      {edit("GET", "POST"), false},
		"HTTP/1.0":                  {edit("/1.1", "/1.0"), false},
		"two hosts":                 {edit("Host: x", "Host: x\r\nHost: x"), false},
		"no host":                   {edit("Host: x\r\n", ""), false},
		"a host of nothing":         {edit("Host: x", "Host: "), false},
		"a host that is none":       {edit("Host: x", "Host: a/b"), false},
		"a NUL":                     {edit("Host: x", "Host: x\r\nA: \x00"), false},
		"a folded line":             {edit("Host: x", "Host: x\r\n folded: yes"), false},
		"a blank before the colon":  {edit("Host: x", "Host : x"), false},
		"a line without a colon":    {edit("Host: x", "Host: x\r\nnothing"), false},
		"a bare line feed":          {edit("Host: x\r\n", "Host: x\n"), false},
		"a bare carriage return":    {edit("Host: x", "Host: x\r\nA: \rB: c"), false},
		"a body":                    {edit("Host: x", "Host: x\r\nContent-Length: 0"), false},
		"a body in chunks":          {edit("Host: x", "Host: x\r\ntransfer-encoding: chunked"), false},
		"an expectation":            {edit("Host: x", "Host: x\r\nExpect: 100-continue"), false},
		"half of it":                {handshake[:len(handshake)-2], false},
		"something behind its head": {handshake + "x", false},
	} {
		if got := lobby.IsHandshake([]byte(c.head), "/v1/ws"); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// FuzzHead gives a head in two parts, cut anywhere, and holds what is found of it to what the HTTP server's parser finds.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		handshake, handshake + "\x81\x80\x00\x00\x00\x00", "GET / HTTP/1.1\nHost: a\n\n", "\r\n\r\n", "\n", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
		"GET /v1/ws HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\n", "GET /v1/ws HTTP/1.1\r\r\n\r\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "",
	} {
		f.Add([]byte(seed), uint16(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint16) {
		end := lobby.HeadEnd(b, 0)
		at := min(int(cut), len(b))
		switch first := lobby.HeadEnd(b[:at], 0); {
		case first > 0 && first != end:
			t.Fatalf("%q: ends at %d, in one piece at %d", b[:at], first, end)
		case first == 0 && lobby.HeadEnd(b, at) != end:
			t.Fatalf("%q, cut at %d: ends at %d, in one piece at %d", b, at, lobby.HeadEnd(b, at), end)
		}
		from := bytes.NewReader(b)
		r := bufio.NewReaderSize(from, 16)
		request, err := http.ReadRequest(r)
		if err == nil && request.ProtoAtLeast(1, 0) && request.Method != "PRI" && len(b)-from.Len()-r.Buffered() != end {
			t.Fatalf("%q: ends at %d, and the server says %d", b, end, len(b)-from.Len()-r.Buffered())
		}
		if end == 0 || !lobby.IsHandshake(b[:end], "/v1/ws") {
			return
		}
		if err != nil {
			t.Fatalf("%q is called plain: %v", b[:end], err)
		}
		if request.Method != http.MethodGet || request.URL.Path != "/v1/ws" || !request.ProtoAtLeast(1, 1) || request.ContentLength != 0 ||
			len(request.TransferEncoding) > 0 || len(request.Header["Upgrade"]) == 0 || !httpguts.ValidHostHeader(request.Host) || request.Host == "" {
			t.Fatalf("%q is called plain, and is %+v", b[:end], request)
		}
		for name, values := range request.Header {
			for _, v := range values {
				if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(v) {
					t.Fatalf("%q is called plain, and has %q: %q", b[:end], name, v)
				}
			}
		}
	})
}
