package gateway

import (
	"math/rand/v2"
	"time"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/fault"
)

// stragglers have this long to take their close frame.
const stragglers = time.Second

// Ending is how long Run may take to end beside the drain's window, at most: for stragglers, for verbs under way whose
// answer does not come, and for the last hearts.
const Ending = stragglers + uplink.VerbTime + uplink.LastWindows

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

// drained sends somebody to another gateway.
func drained(m *fanout.Member) {
	part(m, fault.CloseDrain, "This server is being replaced; you will be back in a moment.")
}

// part says goodbye to somebody who is to come back in a moment, here or elsewhere, and closes at once: the client does the
// waiting.
func part(m *fanout.Member, c fault.Close, message string) {
	after := 200*time.Millisecond + rand.N(800*time.Millisecond)
	goodbye, err := frame.Encode(m.Protocol(), room.Goodbye(c, after, message))
	if err != nil {
		goodbye = nil
	}
	m.Close(c, goodbye)
}

// aged says it to somebody who has been here for long.
func aged(m *fanout.Member) {
	part(m, fault.CloseMaxAge, "This connection has been open for long; you will be back in a moment.")
}

// drain says goodbye to everybody, spread over the window, so that they do not all come back in the same second.
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
	for deadline := time.Now().Add(stragglers); g.Sockets() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
}
