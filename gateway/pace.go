package gateway

import (
	"net"
	"time"
)

// paceEvery is how long a turn of Paced is: about what a tick may be late for newcomers' sake.
const paceEvery = time.Millisecond

// Paced is a listener for a gateway that is to let so many handshakes a second in (0 is the default). It takes up to four
// times as many connections, as the door judges no more, and in turns of a millisecond: whoever comes in a herd waits in
// the kernel, where it costs nothing. Taken all at once, thousands of requests would be ready to run in one moment, and the
// shards and rooms, which have ticks to send, would stand in line behind them.
func Paced(l net.Listener, handshakes int) net.Listener {
	if handshakes <= 0 {
		handshakes = defaultHandshakes
	}
	return &paced{Listener: l, share: max(1, handshakes*hardTimes/int(time.Second/paceEvery))}
}

// paced belongs to the one goroutine that accepts.
type paced struct {
	net.Listener
	share int       // connections in a turn
	left  int       // of the turn's share
	ends  time.Time // the turn
}

// Accept implements net.Listener.
func (p *paced) Accept() (net.Conn, error) {
	if p.left == 0 {
		time.Sleep(time.Until(p.ends))
	}
	c, err := p.Listener.Accept()
	// The turn begins with its first connection: however long that took to come, the next may not come in one moment.
	if now := time.Now(); !now.Before(p.ends) {
		p.left, p.ends = p.share, now.Add(paceEvery)
	}
	if p.left--; p.left < 0 {
		p.left = 0
	}
	return c, err
}
