package main

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// 53: connections that are kept, or whose requests take long, are bounded, and leave room when they end.
func Test53ConnectionsForPagesAreBounded(t *testing.T) {
	const most = 8
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	blocked, released := make(chan struct{}, most), make(chan struct{})
	c := newCeiling(most)
	s := &http.Server{
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
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
	c.over(s, nil)
	ended := make(chan struct{})
	go func() { _ = s.Serve(l); close(ended) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	ask := func(path string) *bufio.Reader {
		t.Helper()
		conn, err := net.Dial("tcp", l.Addr().String())
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
	opened := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.open
	}
	isOpen := func() int { // when what was closed has been counted, of which nothing tells: it stood still for 50 ms
		for n, same := opened(), 0; ; time.Sleep(5 * time.Millisecond) { // until the server has seen those who came: nothing tells
			if m := opened(); m != n {
				n, same = m, 0
			} else if same++; same > 10 {
				return n
			}
		}
	}
	for range 2 * most { // sockets leave the server's books
		if !answered(ask("/socket")) {
			t.Fatal("a socket was refused")
		}
	}
	for range 2 * most { // each is answered, and half of them are kept
		if !answered(ask("/")) {
			t.Fatal("a page was refused though none is under way")
		}
	}
	if n := isOpen(); n != most/2 {
		t.Errorf("%d connections are kept, want %d", n, most/2)
	}
	var slow []*bufio.Reader
	for range most - most/2 {
		slow = append(slow, ask("/wait"))
		<-blocked
	}
	if answered(ask("/")) {
		t.Error("one more than the most was served")
	}
	close(released)
	for _, r := range slow {
		if !answered(r) {
			t.Error("a request under way was cut")
		}
	}
	if n := isOpen(); n != most/2 {
		t.Errorf("%d connections are open, want %d", n, most/2)
	}
	if !answered(ask("/")) {
		t.Error("there is room, and a page is refused")
	}
}

// 14: connections that ask for nothing, of which there are as many as the server holds, keep nobody out who asks: the oldest of
// them makes room.
func Test14SilentConnectionsMakeRoom(t *testing.T) {
	const most = 8
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Minute}
	newCeiling(most).over(s, nil)
	ended := make(chan struct{})
	go func() { _ = s.Serve(l); close(ended) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	dial := func(text string) net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.WriteString(c, text)
		return c
	}
	var silent []net.Conn
	for i := range 3 * most {
		silent = append(silent, dial([]string{"", "GET / HT"}[i%2]))
	}
	for range most {
		if a, err := http.ReadResponse(bufio.NewReader(dial("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), nil); err != nil || a.StatusCode != http.StatusNotFound {
			t.Fatalf("whoever asks is not answered: %v %v", a, err)
		}
	}
	for i, c := range silent[:2*most] { // those that came first are those that went
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("silent connection %d of %d is open still: %v", i, len(silent), err)
		}
	}
}
