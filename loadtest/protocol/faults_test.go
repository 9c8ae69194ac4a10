package protocol_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/loadtest/server"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// 16, 17: neither a cookie nor the address is who somebody is.
func Test17ATokenInTheAddressIsNobodys(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := connect(t, s.Listen)
	r := request(s.Listen, "GET /v1/ws ", "GET /v1/ws?token="+s.Tokens.Host+"&access_token="+s.Tokens.Host+" ", "\r\n\r\n", "\r\nCookie: token="+s.Tokens.Host+"\r\n\r\n")
	if a, body := w.shake(r); a.StatusCode != 101 {
		t.Fatalf("%s %s", a.Status, body)
	}
	w.send(`{"hello":{"room":"show"}}`)
	if you, _ := w.until("welcome")["you"].(object); you["role"] != "viewer" || you["guest"] != true {
		t.Errorf("by its address or cookie it became %v", you)
	}
	if log := logOf(t, s); strings.Contains(log, s.Tokens.Host) {
		t.Errorf("the address's token is in the log")
	}
}

// 23: a token that ends while its socket is open ends the socket within 5 s: the leeway for clocks is the door's. Who comes in
// by it is there until it is over, too.
func Test23AnExpiredTokenEndsItsSocket(t *testing.T) {
	t.Parallel()
	s := start(t)
	status, answer := api(t, s, "POST", "/v1/rooms/show/links", `{"roles":["viewer"],"lifetime":"2s"}`)
	if status != 200 {
		t.Fatalf("%d %v", status, answer)
	}
	token := answer["links"].([]any)[0].(object)["token"].(string)
	w := join(t, s, "show", token)
	began := time.Now()
	if got := w.closed(); got != 4001 {
		t.Errorf("closed with %d, want 4001", got)
	}
	if took := time.Since(began); took > 2*time.Second+5*time.Second {
		t.Errorf("closed %s after it was let in, with a token of 2 s", took)
	}
	join(t, s, "show", token).lives()
}

// 23: beyond the leeway the door is shut.
func Test23AnExpiredTokenOpensNothing(t *testing.T) {
	t.Parallel()
	s := start(t, "--keys-leeway", "1s")
	_, answer := api(t, s, "POST", "/v1/rooms/show/links", `{"roles":["viewer"],"lifetime":"1s"}`)
	token := answer["links"].([]any)[0].(object)["token"].(string)
	time.Sleep(3 * time.Second) // the life, the leeway, and what whole seconds of exp hide
	w := open(t, s)
	w.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
	if got := w.closed(); got != 4001 {
		t.Errorf("closed with %d, want 4001", got)
	}
}

