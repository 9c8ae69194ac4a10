//go:build !linux

package fanout

func newPoller() (poller, error) { return newPortable(), nil }
