package room

import "time"

// alarm is when the next tick is due. It may ring some time ahead, so that others can be told, and then again.
type alarm struct {
	timer *time.Timer
	armed bool
	at    time.Time
}

// newAlarm rings at once.
func newAlarm() *alarm { return &alarm{timer: time.NewTimer(0), armed: true, at: time.Now()} }

// set has it ring at a time, or now if that is past, unless it rings sooner anyway; so long ahead, too, if there is so much time.
func (a *alarm) set(at time.Time, ahead time.Duration) {
	now := time.Now()
	if at.Before(now) {
		at = now
	}
	at = now.Add(at.Sub(now)) // as far from now as the clock says now, wherever it jumps later
	if a.armed && !at.Before(a.at) {
		return
	}
	a.armed, a.at = true, at
	a.timer.Reset(at.Sub(now) - ahead)
}

func (a *alarm) rings() <-chan time.Time { return a.timer.C }

// off tells, when it rings, whether the tick is due; if not yet, it rings again.
func (a *alarm) off(now time.Time) bool {
	if now.Before(a.at) {
		a.timer.Reset(a.at.Sub(now))
		return false
	}
	a.armed = false
	return true
}

func (a *alarm) stop() { a.timer.Stop() }
