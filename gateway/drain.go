package gateway

import (
	"math/rand/v2"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/internal/fault"
)

// Drain makes the gateway refuse new sockets; those that stand stay until Run's context ends.
func (g *Gateway) Drain() { g.draining.Store(true) }

// attach gives a socket to the engine. One that was let in before the drain began, and comes after it listed whom to tell, is
// told here.
func (g *Gateway) attach(c *conn.Conn, visit func(*fanout.Member) fanout.Visitor) {
	m := g.engine.Attach(c, visit)
	if g.draining.Load() {
		drained(m)
	}
}

// drained closes a socket that may come back to another gateway.
func drained(m *fanout.Member) {
	after := 200*time.Millisecond + rand.N(800*time.Millisecond)
	goodbye, err := frame.Encode(m.Protocol(), room.Goodbye(fault.CloseDrain, after, "This server is being replaced; you will be back in a moment."))
	if err != nil {
		goodbye = nil
	}
	m.Close(fault.CloseDrain, goodbye)
}

// drain says goodbye to everybody, spread over the window, so that they do not all come back in the same second. Each
// goodbye tells its client when to return; the close follows at once, since the client does the waiting.
func (g *Gateway) drain() {
	g.draining.Store(true)
	members := g.engine.Members()
	if len(members) == 0 {
		return
	}
	window := time.Duration(g.drainWindow.Load())
	if few := time.Duration(len(members)) * 20 * time.Millisecond; few < window {
		window = few // a handful of viewers is no storm, and whoever pressed Ctrl-C waits
	}
	g.o.Logger.Info("draining", "sockets", len(members), "window", window)
	rand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	start := time.Now()
	for i, m := range members {
		due := start.Add(window * time.Duration(i) / time.Duration(len(members)))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		drained(m)
	}
	// Stragglers have a second to take their close frame.
	for deadline := time.Now().Add(time.Second); g.Sockets() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
}
