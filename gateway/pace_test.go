package gateway

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// crowd is a listener before which there is always somebody, for as long as there is anybody left.
type crowd struct {
	net.Listener
	left int
	came func()
}

func (c *crowd) Accept() (net.Conn, error) {
	if c.left--; c.left < 0 {
		return nil, net.ErrClosed
	}
	c.came()
	return nil, nil
}

// 37: a herd is let in at four times the rate of handshakes, some in each millisecond; a few wait for nothing.
func Test37AHerdWaitsInTheKernel(t *testing.T) {
	for name, c := range map[string]struct {
		handshakes, herd, atOnce int
		within                   time.Duration
	}{
		"the default":     {0, 20_000, 8, 2500 * time.Millisecond},
		"more":            {10_000, 20_000, 40, 500 * time.Millisecond},
		"very few":        {10, 100, 1, 100 * time.Millisecond},
		"those of a turn": {0, 8, 8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin, most := time.Now(), 0
				at := map[time.Time]int{}
				l := Paced(&crowd{left: c.herd, came: func() {
					at[time.Now()]++
					most = max(most, at[time.Now()])
				}}, c.handshakes)
				for range c.herd {
					if _, err := l.Accept(); err != nil {
						t.Fatal(err)
					}
				}
				if most > c.atOnce {
					t.Errorf("%d in one moment, want %d at most", most, c.atOnce)
				}
				if took := time.Since(begin); took > c.within {
					t.Errorf("all are in after %s, want %s at most", took, c.within)
				}
				time.Sleep(time.Hour)
				if _, err := l.Accept(); err == nil {
					t.Error("the end of the listener is not told")
				}
			})
		})
	}
}
