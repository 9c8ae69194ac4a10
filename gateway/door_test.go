package gateway

import (
	"slices"
	"testing"
	"time"
)

// A herd knocks in one moment, and everybody who is sent away comes back when it was told to.
func Test37AHerdIsInWithinItsTurns(t *testing.T) {
	const herd, perSecond = 20_000, 2_000
	d := newDoor(perSecond)
	begin := time.Now()
	knocks := slices.Repeat([]time.Duration{0}, herd)
	in, last := make(map[int]int), time.Duration(0) // by second
	rounds := 0
	for len(knocks) > 0 {
		if rounds++; rounds > 40 {
			t.Fatalf("%d of %d are still outside after %s", len(knocks), herd, last)
		}
		slices.Sort(knocks)
		var again []time.Duration
		for _, at := range knocks {
			v, wait := d.knock(begin.Add(at))
			if v == enter {
				in[int(at.Seconds())]++
				last = max(last, at)
				continue
			}
			if wait <= 0 || wait > longestWait {
				t.Fatalf("told to come back in %s", wait)
			}
			again = append(again, at+wait)
		}
		knocks = again
	}
	// 2,000 enter at once and 18,000 have nine seconds of turns, scattered by one; who finds its second taken comes again.
	if last > 20*time.Second {
		t.Errorf("the last one was in after %s", last)
	}
	for second, n := range in {
		if n > 2*perSecond { // what was saved up, and a second's worth
			t.Errorf("%d entered in second %d, at %d a second", n, second, perSecond)
		}
	}
}

func Test37BeyondTheHardRateIsRefused(t *testing.T) {
	d, now := newDoor(10), time.Now()
	var got [3]int
	for range 200 {
		v, _ := d.knock(now)
		got[v]++
	}
	if got != [3]int{10, 40, 150} {
		t.Errorf("entered, told to come back, refused: %v; want 10, 40, 150", got)
	}
	if !d.crowded(now) || d.crowded(now.Add(time.Second)) {
		t.Error("crowded now, and a second later no more")
	}
}
