package session

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/testbed"
)

// taken is how many frames of a size go through in one moment.
func taken(p *pace, now time.Time, size int) (n int) {
	limits := Limits{}.withDefaults()
	for p.allow(now, size, &limits) {
		n++
	}
	return n
}

// 47: a clock that is set back or ahead is no flood, and gives nobody another burst.
func Test47AClockThatIsSetIsNoFlood(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour} {
		var p pace
		now := time.Now()
		if n := taken(&p, now, 100); n != 200 {
			t.Fatalf("%d frames at once, want 200", n)
		}
		now = testbed.Stepped(t, now.Add(time.Second), by)
		if n := taken(&p, now, 100); n != 50 {
			t.Errorf("%d frames in the second in which the clock is set by %s, want 50", n, by)
		}
		if n := taken(&p, now.Add(2*time.Second), 100); n != 100 {
			t.Errorf("%d frames in the 2 s after the clock was set by %s, want 100", n, by)
		}
	}
}

// 9: what large frames cost is bounded by their bytes, before any of them is decoded.
func Test09LargeFramesAreBoundByTheirBytes(t *testing.T) {
	var p pace
	now := time.Now()
	if n := taken(&p, now, MaxFrame); n != 8 {
		t.Errorf("%d of the largest frames at once, want 8", n)
	}
	if n := taken(&p, now.Add(10*time.Second), MaxFrame); n != 8 {
		t.Errorf("%d of the largest frames 10 s later, want 8", n)
	}
	if n := taken(&p, now.Add(12*time.Second), MaxFrame); n != 2 {
		t.Errorf("%d of the largest frames in 2 s, want 2", n)
	}
	if l := (Limits{Bytes: 1}).withDefaults(); l.byteBurst() < 4*MaxFrame {
		t.Error("a limit can be so low that no answer of a moderator goes through")
	}
}

// Somebody who is here for hours may be wrong now and then.
func TestPatienceComesBack(t *testing.T) {
	now := time.Now()
	var slow, quick patience
	for n := range 500 {
		if slow.spend(now.Add(time.Duration(n)*time.Minute), 1, 50) {
			t.Fatalf("the patience is at its end with mistake %d, of one a minute", n+1)
		}
	}
	for n := range 51 {
		if over := quick.spend(now, 1, 50); over != (n == 50) {
			t.Fatalf("mistake %d of one moment: over is %v", n+1, over)
		}
	}
}
