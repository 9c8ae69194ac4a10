package hearts

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// show is two hours in which a crowd grows twentyfold. A viewer gives a heart every 50 s, and at the peaks as many times
// more as each is high; most peaks rise in a few seconds and take longer to fall.
type show struct {
	hearts, viewers []uint64
}

const showLength = 7200

type planted struct {
	at     int
	height float64 // times the surroundings
	rise   float64 // s
	fall   float64 // s
}

func (p planted) times(t int) float64 {
	d := float64(t - p.at)
	sd := p.fall
	if d < 0 {
		sd = p.rise
	}
	return (p.height - 1) * math.Exp(-d*d/(2*sd*sd))
}

func newShow(r *rand.Rand, peaks []planted, burst float64) show {
	s := show{make([]uint64, showLength), make([]uint64, showLength)}
	for t := range showLength {
		crowd := 200 * math.Pow(20, float64(t)/showLength)
		if t > 4000 && t < 5000 {
			crowd *= 1.5 // another show sent its people over for a while
		}
		s.viewers[t] = uint64(crowd)
		rate := crowd / 50
		rise := 1.0
		for _, p := range peaks {
			rise += p.times(t)
		}
		taps := poisson(r, rate*rise/burst) // hearts come in taps of a few
		s.hearts[t] = uint64(taps + poisson(r, (burst-1)*float64(taps)))
	}
	return s
}

// poisson draws by Knuth's product for small means and by a rounded normal variable for large ones.
func poisson(r *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, product, k := math.Exp(-mean), r.Float64(), 0
	for ; product > limit; k++ {
		product *= r.Float64()
	}
	return k
}

func plant(r *rand.Rand) []planted {
	peaks := make([]planted, 8)
	for i := range peaks {
		rise := 2 + 2*r.Float64()
		peaks[i] = planted{at: 300 + 850*i + r.IntN(500), height: 3 + 3*r.Float64(), rise: rise, fall: rise * (1 + r.Float64())}
	}
	return peaks
}

func TestHighlightsOfAHundredShowsAreFound(t *testing.T) {
	missed, extra := 0, 0
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 6))
		peaks := plant(r)
		s := newShow(r, peaks, 1)
		found := highlights(s.hearts, s.viewers)
		for _, p := range peaks {
			if !slices.ContainsFunc(found, func(m moment) bool { return m.peak >= p.at-3 && m.peak <= p.at+3 }) {
				missed++
				t.Errorf("show %d: the peak at %d (%.1f times, rises in %.1f s) was not found within 3 s", seed, p.at, p.height, p.rise)
			}
		}
		extra += len(found) - len(peaks)
		if slices.ContainsFunc(found, func(m moment) bool { return m.start > m.peak || m.end <= m.peak || m.strength < leastRatio }) {
			t.Fatalf("show %d: %+v", seed, found)
		}
	}
	if extra > 2*100 {
		t.Errorf("%d moments that nobody planted in 200 hours", extra)
	}
	t.Logf("%d of 800 missed, %d found that nobody planted", missed, extra)
}

// A crowd that grows must not win by its size: of peaks of the same height the early ones are as strong as the late ones.
func TestHighlightsAreNormalisedByAudience(t *testing.T) {
	var early, late float64
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 7))
		peaks := plant(r)
		for i := range peaks {
			peaks[i].height, peaks[i].rise, peaks[i].fall = 6, 4, 4
		}
		s := newShow(r, peaks, 1)
		for _, m := range highlights(s.hearts, s.viewers) {
			for i, p := range peaks {
				if m.peak < p.at-3 || m.peak > p.at+3 {
					continue
				}
				if i < 4 {
					early += m.strength
				} else {
					late += m.strength
				}
			}
		}
	}
	if ratio := late / early; ratio > 1.15 || ratio < 0.85 {
		t.Errorf("late peaks are %.2f times as strong as early ones that are as high", ratio)
	}
}

func TestHighlightsOfNoise(t *testing.T) {
	for name, c := range map[string]struct {
		burst float64
	}{"by chance": {1}, "in bursts of five": {5}, "in bursts of twenty": {20}} {
		found := 0
		const shows = 20
		for seed := range uint64(shows) {
			r := rand.New(rand.NewPCG(seed, 8))
			s := newShow(r, nil, c.burst)
			found += len(highlights(s.hearts, s.viewers))
		}
		t.Logf("%s: %d in %d hours", name, found, shows*2)
		if found > shows*2 {
			t.Errorf("%s: %d highlights in %d hours of noise", name, found, shows*2)
		}
	}
}

func TestHighlightsOfLittle(t *testing.T) {
	few := make([]uint64, 600)
	few[300], few[301] = 3, 4 // one person's thumb
	viewers := make([]uint64, 600)
	for name, c := range map[string][2][]uint64{
		"nothing":       {nil, nil},
		"a second":      {{500}, {0}},
		"silence":       {make([]uint64, 600), viewers},
		"seven hearts":  {few, viewers},
		"no audience":   {slices.Repeat([]uint64{5}, 600), viewers},
		"a raid's jump": {append(slices.Repeat([]uint64{10}, 600), slices.Repeat([]uint64{100}, 600)...), append(slices.Repeat([]uint64{100}, 600), slices.Repeat([]uint64{1000}, 600)...)},
	} {
		if found := highlights(c[0], c[1]); len(found) > 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
	loud := make([]uint64, 600)
	loud[300], loud[301], loud[302] = 10, 60, 20
	if found := highlights(loud, slices.Repeat([]uint64{40}, 600)); len(found) != 1 || found[0].peak < 299 || found[0].peak > 303 {
		t.Errorf("one burst in silence: %+v", found)
	}
}

func BenchmarkHighlightsOfTwoHours(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 6))
	s := newShow(r, plant(r), 1)
	for b.Loop() {
		highlights(s.hearts, s.viewers)
	}
}
