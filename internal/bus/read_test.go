package bus_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/ovation-live/ovation/internal/bus"
)

// As many keys as one read may name are read whole, and few of them for little: half a megabyte for each read, however small, was
// what a subscription of the library's cost.
func TestAReadHasRoomForItsAnswerAndNoMore(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	var subjects []string
	for i := range 1000 {
		k := bus.InRoom(bus.State, "main", fmt.Sprint("key", i))
		if _, err := b.Put(ctx, k, fmt.Append(nil, i), 0); err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, k.Subject)
	}
	if records, _, err := b.LastMany(ctx, bus.State, subjects); err != nil || len(records) != len(subjects) {
		t.Errorf("%d of %d documents were read: %v", len(records), len(subjects), err)
	}
	const reads = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range reads {
		if records, _, err := b.LastMany(ctx, bus.State, subjects[:1]); err != nil || len(records) != 1 {
			t.Fatalf("%d records: %v", len(records), err)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / reads; each > 100<<10 { // the store's share included
		t.Errorf("a read of one document allocates %d bytes", each)
	}
}