// 33: a cursor grants nothing and breaks nothing: what cannot be honoured is a whole snapshot.
func Test33CursorsThatAreNone(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := open(t, s)
	first.send(`{"hello":{"room":"show"}}`)
	good, err := json.Marshal(first.until("snapshot")["cursor"])
	if err != nil {
		t.Fatal(err)
	}
	var epoch struct{ Epoch string }
	if err := json.Unmarshal(good, &epoch); err != nil || epoch.Epoch == "" {
		t.Fatalf("the cursor is %s", good)
	}
	for name, c := range map[string]struct {
		cursor    string
		recovered bool
	}{
		"its own":             {string(good), true},
		"its own, once more":  {string(good), true},
		"another epoch":       {`{"epoch":"aaaaaaaaaaaaaaaa","log":"1","state":"1"}`, false},
		"no epoch":            {`{"log":"1","state":"1"}`, false},
		"a long epoch":        {`{"epoch":"` + strings.Repeat("e", 8000) + `"}`, false},
		"a strange epoch":     {`{"epoch":"*.>/../\u0000"}`, false},
		"far ahead":           {`{"epoch":"` + epoch.Epoch + `","log":"18446744073709551615","state":"18446744073709551615"}`, false},
		"ahead in one stream": {`{"epoch":"` + epoch.Epoch + `","log":"0","state":"9999999999"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, s)
			began := time.Now()
			w.send(`{"hello":{"room":"show","cursor":` + c.cursor + `}}`)
			welcome := w.until("welcome")
			if got := welcome["recovered"] == true; got != c.recovered {
				t.Errorf("recovered is %v", got)
			}
			if !c.recovered {
				w.until("snapshot")
			}
			if took := time.Since(began); took > 3*time.Second { // a second of waiting, and what a busy machine takes
				t.Errorf("answered after %s", took)
			}
			w.lives()
		})
	}
	w := open(t, s)
	w.send(`{"hello":{"room":"show","cursor":{"log":"-1"}}}`)
	if got := w.closed(); got != 4500 {
		t.Errorf("a cursor below 0: closed with %d", got)
	}
}

// 33: a cursor of another room, or of an earlier life of its own, is none; one cursor may be used by several sockets.
func Test33CursorsOfOtherRooms(t *testing.T) {
	t.Parallel()
	s := start(t)
	rooms := roomsv1.NewRoomsServiceClient(grpc(t, s))
	actor := &roomsv1.Actor{Subject: "x", Name: "X", Role: "host"}
	create := func(room string) {
		t.Helper()
		if _, err := rooms.CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{Room: room, Actor: actor}); err != nil {
			t.Fatal(err)
		}
	}
	create("one")
	create("two")
	say := func(room, text string) {
		t.Helper()
		w := join(t, s, room, "")
		w.send(`{"id":"1","post":{"requestId":"request-33","text":"` + text + `"}}`)
		w.until("ack")
	}
	say("one", "said in one")
	cursorOf := func(room string) string {
		t.Helper()
		w := open(t, s)
		w.send(`{"hello":{"room":"` + room + `"}}`)
		c, err := json.Marshal(w.until("snapshot")["cursor"])
		if err != nil {
			t.Fatal(err)
		}
		return string(c)
	}
	// with gives whether the cursor was honoured, and the snapshot where it was not.
	with := func(t *testing.T, room, cursor string) (recovered bool, snapshot string) {
		t.Helper()
		w := open(t, s)
		w.send(`{"hello":{"room":"` + room + `","cursor":` + cursor + `}}`)
		if recovered = w.until("welcome")["recovered"] == true; !recovered {
			body, err := json.Marshal(w.until("snapshot"))
			if err != nil {
				t.Fatal(err)
			}
			snapshot = string(body)
		}
		w.lives()
		return recovered, snapshot
	}
	one := cursorOf("one")
	t.Run("33 another room's", func(t *testing.T) {
		if recovered, snapshot := with(t, "two", one); recovered || strings.Contains(snapshot, "said in one") || !strings.Contains(snapshot, `"two"`) {
			t.Errorf("recovered %v with %s", recovered, snapshot)
		}
	})
	t.Run("33 on two sockets at once", func(t *testing.T) {
		first, second := open(t, s), open(t, s)
		for _, w := range []*wire{first, second} {
			w.send(`{"hello":{"room":"one","cursor":` + one + `}}`)
		}
		for _, w := range []*wire{first, second} {
			if w.until("welcome")["recovered"] != true {
				t.Error("a cursor serves one socket only")
			}
		}
		say("one", "heard by both")
		for _, w := range []*wire{first, second} {
			for {
				tick, _ := json.Marshal(w.until("tick"))
				if strings.Contains(string(tick), "heard by both") {
					break
				}
			}
		}
	})
	t.Run("33 an earlier life's", func(t *testing.T) {
		if _, err := rooms.DeleteRoom(t.Context(), &roomsv1.DeleteRoomRequest{Room: "one", Actor: actor}); err != nil {
			t.Fatal(err)
		}
		create("one")
		if recovered, snapshot := with(t, "one", one); recovered || strings.Contains(snapshot, "said in one") || strings.Contains(snapshot, "heard by both") {
			t.Errorf("recovered %v with %s", recovered, snapshot)
		}
	})
	t.Run("33 it opens no door", func(t *testing.T) {
		no := false
		_, err := rooms.CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{Room: "closed", Actor: actor, Settings: &roomsv1.Settings{Guests: &no}})
		if err != nil {
			t.Fatal(err)
		}
		host := join(t, s, "closed", s.Tokens.Host)
		host.send(`{"id":"1","pace":{"slow":false}}`)
		w := open(t, s)
		w.send(`{"hello":{"room":"closed","token":"` + s.Tokens.Viewer + `"}}`)
		cursor, _ := json.Marshal(w.until("snapshot")["cursor"])
		stranger := open(t, s)
		stranger.send(`{"hello":{"room":"closed","cursor":` + string(cursor) + `}}`)
		if got := stranger.closed(); got != 4505 {
			t.Errorf("with a good cursor and no token: %d, want 4505", got)
		}
	})
}

// held is what a process holds open and in memory, after everything that can be let go was.
type held struct{ descriptors, goroutines, heap int }

func holds(t *testing.T, s *server.Server) held {
	t.Helper()
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	number := func(path, pattern string) int {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text(t, "http://"+s.Admin+path))
		if m == nil {
			t.Fatalf("%s has no %s", path, pattern)
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return held{
		len(fds), number("/debug/pprof/goroutine?debug=1", `goroutine profile: total (\d+)`), number("/debug/pprof/heap?gc=1&debug=1", `# HeapAlloc = (\d+)`),
	}
}

// 53: 1,000 that came and went leave nothing: no descriptor, no goroutine, and no memory that 1,000 more would double.
func Test53SocketsThatWentLeaveNothing(t *testing.T) {
	t.Parallel()
	s := start(t, "--limits-source-handshakes", "100000")
	join(t, s, "show", "").lives()
	cycles := func() {
		for i := range 1000 {
			c, err := net.Dial("tcp", s.Listen)
			if err != nil {
				t.Fatal(err)
			}
			_ = c.SetDeadline(time.Now().Add(10 * time.Second))
			_, _ = io.WriteString(c, request(s.Listen))
			switch i % 4 {
			case 0: // in the middle of the handshake
			case 1: // with its hello under way
				_, _ = c.Write(masked(0x81, []byte(`{"hello":{"room":"show"}}`)))
			case 2:
				_, _ = bufio.NewReader(c).ReadString('\n')
				_, _ = c.Write(masked(0x88, []byte{0x03, 0xe8}))
			case 3: // once it is in
				_, _ = c.Write(masked(0x81, []byte(`{"hello":{"room":"show"}}`)))
				for in := bufio.NewReader(c); ; {
					line, err := in.ReadString('}')
					if err != nil || strings.Contains(line, "snapshot") {
						break
					}
				}
			}
			_ = c.Close()
		}
	}
	// settled waits until what is open is no more than before, and gives what is held then.
	settled := func(before held) (now held) {
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
			now = holds(t, s)
			if now.descriptors <= before.descriptors+5 && now.goroutines <= before.goroutines+10 {
				return now
			}
			if time.Now().After(deadline) {
				t.Fatalf("before %+v, 30 s after 1,000 came and went %+v", before, now)
			}
		}
	}
	first := settled(holds(t, s))
	cycles() // what is kept for the next, such as buffers and limits by person, is there from now on
	warm := settled(first)
	cycles()
	last := settled(first)
	for deadline := time.Now().Add(30 * time.Second); last.heap > warm.heap+2<<20; last = holds(t, s) {
		if time.Now().After(deadline) {
			t.Fatalf("the heap was %d bytes after 1,000 came and went, and %d after 1,000 more", warm.heap, last.heap)
		}
		time.Sleep(time.Second) // the heap is looked at again: what is freed is not gone at once
	}
	if metrics := text(t, "http://"+s.Admin+"/metrics"); !strings.Contains(metrics, "ovation_gateway_connections 1\n") {
		t.Error("the gauge of connections does not say that one is left")
	}
}

