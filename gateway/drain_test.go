package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/fault"
)

// Who has reached the age of sockets is told when to come back, and closed with a code that says so.
func TestAnOldSocketIsSentAway(t *testing.T) {
	engine, err := fanout.New(fanout.Options{PingEvery: 100 * time.Millisecond, MaxAge: 400 * time.Millisecond, Aged: aged, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = engine.Run(ctx) })
	defer running.Wait()
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := conn.Accept(w, r, conn.Options{}); err == nil {
			engine.Attach(c, func(*fanout.Member) fanout.Visitor { return passer{func(bool) {}} })
		}
	}))
	defer server.Close()
	began := time.Now()
	c, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"ovation.v1.json"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	_, said, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var goodbye struct {
		Goodbye struct{ Reason, ReconnectAfterMs string }
	}
	if err := json.Unmarshal(said, &goodbye); err != nil || goodbye.Goodbye.Reason != "MAX_AGE" || goodbye.Goodbye.ReconnectAfterMs == "" {
		t.Errorf("told %s (%v), want MAX_AGE with a time", said, err)
	}
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("sent away after %s, want three quarters of 400 ms at least", took)
	}
	_, _, err = c.Read(t.Context())
	if closed := (websocket.CloseError{}); !errors.As(err, &closed) || closed.Code != 4006 {
		t.Errorf("the end is %v, want 4006", err)
	}
}

// Without Upgrade everybody is told why a handshake would be refused just now, because a browser tells its page nothing.
func TestAskingWithoutUpgradeTellsWhatHoldsNow(t *testing.T) {
	engine, err := fanout.New(fanout.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for want, of := range map[string]func(*Gateway){
		"UPGRADE_REQUIRED": func(*Gateway) {},
		"DRAINING":         func(g *Gateway) { g.Drain() },
		"FULL":             func(g *Gateway) { g.maxSockets.Store(0) },
		"BUSY":             func(g *Gateway) { g.door.knock(time.Now()) },
	} {
		g := &Gateway{engine: engine, door: newDoor(1)}
		g.maxSockets.Store(10)
		of(g)
		w := httptest.NewRecorder()
		g.socket(w, httptest.NewRequest(http.MethodGet, socketPath, nil))
		var said struct {
			Reason, Message string
			RetryAfterMs    int64
		}
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusUpgradeRequired || said.Reason != want || said.Message == "" || (said.RetryAfterMs > 0) != (want != "UPGRADE_REQUIRED") {
			t.Errorf("%d %+v, want 426 with %s and a time to come back", w.Code, said, want)
		}
	}
}

// A socket whose handshake was let in before a drain, and which comes after everybody was told, is told as well.
func TestWhoComesDuringADrainIsTold(t *testing.T) {
	engine, err := fanout.New(fanout.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = engine.Run(ctx) })
	g := &Gateway{engine: engine, o: Options{Logger: slog.New(slog.DiscardHandler)}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.drain() // between the look whether it drains and the socket
		c, err := conn.Accept(w, r, conn.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		g.attach(c, func(*fanout.Member) fanout.Visitor { return passer{func(bool) {}} })
	}))
	t.Cleanup(func() { cancel(); running.Wait(); server.Close() })
	c, _, err := websocket.Dial(t.Context(), server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	if _, payload, err := c.Read(t.Context()); err != nil || !strings.Contains(string(payload), "DRAIN") {
		t.Errorf("told %s, %v", payload, err)
	}
	if _, _, err := c.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusCode(fault.CloseDrain.Code) {
		t.Errorf("ended with %v", err)
	}
}
