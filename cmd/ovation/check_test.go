package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// upgraded answers a handshake as a gateway does and then writes some bytes.
func upgraded(protocol string, then ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer func() { _ = c.Close() }()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
			base64.StdEncoding.EncodeToString(sum[:]) + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n" + strings.Join(then, ""))
		_ = rw.Flush()
		readAll(c, rw.Reader)
	}
}

// readAll waits for the other side to go.
func readAll(c net.Conn, r *bufio.Reader) {
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	for {
		if _, err := r.ReadByte(); err != nil {
			return
		}
	}
}

// textFrame is a server's text frame.
func textFrame(payload string) string {
	if len(payload) > 125 {
		return "\x81\x7e" + string([]byte{byte(len(payload) >> 8), byte(len(payload))}) + payload
	}
	return "\x81" + string([]byte{byte(len(payload))}) + payload
}

func TestCheckExplainsEachFailure(t *testing.T) {
	const welcome, snapshot = `{"welcome":{"recovered":false}}`, `{"snapshot":{"room":{"room":"show"}}}`
	for name, tc := range map[string]struct {
		socket http.HandlerFunc
		want   string
	}{
		"proxy without upgrade": {
			func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusUpgradeRequired) },
			"a proxy between strips the Upgrade header",
		},
		"captive portal": {
			func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>please log in")) },
			"answered 200 OK instead of a socket",
		},
		"full": {
			func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, `{"reason":"FULL","message":"this gateway is full"}`, http.StatusServiceUnavailable)
			},
			"refused: this gateway is full (FULL)",
		},
		"wrong subprotocol": {upgraded("other"), `chose the subprotocol "other"`},
		"answer of another handshake": {
			func(w http.ResponseWriter, r *http.Request) {
				r.Header.Set("Sec-WebSocket-Key", "another")
				upgraded("ovation.v1.json")(w, r)
			},
			"not ours",
		},
		"no such room": {
			upgraded("ovation.v1.json", textFrame(`{"goodbye":{"reason":"ROOM_NOT_FOUND","message":"There is no room show."}}`)),
			"There is no room show. (ROOM_NOT_FOUND)",
		},
		"closed":           {upgraded("ovation.v1.json", "\x88\x0f\x11\x96TOKEN_INVALID"), "closed the socket with 4502 TOKEN_INVALID"},
		"masked":           {upgraded("ovation.v1.json", "\x81\x81aaaaa"), "fragmented, compressed or masked"},
		"no JSON":          {upgraded("ovation.v1.json", textFrame(`hello`)), "cannot be read"},
		"another room":     {upgraded("ovation.v1.json", textFrame(welcome), textFrame(`{"snapshot":{"room":{"room":"other"}}}`)), `asked for the room "show" and got "other"`},
		"wrong order":      {upgraded("ovation.v1.json", textFrame(snapshot)), "before the welcome"},
		"services away":    {upgraded("ovation.v1.json", textFrame(welcome), textFrame(snapshot), textFrame(`{"fault":{"id":"check","reason":"STORE_UNAVAILABLE","message":"try again"}}`)), "services and store, and back: try again (STORE_UNAVAILABLE)"},
		"nothing after it": {upgraded("ovation.v1.json", textFrame(welcome), textFrame(snapshot)), "services and store, and back: no answer in 300ms"},
		"silence":          {upgraded("ovation.v1.json", "\x89\x02hi"), "welcome and snapshot: no answer in 300ms"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("/livez", func(http.ResponseWriter, *http.Request) {})
			mux.HandleFunc("/v1/ws", tc.socket)
			server := httptest.NewServer(mux)
			defer server.Close()
			defer http.DefaultClient.CloseIdleConnections()
			r := ovation(t, "check", "--url", server.URL, "--skip-grpc", "--timeout", "300ms")
			if r.code != exitFailed || !strings.Contains(r.errout, tc.want) || strings.Count(r.errout, "\n") != 1 {
				t.Fatalf("exit %d, want 1 and one line with %q, got\n%s%s", r.code, tc.want, r.out, r.errout)
			}
		})
	}
}

func TestCheckOfNobody(t *testing.T) {
	r := ovation(t, "check", "--url", "http://127.0.0.1:1", "--skip-grpc")
	if r.code != exitFailed || !strings.Contains(r.errout, "nobody answers at http://127.0.0.1:1") {
		t.Fatalf("%+v", r)
	}
}

// With tls.cert the public port answers in TLS alone. Asked in plain text it looks like something else that listens there.
func TestCheckSpeaksTLSWhereThePortDoes(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ovation.yaml")
	settings := "listen: " + server.Listener.Addr().String() + "\ntls:\n  cert: cert.pem\n  key: key.pem\n"
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	r := ovation(t, "check", "--config", file, "--skip-grpc")
	if !strings.Contains(r.out, "ok  page") || !strings.Contains(r.errout, "answered 200 OK instead of a socket") {
		t.Errorf("want the page's answer, and that it is no socket: %+v", r)
	}
}

func FuzzServerFrames(f *testing.F) {
	for _, s := range []string{textFrame(`{"welcome":{}}`), "\x88\x02\x11\x96", "\x89\x00", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "\x81\x7e\x00", "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		s := &socket{in: bufio.NewReader(bytes.NewReader(stream))}
		for range len(stream) + 1 {
			opcode, payload, err := s.read()
			if err != nil {
				return
			}
			if len(payload) > len(stream) {
				t.Fatalf("a payload of %d bytes out of %d", len(payload), len(stream))
			}
			if opcode == opClose {
				_ = closed(payload)
			}
		}
		t.Fatal("frames without end")
	})
}
