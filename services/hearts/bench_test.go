package hearts_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

// One window of a gateway with 1,000 busy rooms of two kinds, by its eight lanes: 2,000 counters in three batches, each
// answered when it is stored. 120 ms is the goal.
func BenchmarkAThousandRooms(b *testing.B) {
	bed := testbed.New(b)
	const rooms, lanes = 1000, 8
	windows := make([]*heartsv1.RecordBatchRequest, lanes)
	for i := range windows {
		windows[i] = &heartsv1.RecordBatchRequest{Writer: fmt.Sprintf("01JD3ZK9Q0000000000000000AL%d", i)}
	}
	for i := range rooms {
		room := fmt.Sprint("room", i)
		bed.Room(room, nil)
		for _, kind := range []string{"heart", "clap"} {
			w := windows[i%lanes]
			w.Sums = append(w.Sums, &heartsv1.HeartSum{Room: room, Kind: kind, Count: 25})
		}
	}
	s := hearts.New(hearts.Options{Bus: bed.Bus, Views: bed.Views, Logger: bed.Log})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	defer running.Wait()
	defer stop()
	flush := func() {
		var wg sync.WaitGroup
		for _, w := range windows {
			w.Window++
			wg.Go(func() {
				if _, err := s.RecordBatch(testbed.As(ctx, auth.Service, "gw"), w); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	flush() // opens the rooms
	for b.Loop() {
		flush()
	}
}
