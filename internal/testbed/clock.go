package testbed

import (
	"testing"
	"time"
	"unsafe"
)

// Stepped is a moment as time.Now would give it after somebody set the clock by whole seconds: another time of day, and the
// same on the clock that does not jump. Package time has no way to make one; its layout (wall, ext) is checked here.
func Stepped(t testing.TB, at time.Time, by time.Duration) time.Time {
	t.Helper()
	const nanosecondBits = 30 // of wall; the seconds stand above them
	set := at
	wall := (*uint64)(unsafe.Pointer(&set))
	*wall = uint64(int64(*wall) + int64(by/time.Second)<<nanosecondBits)
	if set.Sub(at) != 0 || set.UnixNano()-at.UnixNano() != int64(by) {
		t.Fatalf("package time holds moments in another way: %s set by %s is %s", at, by, set)
	}
	return set
}
