package hearts

import (
	"cmp"
	"math"
	"slices"
)

// The algorithm stands in docs/highlights.md, with its sources. All lengths are in seconds.
const (
	// smoothing is the standard deviation of the Gaussian that is laid over the seconds: applause rises within about as
	// much.
	smoothing = 2.5
	// around is how far the surroundings of a second reach to each side.
	around = 150
	// noiseAround is the same for the estimate of how much hearts clump, which needs more.
	noiseAround = 300
	// grid is how far apart surroundings are computed; between they are interpolated.
	grid = 5
	// thin is which of the seconds around are looked at: what was smoothed says nothing new each second.
	thin = 3

	// leastRatio is how many times its surroundings a moment must reach.
	leastRatio = 2
	// leastScore is by how many standard deviations it must stand out. Five hundred independent looks an hour make one
	// false find in centuries where hearts come by chance alone; the rest is for crowds that are not.
	leastScore = 4.5
	// leastHearts is how many hearts more than usual it takes: fewer are a few people, not a crowd. Hearts that come in one
	// second weigh 1.4 of those that are spread over ten.
	leastHearts = 12
	// edge is which share of a peak's excess its start and end still have.
	edge = 0.25
	// apart is how far from another highlight's start and end the next one's peak must lie.
	apart = 10
)

// moment is a highlight, in indices of the series.
type moment struct {
	start, peak, end int
	strength         float64
}

// highlights finds the moments of a series, one entry a second, at which an audience gave more hearts than around them.
// They come in order of strength.
func highlights(hearts, viewers []uint64) []moment {
	n := len(hearts)
	if n == 0 {
		return nil
	}
	kernel, independent := gaussian(smoothing)
	x, audience := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], audience[i] = float64(hearts[i]), math.Max(1, float64(viewers[i]))
	}
	x, audience = smooth(x, kernel), smooth(audience, kernel)
	// What an audience of this size gives at this time of the show: the median of the rates for each viewer.
	rates := make([]float64, n)
	for i := range n {
		rates[i] = x[i] / audience[i]
	}
	usual := rollingMedian(rates, around)
	for i := range n {
		usual[i] *= audience[i]
	}
	clumps := clumping(x, usual, independent)
	score := func(i int) float64 {
		return 2 * (math.Sqrt(x[i]*independent+0.375) - math.Sqrt(usual[i]*independent+0.375)) / math.Sqrt(clumps[i])
	}
	ratio := func(i int) float64 { return x[i] / math.Max(usual[i], 1/independent) }

	var peaks []moment
	for i := range n {
		if i > 0 && rates[i] < rates[i-1] || i+1 < n && rates[i] <= rates[i+1] { // of a plateau the last second
			continue
		}
		if ratio(i) < leastRatio || (x[i]-usual[i])*independent < leastHearts || score(i) < leastScore {
			continue
		}
		peaks = append(peaks, moment{peak: i, strength: ratio(i)})
	}
	slices.SortStableFunc(peaks, func(a, b moment) int { return cmp.Compare(b.strength, a.strength) })
	var found []moment
	for _, m := range peaks {
		high := func(i int) bool { return x[i]-usual[i] > edge*(x[m.peak]-usual[m.peak]) }
		for m.start = m.peak; m.start > 0 && high(m.start-1); m.start-- {
		}
		for m.end = m.peak + 1; m.end < n && high(m.end); m.end++ {
		}
		if !slices.ContainsFunc(found, func(f moment) bool { return m.peak >= f.start-apart && m.peak < f.end+apart }) {
			found = append(found, m)
		}
	}
	return found
}

// gaussian is a kernel of sum 1, and how many independent seconds' worth of hearts a second smoothed by it stands for.
func gaussian(sd float64) (kernel []float64, independent float64) {
	radius := int(math.Ceil(3 * sd))
	sum := 0.0
	for i := -radius; i <= radius; i++ {
		w := math.Exp(-float64(i*i) / (2 * sd * sd))
		kernel = append(kernel, w)
		sum += w
	}
	squares := 0.0
	for i := range kernel {
		kernel[i] /= sum
		squares += kernel[i] * kernel[i]
	}
	return kernel, 1 / squares
}

// smooth lays a kernel over a series; beyond its ends it goes on as it ends.
func smooth(x, kernel []float64) []float64 {
	radius := len(kernel) / 2
	out := make([]float64, len(x))
	for i := range x {
		for k, w := range kernel {
			out[i] += w * x[min(max(i+k-radius, 0), len(x)-1)]
		}
	}
	return out
}

// rollingMedian is the median of what lies within reach of each entry.
func rollingMedian(x []float64, reach int) []float64 {
	return rolling(x, reach, func(window []float64) float64 {
		slices.Sort(window)
		if n := len(window); n%2 == 0 {
			return (window[n/2-1] + window[n/2]) / 2
		}
		return window[len(window)/2]
	})
}

// rolling computes something of the window around each entry, at every fifth one, and interpolates between.
func rolling(x []float64, reach int, of func(window []float64) float64) []float64 {
	n := len(x)
	out := make([]float64, n)
	last := 0
	var window []float64
	for i := 0; ; i = min(i+grid, n-1) {
		window = window[:0]
		for k := max(0, i-reach); k < min(n, i+reach+1); k += thin {
			window = append(window, x[k])
		}
		out[i] = of(window)
		for k := last + 1; k < i; k++ {
			share := float64(k-last) / float64(i-last)
			out[k] = out[last]*(1-share) + out[i]*share
		}
		if last = i; i == n-1 {
			return out
		}
	}
}

// clumping is how many times the variance of hearts that come by chance alone the hearts around each second have: people
// tap in bursts. It is at least 1.
func clumping(x, usual []float64, independent float64) []float64 {
	off := make([]float64, len(x))
	for i := range x {
		if usual[i] > 0 {
			off[i] = math.Abs(x[i]-usual[i]) / math.Sqrt(usual[i]/independent)
		}
	}
	const normal = 0.6745 // median of the absolute value of a standard normal variable
	out := rollingMedian(off, noiseAround)
	for i := range out {
		sd := out[i] / normal
		out[i] = math.Max(1, sd*sd)
	}
	return out
}
