package crowd

import (
	"math"
	"testing"
	"time"
)

func TestMoodIsOneOnAverage(t *testing.T) {
	sum, n := 0.0, 0
	for at := time.Duration(0); at < 410*time.Second; at += 100 * time.Millisecond {
		m := mood(at)
		if m < 0.39 {
			t.Fatalf("at %s the crowd claps %.2f of its average: it never falls silent", at, m)
		}
		sum += m
		n++
	}
	if mean := sum / float64(n); math.Abs(mean-1) > 0.02 {
		t.Errorf("the mean is %.3f: --demo promises its hearts a second on average", mean)
	}
}

func TestNobodySharesAName(t *testing.T) {
	seen := map[string]int{}
	for i := range 300 {
		name := nameOf(i)
		if j, ok := seen[name]; ok {
			t.Fatalf("%d and %d are both %s", j, i, name)
		}
		seen[name] = i
	}
}
