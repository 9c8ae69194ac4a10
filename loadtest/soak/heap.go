package soak

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// heap is what is alive in a server after a forced collection, by whose it is.
type heap struct {
	own    float64            // bytes of what is neither the broker's nor the looking's
	broker float64            // bytes of the embedded broker
	places map[string]float64 // own, by the product's innermost function that had it made
}

// often is the environment that makes a server note one allocation in so many bytes: by default it is one in 512 KiB, too few
// to tell of a heap of some MB.
const often = "GODEBUG=memprofilerate=16384"

const (
	product = "github.com/ovation-live/ovation/"
	broker  = "github.com/nats-io/nats-server/"
)

// readHeap has a server collect, and reads what is left.
func readHeap(ctx context.Context, admin string) (h heap, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/debug/pprof/heap?gc=1", nil)
	if err != nil {
		return h, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return h, fmt.Errorf("read the heap: %w", err)
	}
	defer func() { _ = a.Body.Close() }()
	p, err := profile.Parse(a.Body)
	if err != nil {
		return h, fmt.Errorf("read the heap: %w", err)
	}
	return sortOut(p)
}

// sortOut divides a heap among those who had it made.
func sortOut(p *profile.Profile) (h heap, err error) {
	live := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == "inuse_space" })
	if live < 0 {
		return h, fmt.Errorf("the profile is not one of a heap: it has no inuse_space")
	}
	h.places = make(map[string]float64)
	for _, s := range p.Sample {
		bytes := float64(s.Value[live])
		switch who, place := owner(s); who {
		case broker:
			h.broker += bytes
		case product:
			h.own += bytes
			h.places[place] += bytes
		}
	}
	return h, nil
}

// owner tells whose a sample is, by its stack from the inside out: the broker's, the looking's own (empty), or else the
// product's, with its innermost function.
func owner(s *profile.Sample) (who, place string) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			name := line.Function.Name
			switch {
			case strings.HasPrefix(name, broker):
				return broker, ""
			case strings.Contains(name, "net/http/pprof."), strings.Contains(name, "/promhttp."):
				return "", ""
			case place == "" && strings.HasPrefix(name, product):
				place = strings.TrimPrefix(name, product)
			}
		}
	}
	return product, cmp.Or(place, "the runtime and libraries")
}

// Place is a function and the bytes that it had made and that are alive.
type Place struct {
	Function string  `json:"function"`
	Bytes    float64 `json:"bytes"`
}

// grown are the places that hold most more than before, the five largest of them.
func grown(before, after map[string]float64) []Place {
	var all []Place
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if more := after[name] - before[name]; more > 0 {
			all = append(all, Place{name, more})
		}
	}
	slices.SortStableFunc(all, func(a, b Place) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return all[:min(5, len(all))]
}
