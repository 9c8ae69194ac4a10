package fanout

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
)

// Who has gone is closed behind the tick that is on its way, and all are when the engine ends.
func TestTheGoneAreClosedBehindTicks(t *testing.T) {
	conns := make(chan *conn.Conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := conn.Accept(w, r, conn.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		conns <- c
	}))
	defer server.Close()
	open := func() (*conn.Conn, net.Conn) {
		c, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		return <-conns, c
	}
	// ended tells whether the peer sees the end within a while.
	ended := func(c net.Conn, within time.Duration) bool {
		_ = c.SetReadDeadline(time.Now().Add(within))
		for {
			if _, err := c.Read(make([]byte, 512)); err != nil {
				var failed net.Error
				return !errors.As(err, &failed) || !failed.Timeout()
			}
		}
	}
	sent := make(chan struct{})
	c := newCloser()
	var running sync.WaitGroup
	running.Go(func() { c.run(func() { <-sent }) })
	near, far := open()
	c.take(near)
	if ended(far, 50*time.Millisecond) {
		t.Error("it is closed while a tick is on its way")
	}
	close(sent)
	if !ended(far, 5*time.Second) {
		t.Error("it is not closed when the tick is out")
	}
	near, far = open()
	c.take(near)
	c.stop()
	running.Wait()
	if !ended(far, 5*time.Second) {
		t.Error("one is left when the engine has ended")
	}
}
