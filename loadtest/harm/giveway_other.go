//go:build !linux

package harm

import "errors"

// giveWay needs Linux's SCHED_IDLE.
func giveWay() error {
	return errors.New("this load test needs Linux: elsewhere good viewers and attackers would take cores from the server")
}
