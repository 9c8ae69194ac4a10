package lookback

import (
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
