package gateway

import (
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/internal/fault"
)

// A herd comes when a show begins, or when another gateway went down. Up to the soft rate everybody is let in. Between the
// soft and the hard rate the socket is opened and told when to come back, since a browser shows its page nothing of a
// refused handshake; beyond it the handshake is refused, since even a goodbye costs.
const (
	defaultHandshakes = 2000
	hardTimes         = 4                // hard rate over soft rate
	longestWait       = 30 * time.Second // that anybody is told
	scatter           = time.Second      // around a turn, so that those of one moment do not come back in one
)

type verdict uint8

const (
	enter verdict = iota
	comeBack
	refuse
)

// door paces handshakes.
type door struct {
	soft, hard *rate.Limiter

	mu   sync.Mutex
	turn time.Time // the last one that was promised; guarded by mu
}

func newDoor(perSecond int) *door {
	return &door{
		soft: rate.NewLimiter(rate.Limit(perSecond), perSecond),
		hard: rate.NewLimiter(rate.Limit(hardTimes*perSecond), hardTimes*perSecond),
	}
}

// set changes the rates; promises that were given stand.
func (d *door) set(perSecond int) {
	d.soft.SetLimit(rate.Limit(perSecond))
	d.soft.SetBurst(perSecond)
	d.hard.SetLimit(rate.Limit(hardTimes * perSecond))
	d.hard.SetBurst(hardTimes * perSecond)
}

// rate is how many are let in a second.
func (d *door) rate() int { return int(d.soft.Limit()) }

// knock judges a handshake; wait is when to come back. Everybody who is sent away is promised a turn of its own, at the soft
// rate.
func (d *door) knock(now time.Time) (v verdict, wait time.Duration) {
	if d.soft.AllowN(now, 1) {
		return enter, 0
	}
	v = comeBack
	if !d.hard.AllowN(now, 1) {
		v = refuse
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turn.Before(now) {
		d.turn = now
	}
	d.turn = d.turn.Add(time.Duration(float64(time.Second) / float64(d.soft.Limit())))
	if d.turn.Sub(now) > longestWait-scatter {
		d.turn = now // the promises are full: begin again from the front, at random
		return v, rand.N(longestWait)
	}
	return v, d.turn.Sub(now) + rand.N(scatter)
}

// crowded tells whether a handshake now would be sent away.
func (d *door) crowded(now time.Time) bool { return d.soft.TokensAt(now) < 1 }

// sendAway tells an open socket when to come back, and closes it.
func (g *Gateway) sendAway(m *fanout.Member, wait time.Duration) {
	goodbye, err := frame.Encode(m.Protocol(), room.Goodbye(fault.CloseBusy, wait, "Many people are coming in at once; you are in line."))
	if err != nil {
		goodbye = nil
	}
	m.Close(fault.CloseBusy, goodbye)
}

// passer is a visitor that is on its way out.
type passer struct{ leave func(flooded bool) }

// Take implements fanout.Visitor.
func (passer) Take([]byte) bool { return true }

// Expired implements fanout.Visitor.
func (passer) Expired() {}

// Gone implements fanout.Visitor.
func (p passer) Gone(fault.Close) { p.leave(false) }