func text(t *testing.T, url string) string {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// 54: the public port has the pages, the socket and its API; what is an operator's it does not have.
func Test54ThePublicPortHasOnlyItsPages(t *testing.T) {
	t.Parallel()
	s := start(t)
	for path, want := range map[string]int{
		"/": 200, "/host": 200, "/r/show": 200, "/r/show/host": 200, "/r/show/overlay": 200, "/r/show/embed": 200, "/client/v1/ovation.js": 200, "/livez": 200, "/v1/info": 200,
		"/metrics": 404, "/readyz": 404, "/debug/pprof/": 404, "/debug/pprof/heap": 404, "/loglevel": 404, "/rooms": 404, "/drain": 404, "/admin": 404,
		"/healthz": 404, "/.git/config": 404, "/../../etc/passwd": 307, "/etc/passwd": 404, "/assets/../embed.go": 307, "/embed.go": 404, "/assets/": 404, "/r/": 404, "/r/A.B": 404, "/r/show/else": 404,
		"/v1": 404, "/v1/rooms/show/else": 404, "/grpc.health.v1.Health/Check": 404, "/ovation.rooms.v1.RoomsService/ListRooms": 404,
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo": 404, "/%2e%2e/%2e%2e/etc/passwd": 404,
	} {
		w := connect(t, s.Listen)
		a, body := w.shake("GET " + path + " HTTP/1.1\r\nHost: " + s.Listen + "\r\nConnection: close\r\n\r\n")
		if a.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, a.Status, want)
		}
		if strings.Contains(body, "root:") || strings.Contains(body, "go_goroutines") {
			t.Errorf("%s: %.200s", path, body)
		}
		if to := a.Header.Get("Location"); want == 307 && to != "/etc/passwd" && to != "/embed.go" { // to the same without its dots, which is nowhere
			t.Errorf("%s leads to %q", path, to)
		}
		framers := "frame-ancestors 'none'"
		if path == "/r/show/embed" { // made for other pages: ours, and those of the origins in the configuration
			framers = "frame-ancestors 'self';"
		}
		if csp := a.Header.Get("Content-Security-Policy"); a.StatusCode == 200 && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && !strings.Contains(csp, framers) ||
			csp != "" && (!strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe")) {
			t.Errorf("%s may be framed, or has inline script: %q", path, csp)
		}
	}
	if a, _ := connect(t, s.Listen).shake("POST /drain HTTP/1.1\r\nHost: " + s.Listen + "\r\nContent-Length: 0\r\n\r\n"); a.StatusCode == 200 {
		t.Error("the public port drains")
	}
	join(t, s, "show", "").lives()
}

