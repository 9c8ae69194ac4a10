package fanout

import (
	"sync"

	"github.com/ovation-live/ovation/gateway/conn"
)

// closer closes the sockets of members that have ended, on a goroutine of its own and while no tick is on its way: a close
// costs what several sends do, and who goes with a thousand others must not stand between those who stay and their tick.
type closer struct {
	wake chan struct{}

	mu    sync.Mutex
	ended []*conn.Conn // guarded by mu
	last  bool         // no more will come; guarded by mu
}

// closeShare is how many are closed between two looks at whether a tick is on its way.
const closeShare = 32

func newCloser() closer { return closer{wake: make(chan struct{}, 1)} }

// take closes a socket soon. Nobody polls it any more, and nobody else uses it.
func (c *closer) take(s *conn.Conn) {
	c.mu.Lock()
	c.ended = append(c.ended, s)
	c.mu.Unlock()
	c.ring()
}

// stop has run close what is left and return.
func (c *closer) stop() {
	c.mu.Lock()
	c.last = true
	c.mu.Unlock()
	c.ring()
}

func (c *closer) ring() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *closer) run(afterTicks func()) {
	for {
		c.mu.Lock()
		ended, last := c.ended, c.last
		c.ended = nil
		c.mu.Unlock()
		for i, s := range ended {
			if i%closeShare == 0 && !last {
				afterTicks()
			}
			s.Kill()
		}
		if len(ended) > 0 {
			continue
		}
		if last {
			return
		}
		<-c.wake
	}
}
