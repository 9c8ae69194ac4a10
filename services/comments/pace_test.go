package comments

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// erased simulates the eraser over removals at certain times, each erase taking a while, and tells how long the slowest one
// waited and how many were erased in the busiest second.
func erased(t *testing.T, removed []time.Duration, took time.Duration) (longest time.Duration, busiest int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		b := newBacklog()
		go func() {
			for i, at := range removed {
				time.Sleep(time.Until(start.Add(at))) // of the bubble's time, as in the erase below
				if err := b.add(t.Context(), tombstone{sequence: uint64(i), since: time.Now()}); err != nil {
					t.Error(err)
				}
			}
		}()
		var p pace
		seconds := make(map[int]int)
		for range removed {
			b.any(t.Context())
			next, _ := b.first()
			if err := p.take(t.Context(), b.apart(time.Now()), func() error { time.Sleep(took); return nil }); err != nil {
				t.Fatal(err)
			}
			longest = max(longest, time.Since(next.since))
			seconds[int(time.Since(start).Seconds())]++
			busiest = max(busiest, seconds[int(time.Since(start).Seconds())])
			b.drop(next.sequence)
		}
	})
	return longest, busiest
}

func TestTheErasersPaceFollowsWhatIsDue(t *testing.T) {
	atOnce := func(n int) []time.Duration { return make([]time.Duration, n) }
	every := func(pause time.Duration, n int) (list []time.Duration) {
		for i := range n {
			list = append(list, time.Duration(i)*pause)
		}
		return list
	}
	for name, c := range map[string]struct {
		removed []time.Duration
		took    time.Duration
		longest time.Duration // until the last is gone
		busiest int           // erases in one second
	}{
		"a few":                        {atOnce(20), 16 * time.Millisecond, 3 * time.Second, 11},
		"what ten a second can do":     {atOnce(440), 16 * time.Millisecond, 45 * time.Second, 11},
		"a thousand at once":           {atOnce(1_000), 16 * time.Millisecond, 46 * time.Second, 24},
		"a thousand, then a trickle":   {append(atOnce(1_000), every(time.Second, 40)...), 16 * time.Millisecond, 46 * time.Second, 26},
		"twenty a second for a minute": {every(50*time.Millisecond, 1_200), 16 * time.Millisecond, 46 * time.Second, 22},
		"1,200 on a busy disk":         {atOnce(1_200), 28 * time.Millisecond, 56 * time.Second, 24},
		"1,200 on a slow disk":         {atOnce(1_200), 36 * time.Millisecond, 56 * time.Second, 23},
		"more than can be done":        {atOnce(3_500), 16 * time.Millisecond, 71 * time.Second, 51},
		"a very slow disk":             {atOnce(300), 200 * time.Millisecond, 76 * time.Second, 5},
	} {
		t.Run(name, func(t *testing.T) {
			longest, busiest := erased(t, c.removed, c.took)
			if longest > c.longest || busiest > c.busiest {
				t.Errorf("the slowest took %v, want at most %v; %d in a second, want at most %d", longest, c.longest, busiest, c.busiest)
			}
		})
	}
}

func TestTheBacklogIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog()
		for i := range mostWaiting {
			if err := b.add(t.Context(), tombstone{sequence: uint64(i)}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.add(ctx, tombstone{sequence: mostWaiting}); err == nil {
			t.Error("one more was taken in")
		}
		added := make(chan error, 1)
		go func() { added <- b.add(t.Context(), tombstone{sequence: mostWaiting}) }()
		synctest.Wait()
		b.drop(0)
		if err := <-added; err != nil {
			t.Error(err)
		}
	})
}

func TestTheBacklogIsInOrderAndHoldsNothingTwice(t *testing.T) {
	b := newBacklog()
	for _, sequence := range []uint64{5, 9, 3, 9, 7} {
		if err := b.add(t.Context(), tombstone{sequence: sequence}); err != nil {
			t.Fatal(err)
		}
	}
	b.drop(7)
	var got []uint64
	for next, ok := b.first(); ok; next, ok = b.first() {
		got = append(got, next.sequence)
		b.drop(next.sequence)
	}
	if !slices.Equal(got, []uint64{3, 5, 9}) {
		t.Errorf("it held %v", got)
	}
}
