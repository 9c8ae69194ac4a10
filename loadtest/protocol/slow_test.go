package protocol_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/server"
)

// 14: of a head that comes byte by byte no more than 5 s are waited for, and thousands who send one slow nobody down: half
// requests in plain text, and half TLS handshakes, of which there are more than connections are held.
func Test14ThousandsOfSlowClientsSlowNobodyDown(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, s *server.Server) {
		_, withTLS := encrypted.Load(s.Listen)
		clients, begin := 5000, []byte("GET /v1/ws HTTP/1.1\r\nHost: ")
		if withTLS {
			clients, begin = 8500, []byte{0x16, 3, 1, 2}
		}
		join(t, s, "show", "").lives()
		slow := make([]net.Conn, clients)
		var dials errgroup.Group
		dials.SetLimit(32)
		for i := range slow {
			dials.Go(func() error {
				d := audience.Dialer()
				d.LocalAddr = &net.TCPAddr{IP: audience.Loopback(2 + i/5000)}
				c, err := d.DialContext(t.Context(), "tcp", s.Listen)
				if err != nil {
					return err
				}
				slow[i] = c
				_, _ = c.Write(begin) // it may have had to make room
				return nil
			})
		}
		began := time.Now()
		if err := dials.Wait(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for _, c := range slow {
				_ = c.Close()
			}
		})
		opened := time.Since(began)
		for range 3 {
			began := time.Now()
			join(t, s, "show", "").lives()
			a, _ := connect(t, s.Listen).shake("GET /livez HTTP/1.1\r\nHost: " + s.Listen + "\r\nConnection: close\r\n\r\n")
			if a.StatusCode != http.StatusOK {
				t.Errorf("/livez: %s", a.Status)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("a good client was served after %s, among %d slow ones that came in %s", took, clients, opened)
			}
		}
		// One more writes a byte a second and is cut all the same. So is everybody else by then.
		last, err := net.Dial("tcp", s.Listen)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = last.Close() }()
		_, _ = last.Write(begin)
		gone, began := ended(last, 0), time.Now()
		for deadline := time.Now().Add(15 * time.Second); !gone; gone = ended(last, time.Second) {
			if _, err := last.Write([]byte("x")); err != nil {
				break // cut
			}
			if time.Now().After(deadline) {
				t.Fatal("after 15 s it is not cut")
			}
		}
		if took := time.Since(began); took < 4*time.Second {
			t.Errorf("cut after %s, want 5 s", took)
		}
		var open atomic.Int64
		var looks errgroup.Group
		looks.SetLimit(64)
		for _, c := range slow {
			looks.Go(func() error {
				if !ended(c, time.Second) {
					open.Add(1)
				}
				return nil
			})
		}
		_ = looks.Wait()
		if n := open.Load(); n > 0 {
			t.Errorf("%d of %d slow clients are waited for still", n, clients)
		}
	})
}

// 14: a head is waited for for 5 s, and no longer because more of it comes; nor is a TLS handshake, or a head behind one.
func Test14AHeadIsWaitedForFor5Seconds(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, s *server.Server) {
		plain := func() net.Conn {
			c, err := net.Dial("tcp", s.Listen)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			return c
		}
		head, slow := "GET /v1/ws HTTP/1.1\r\nHost: ", map[string]func() net.Conn{"a head": func() net.Conn { return connect(t, s.Listen).Conn }}
		if _, withTLS := encrypted.Load(s.Listen); withTLS {
			slow["a TLS handshake"] = plain
		}
		for name, open := range slow {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				began, c := time.Now(), open()
				begin := []byte(head)
				if name == "a TLS handshake" {
					begin = []byte{0x16, 3, 1, 2}
				}
				_, _ = c.Write(begin)
				for !ended(c, time.Second) && time.Since(began) < 12*time.Second {
					_, _ = c.Write([]byte("x")) // an error is an end
				}
				if took := time.Since(began); took < 4*time.Second || took > 10*time.Second {
					t.Errorf("cut after %s, want 5 s", took)
				}
			})
		}
	})
}

// ended reads whatever comes, and tells whether the connection ended within a time.
func ended(c net.Conn, within time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(within))
	_, err := io.Copy(io.Discard, bufio.NewReader(c))
	return !errors.Is(err, os.ErrDeadlineExceeded) && (err == nil || !strings.Contains(err.Error(), "timeout"))
}
