package gateway

import (
	"net"
	"time"
)

const (
	// paceEvery is how long a turn of Paced is: about what a tick may be late for newcomers' sake.
	paceEvery = time.Millisecond
	// paceLate is how much later than planned a turn may begin before fewer are taken.
	paceLate = time.Millisecond
)

// Paced is a listener for a gateway that is to let so many handshakes a second in (0 is the default). It takes up to four
// times as many connections, as the door judges no more, and in turns of a millisecond: whoever comes in a herd waits in
// the kernel, where it costs nothing. Taken all at once, thousands of requests would be ready to run in one moment, and the
// shards and rooms, which have ticks to send, would stand in line behind them.
//
// How late a turn begins tells how long that line is. While it is late, each turn takes half of the one before, down to one
// connection; while it is not, one more.
func Paced(l net.Listener, handshakes int) net.Listener {
	if handshakes <= 0 {
		handshakes = defaultHandshakes
	}
	most := max(1, handshakes*hardTimes/int(time.Second/paceEvery))
	return &paced{Listener: l, most: most, share: most, sleep: time.Sleep}
}

// paced belongs to the one goroutine that accepts.
type paced struct {
	net.Listener
	sleep func(time.Duration)
	most  int       // share of a turn while nothing is late
	share int       // connections in a turn
	left  int       // of the turn's share
	ends  time.Time // the turn
}

// Accept implements net.Listener.
func (p *paced) Accept() (net.Conn, error) {
	if wait := time.Until(p.ends); p.left == 0 && wait > 0 {
		p.sleep(wait)
		if time.Since(p.ends) > paceLate {
			p.share = max(1, p.share/2)
		} else {
			p.share = min(p.most, p.share+1)
		}
	}
	c, err := p.Listener.Accept()
	// The turn begins with its first connection: however long that took to come, the next may not come in one moment.
	if now := time.Now(); !now.Before(p.ends) {
		p.left, p.ends = p.share, now.Add(paceEvery)
	}
	p.left = max(0, p.left-1)
	return c, err
}
