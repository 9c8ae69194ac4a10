package protocol_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	googlegrpc "google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/server"
)

var shared struct {
	sync.Once
	binary string
	dir    string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.dir != "" {
		_ = os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// logs and directories are servers' log files and data directories.
var logs, directories sync.Map

// logOf is what a server has said on standard error so far.
func logOf(t *testing.T, s *server.Server) string {
	t.Helper()
	name, _ := logs.Load(s)
	body, err := os.ReadFile(name.(string))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// start runs the real binary; logs go to the test that failed.
func start(t *testing.T, args ...string) *server.Server {
	t.Helper()
	shared.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "ovation-protocol-"); shared.err != nil {
			return
		}
		shared.binary = filepath.Join(shared.dir, "ovation")
		if out, err := exec.Command("go", "build", "-o", shared.binary, "github.com/ovation-live/ovation/cmd/ovation").CombinedOutput(); err != nil {
			shared.err = fmt.Errorf("build the binary: %w\n%s", err, out)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	s, err := server.Start(t.Context(), shared.binary, data, log, args...)
	if err != nil {
		t.Fatal(err)
	}
	logs.Store(s, log.Name())
	directories.Store(s, data)
	t.Cleanup(func() {
		s.Kill()
		if body, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("log:\n%s", body)
		}
	})
	return s
}

// wire is a TCP connection by hand.
type wire struct {
	*testing.T
	net.Conn
	r *bufio.Reader
}

func connect(t *testing.T, address string) *wire {
	t.Helper()
	dial := net.Dial
	if roots, ok := encrypted.Load(address); ok {
		dial = func(network, address string) (net.Conn, error) {
			return tls.Dial(network, address, &tls.Config{RootCAs: roots.(*x509.CertPool), ServerName: "127.0.0.1"})
		}
	}
	c, err := dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	return &wire{t, c, bufio.NewReader(c)}
}

// encrypted are the addresses of servers that speak TLS, each with the certificates to trust.
var encrypted sync.Map

// ports runs a test against the public port in plain text, where requests wait in the lobby and shards own their sockets, and
// with TLS, where neither is so.
func ports(t *testing.T, test func(t *testing.T, s *server.Server), args ...string) {
	t.Run("plain", func(t *testing.T) {
		t.Parallel()
		test(t, start(t, args...))
	})
	t.Run("TLS", func(t *testing.T) {
		t.Parallel()
		dir, roots := t.TempDir(), x509.NewCertPool()
		roots.AddCert(certificate(t, dir, 1))
		s := start(t, append([]string{"--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem")}, args...)...)
		encrypted.Store(s.Listen, roots)
		test(t, s)
	})
}

const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// request is a good handshake but for what replaces parts of it.
func request(host string, replace ...string) string {
	return strings.NewReplacer(replace...).Replace("GET /v1/ws HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		key + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.json\r\n\r\n")
}

// shake sends a request and gives the answer.
func (w *wire) shake(request string) (*http.Response, string) {
	w.Helper()
	if _, err := io.WriteString(w, request); err != nil {
		w.Fatal(err)
	}
	a, err := http.ReadResponse(w.r, nil)
	if err != nil {
		w.Fatalf("no answer to %.200q: %v", request, err)
	}
	if a.StatusCode == http.StatusSwitchingProtocols {
		return a, ""
	}
	body, err := io.ReadAll(a.Body)
	if err != nil {
		w.Fatal(err)
	}
	return a, string(body)
}

// open is a socket past its handshake.
func open(t *testing.T, s *server.Server, replace ...string) *wire {
	t.Helper()
	w := connect(t, s.Listen)
	if a, body := w.shake(request(s.Listen, replace...)); a.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %s %s", a.Status, body)
	}
	return w
}

// masked is a client's frame; the mask of zeros leaves the payload readable.
func masked(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

func (w *wire) send(text string) { w.sendBytes(masked(0x81, []byte(text))) }

func (w *wire) sendBytes(b []byte) {
	w.Helper()
	if _, err := w.Write(b); err != nil {
		w.Fatal(err)
	}
}

// frame reads one; an ended connection is opcode 0.
func (w *wire) frame() (op byte, payload []byte) {
	w.Helper()
	var h [2]byte
	if _, err := io.ReadFull(w.r, h[:]); err != nil {
		return 0, nil
	}
	n := uint64(h[1] & 0x7f)
	if n >= 126 {
		var b [8]byte
		size := 2 << (2 * (n - 126))
		if _, err := io.ReadFull(w.r, b[8-size:]); err != nil {
			return 0, nil
		}
		n = binary.BigEndian.Uint64(b[:])
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(w.r, payload); err != nil {
		return 0, nil
	}
	return h[0] & 0x0f, payload
}

type object = map[string]any

// until reads frames up to one with the body that is looked for, and gives it.
func (w *wire) until(body string) object {
	w.Helper()
	for {
		op, payload := w.frame()
		switch op {
		case 0:
			w.Fatalf("the socket ended before a %s", body)
		case 8:
			w.Fatalf("closed with %d %s before a %s", binary.BigEndian.Uint16(payload), payload[2:], body)
		case 1:
			var f map[string]object
			if err := json.Unmarshal(payload, &f); err != nil {
				w.Fatalf("%s: %v", payload, err)
			}
			if found, ok := f[body]; ok {
				return found
			}
		}
	}
}

// closed reads up to the end and gives the close code; 0 when there was none.
func (w *wire) closed() uint16 {
	w.Helper()
	for {
		switch op, payload := w.frame(); op {
		case 0:
			return 0
		case 8:
			return binary.BigEndian.Uint16(payload)
		}
	}
}

// join says hello and waits for the snapshot.
func join(t *testing.T, s *server.Server, room, token string) *wire {
	t.Helper()
	w := open(t, s)
	hello, err := json.Marshal(object{"hello": object{"room": room, "token": token}})
	if err != nil {
		t.Fatal(err)
	}
	w.send(string(hello))
	w.until("snapshot")
	return w
}

// fault sends a frame and gives the reason of the fault that answers it.
func (w *wire) fault(frame string) string {
	w.Helper()
	w.send(frame)
	reason, _ := w.until("fault")["reason"].(string)
	return reason
}

// lives makes sure that the socket still works.
func (w *wire) lives() {
	w.Helper()
	w.send(`{"id":"alive","pace":{"slow":false}}`)
	if a := w.until("ack"); a["id"] != "alive" {
		w.Errorf("the ack is %v", a)
	}
}

func grpc(t *testing.T, s *server.Server) *googlegrpc.ClientConn {
	t.Helper()
	c, err := s.Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