// 26, 54: whatever names strangers make up, no metric gets a series for them.
func Test54MetricsStayBounded(t *testing.T) {
	t.Parallel()
	s := start(t)
	w := join(t, s, "show", "")
	w.fault(`{"tap":{"kind":"heart0","count":1}}`)
	series := func() int { return strings.Count(text(t, "http://"+s.Admin+"/metrics"), "\n") }
	_ = series()
	before := series()
	for i := range 40 {
		w.fault(fmt.Sprintf(`{"tap":{"kind":"kind%d","count":1}}`, i))
		a, _ := connect(t, s.Listen).shake(fmt.Sprintf("GET /r/room-%d/x HTTP/1.1\r\nHost: %s\r\n\r\n", i, s.Listen))
		_ = a.Body.Close()
		h := open(t, s)
		h.send(fmt.Sprintf(`{"hello":{"room":"nowhere-%d"}}`, i))
		h.closed()
	}
	if after := series(); after > before+20 {
		t.Errorf("%d lines of metrics before, %d after 120 made-up names", before, after)
	}
}

// certificate writes a self-signed certificate, and gives it.
func certificate(t *testing.T, dir string, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// 49: the public port with TLS of its own, rotated while it runs; open sockets stay.
func Test49ThePublicPortSpeaksTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certs := x509.NewCertPool()
	certs.AddCert(certificate(t, dir, 1))
	s := start(t, "--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem"))
	if !strings.HasPrefix(s.Links.Viewer, "https://") {
		t.Errorf("the link is %s", s.Links.Viewer)
	}
	w := secure(t, s, certs)
	w.send(`{"hello":{"room":"show"}}`)
	w.until("snapshot")
	certs.AddCert(certificate(t, dir, 2))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		fresh := secure(t, s, certs)
		if fresh.Conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.Int64() == 2 {
			fresh.send(`{"hello":{"room":"show"}}`)
			fresh.until("snapshot")
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("10 s after the rotation the old certificate is served")
		}
	}
	w.lives()
	if a, err := http.Get("http://" + s.Listen + "/livez"); err == nil {
		_ = a.Body.Close()
		if a.StatusCode == 200 {
			t.Error("plain text is answered")
		}
	}
}

func secure(t *testing.T, s *server.Server, roots *x509.CertPool) *wire {
	t.Helper()
	c, err := tls.Dial("tcp", s.Listen, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	w := &wire{t, c, bufio.NewReader(c)}
	if a, body := w.shake(request(s.Listen)); a.StatusCode != 101 {
		t.Fatalf("handshake: %s %s", a.Status, body)
	}
	return w
}
