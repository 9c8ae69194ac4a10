package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/fault"
)

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
		g.attach(c, func(*fanout.Member) fanout.Visitor { return passer{func() {}} })
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
