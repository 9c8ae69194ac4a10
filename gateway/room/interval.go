package room

import "time"

// Interval is how long a tick lasts for an audience of this size on this gateway: the cost of a room is ticks times
// viewers times one send, and the tick is its only lever without an upper bound. It doubles while the last sweep over
// all viewers took more than a third of it.
func Interval(viewers int, lastSweep time.Duration) time.Duration {
	interval := time.Second
	switch {
	case viewers <= 1_000:
		interval = 100 * time.Millisecond
	case viewers <= 10_000:
		interval = 150 * time.Millisecond
	case viewers <= 50_000:
		interval = 500 * time.Millisecond
	}
	if lastSweep > interval/3 {
		interval *= 2
	}
	return interval
}
