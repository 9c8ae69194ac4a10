package lookback

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ovation-live/ovation/internal/bus"
)

func TestAWindowIsCompletedByTheLeader(t *testing.T) {
	broken := errors.New("away")
	for name, c := range map[string]struct {
		replica, leader []uint64
		end             uint64
		want            []uint64
		reads           int
		err             error
	}{
		"nothing is missing":           {[]uint64{3, 7, 9}, nil, 9, []uint64{3, 7, 9}, 0, broken},
		"the newest is":                {[]uint64{3, 7}, []uint64{3, 7, 9}, 9, []uint64{3, 7, 9}, 1, nil},
		"several are":                  {[]uint64{3}, []uint64{3, 7, 8, 9}, 9, []uint64{3, 7, 8, 9}, 3, nil},
		"all are":                      {nil, []uint64{3, 9}, 9, []uint64{3, 9}, 2, nil},
		"what is behind the window":    {[]uint64{3}, []uint64{3, 12}, 9, []uint64{3}, 1, nil},
		"what was erased meanwhile":    {[]uint64{3}, []uint64{3}, 9, []uint64{3}, 1, nil},
		"the leader does not say more": {[]uint64{3}, nil, 9, nil, 1, broken},
	} {
		t.Run(name, func(t *testing.T) {
			var records []bus.Record
			for _, sequence := range c.replica {
				records = append(records, bus.Record{Sequence: sequence})
			}
			reads := 0
			got, err := completed(records, 1, c.end, func(from uint64) (bus.Record, error) {
				reads++
				for _, sequence := range c.leader {
					if sequence >= from {
						return bus.Record{Sequence: sequence}, nil
					}
				}
				if c.err != nil {
					return bus.Record{}, c.err
				}
				return bus.Record{}, bus.ErrNotFound
			})
			var is []uint64
			for _, r := range got {
				is = append(is, r.Sequence)
			}
			if !slices.Equal(is, c.want) || reads != c.reads || (err != nil) != (c.want == nil) {
				t.Errorf("%d (%v) after %d reads; want %d after %d", is, err, reads, c.want, c.reads)
			}
		})
	}
}

// replicated is a store of sequences: the leader's, and how many of the stream's each replica has, which read in turn.
type replicated struct {
	leader   []uint64
	replicas []uint64
	ranges   int
	asked    int // the leader, but for the newest
}

func (s *replicated) Last(context.Context, bus.Key) (bus.Record, error) {
	return bus.Record{Sequence: s.leader[len(s.leader)-1]}, nil
}

func (s *replicated) Next(_ context.Context, _ bus.Key, from uint64) (bus.Record, error) {
	s.asked++
	at, _ := slices.BinarySearch(s.leader, from)
	if at == len(s.leader) {
		return bus.Record{}, bus.ErrNotFound
	}
	return bus.Record{Sequence: s.leader[at]}, nil
}

func (s *replicated) Range(_ context.Context, _ bus.Key, from uint64, n int) (records []bus.Record, more bool, err error) {
	has := s.replicas[s.ranges%len(s.replicas)]
	s.ranges++
	at, _ := slices.BinarySearch(s.leader, from)
	for ; at < len(s.leader) && s.leader[at] <= has; at++ {
		if len(records) == n {
			return records, true, nil
		}
		records = append(records, bus.Record{Sequence: s.leader[at]})
	}
	return records, false, nil
}

// However far replicas lag, and whichever of them reads a window, nothing is passed over; where none lags the leader is asked
// for the newest alone.
func TestAWalkPassesOverNothingThatAReplicaLacks(t *testing.T) {
	every := func(step, last uint64) (all []uint64) {
		for n := step; n <= last; n += step {
			all = append(all, n)
		}
		return all
	}
	for name, c := range map[string]struct {
		leader   []uint64
		replicas []uint64
		before   uint64
		asked    bool
	}{
		"none lags":                          {every(1, 5000), []uint64{5000}, 0, false},
		"none lags, of few":                  {every(300, 60_000), []uint64{60_000}, 0, false},
		"none lags, in the middle":           {every(1, 5000), []uint64{5000}, 3000, false},
		"one that lags by less":              {every(1, 5000), []uint64{4900}, 0, true},
		"one that lags by two windows":       {every(1, 5000), []uint64{4000}, 0, true},
		"one that lags, of few":              {every(300, 60_000), []uint64{10_000}, 0, true},
		"one that lags, in the middle":       {every(300, 60_000), []uint64{10_000}, 40_000, true},
		"one that has nothing":               {every(1, 5000), []uint64{0}, 0, true},
		"another one lags, behind the first": {every(1, 5000), []uint64{5000, 4000}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &replicated{leader: c.leader, replicas: c.replicas}
			want := slices.Clone(c.leader)
			if c.before > 0 {
				want = slices.DeleteFunc(want, func(n uint64) bool { return n >= c.before })
			}
			slices.Reverse(want)
			var got []uint64
			if err := walk(t.Context(), s, bus.Key{}, c.before, func(r bus.Record) bool { got = append(got, r.Sequence); return true }); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d records, want %d", len(got), len(want))
			}
			if (s.asked > 0) != c.asked {
				t.Errorf("the leader was asked %d times", s.asked)
			}
		})
	}
}
