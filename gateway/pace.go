package gateway

import (
	"net"
	"time"

	"github.com/ovation-live/ovation/gateway/lobby"
)

const (
	// paceEvery is how long a turn of Paced is: about what a tick may be late for newcomers' sake.
	paceEvery = time.Millisecond
	// paceLate is how much later than planned a turn may begin before fewer are taken.
	paceLate = 1500 * time.Microsecond
	// paceGrow is in how many turns that are not late a turn's share grows by one: quicker, and it would be too much again
	// before what was taken is through.
	paceGrow = 16
)

// Paced is a listener for this gateway's handshakes. It takes up to four times as many connections as are let in, since the
// door judges no more, and in turns of a millisecond: whoever comes in a herd waits in the kernel, where it costs nothing.
// Taken all at once, thousands of requests would be ready to run in one moment, and the shards and rooms, which have ticks
// to send, would stand in line behind them.
//
// How late a turn begins tells how long that line is. While it is late, each turn takes half of the one before, down to one
// connection; while it is not, one more every 16th time. And while a tick is on its way to the sockets that are in, a turn waits for its end.
func (g *Gateway) Paced(l net.Listener) net.Listener {
	return newPaced(l, g.door.rate, g.engine.AfterTicks)
}

// Lobby is the last listener before the HTTP server, on plain TCP: it waits for the heads of requests, and serves handshakes
// itself. The bounds are those of the server: how long a head may take, and how large it may be.
func (g *Gateway) Lobby(l net.Listener, headTime time.Duration, maxHead int) net.Listener {
	return lobby.Listen(l, lobby.Options{
		Handler: g.handler, Path: socketPath, HeadTime: headTime, MaxHead: maxHead, AfterTicks: g.engine.AfterTicks, Logger: g.o.Logger,
		Source: g.o.Sources.Peer, Kept: func() int { return g.callers.rules.rules.Load().kept },
	})
}

func newPaced(l net.Listener, handshakes func() int, afterTicks func()) *paced {
	p := &paced{Listener: l, handshakes: handshakes, afterTicks: afterTicks, sleep: time.Sleep}
	p.share = p.most()
	return p
}

// paced belongs to the one goroutine that accepts.
type paced struct {
	net.Listener
	handshakes func() int // that are let in a second
	afterTicks func()
	sleep      func(time.Duration)
	share      int       // connections in a turn, times paceGrow
	left       int       // of the turn's share
	ends       time.Time // the turn
}

// most is the share while nothing is late.
func (p *paced) most() int {
	return paceGrow * max(1, p.handshakes()*hardTimes/int(time.Second/paceEvery))
}

// Accept implements net.Listener.
func (p *paced) Accept() (net.Conn, error) {
	if wait := time.Until(p.ends); p.left == 0 && wait > 0 {
		p.sleep(wait)
		if time.Since(p.ends) > paceLate {
			p.share = max(paceGrow, p.share/2)
		} else {
			p.share = min(p.most(), p.share+1)
		}
	}
	c, err := p.Listener.Accept()
	// The turn begins with its first connection: however long that took to come, the next may not come in one moment.
	if now := time.Now(); !now.Before(p.ends) {
		p.afterTicks()
		p.left, p.ends = p.share/paceGrow, time.Now().Add(paceEvery)
	}
	p.left = max(0, p.left-1)
	return c, err
}
