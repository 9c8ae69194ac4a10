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

func never() {}

// 37: a herd is let in at four times the rate of handshakes, some in each millisecond; a few wait for nothing.
func Test37AHerdWaitsInTheKernel(t *testing.T) {
	for name, c := range map[string]struct {
		handshakes, herd, atOnce int
		within                   time.Duration
	}{
		"the default":     {defaultHandshakes, 20_000, 8, 2500 * time.Millisecond},
		"more":            {10_000, 20_000, 40, 500 * time.Millisecond},
		"very few":        {10, 100, 1, 100 * time.Millisecond},
		"those of a turn": {defaultHandshakes, 8, 8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin, most := time.Now(), 0
				at := map[time.Time]int{}
				l := newPaced(&crowd{left: c.herd, came: func() {
					at[time.Now()]++
					most = max(most, at[time.Now()])
				}}, func() int { return c.handshakes }, never)
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

// 37: another rate is in force at the next turns, whether it is less or more.
func Test37AnotherRateIsInForce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(defaultHandshakes)
		l := newPaced(&crowd{left: 1 << 20, came: func() {}}, d.rate, never)
		for _, perSecond := range []int{defaultHandshakes, 500, 4 * defaultHandshakes} {
			d.set(perSecond)
			for end := time.Now().Add(time.Second); time.Now().Before(end); { // the share grows by and by
				if _, err := l.Accept(); err != nil {
					t.Fatal(err)
				}
			}
			taken := 0
			for end := time.Now().Add(time.Second); time.Now().Before(end); taken++ {
				if _, err := l.Accept(); err != nil {
					t.Fatal(err)
				}
			}
			if want := hardTimes * perSecond; taken < want*9/10 || taken > want*11/10 {
				t.Errorf("%d were taken in a second at %d handshakes, want %d", taken, perSecond, want)
			}
		}
	})
}

// 37: while the process is late, fewer are taken; once it is not, all that may be.
func Test37WhoIsLateTakesFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPaced(&crowd{left: 1 << 20, came: func() {}}, newDoor(defaultHandshakes).rate, never)
		late := time.Duration(0)
		l.sleep = func(d time.Duration) { time.Sleep(d + late) }
		in := func(d time.Duration) (n int) {
			for end := time.Now().Add(d); time.Now().Before(end); n++ {
				if _, err := l.Accept(); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		if n := in(time.Second); n < 7900 || n > 8100 {
			t.Errorf("%d in a second", n)
		}
		late = 4 * time.Millisecond
		in(100 * time.Millisecond)
		if n := in(time.Second); n < 150 || n > 250 {
			t.Errorf("%d in a second whose every turn is 4 ms late, want one of each turn", n)
		}
		late = 0
		in(150 * time.Millisecond)
		if n := in(time.Second); n < 7900 || n > 8100 {
			t.Errorf("%d in the second after it", n)
		}
	})
}

// 37: a turn begins when the tick that is being sent is out.
func Test37NewcomersWaitForATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now() // of the bubble: the sleep below is a tick that is out after 8 ms
		sent := begin.Add(8 * time.Millisecond)
		l := newPaced(&crowd{left: 1 << 20, came: func() {}}, newDoor(defaultHandshakes).rate, func() { time.Sleep(time.Until(sent)) })
		take := func() time.Duration {
			if _, err := l.Accept(); err != nil {
				t.Fatal(err)
			}
			return time.Since(begin)
		}
		for range 8 {
			if at := take(); at != 8*time.Millisecond {
				t.Errorf("one of the first turn is taken after %s, want when the tick was sent, after 8 ms", at)
			}
		}
		sent = begin.Add(20 * time.Millisecond)
		if at := take(); at != 20*time.Millisecond {
			t.Errorf("the next turn begins after %s, want after the next tick, after 20 ms", at)
		}
	})
}
