package bus_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/bus"
)

// What a full log does: it takes in what is new, drops the oldest of whichever room, and says how full it is.
func TestAFullLogDropsTheOldest(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	server, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b, err := bus.Connect(ctx, bus.Options{Server: server, Logger: quiet, MaxBytes: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Ensure(ctx); err != nil {
		t.Fatal(err)
	}
	write := func(room string, n int) {
		t.Helper()
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(16)
		for i := range n {
			g.Go(func() error {
				_, err := b.Append(ctx, bus.InRoom(bus.Log, room), fmt.Sprint(room, i), []byte(strings.Repeat("x", 1000)))
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	write("old", 10)
	f, err := b.Fill(ctx, bus.Everything(bus.Log))
	if err != nil || f.Keys[bus.InRoom(bus.Log, "old").Subject] != 10 || f.MostBytes != 4<<20 || f.MostOfKey != 2_000_000 || f.Age != 30*24*time.Hour {
		t.Fatalf("at first %+v, %v", f, err)
	}
	began := f.First
	const flood = 5_000
	write("loud", flood)
	if f, err = b.Fill(ctx, bus.Everything(bus.Log)); err != nil {
		t.Fatal(err)
	}
	loud, old := f.Keys[bus.InRoom(bus.Log, "loud").Subject], f.Keys[bus.InRoom(bus.Log, "old").Subject]
	if old != 0 || loud == 0 || loud >= flood || f.Bytes > f.MostBytes || f.Bytes < f.MostBytes/100*99 || !f.First.After(began) {
		t.Fatalf("full: %d entries of the flood, %d of before, %+v", loud, old, f)
	}
	write("new", 1)

	newest, err := b.Last(ctx, bus.InRoom(bus.Log, "loud"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Shorten(ctx, bus.InRoom(bus.Log, "loud"), 7); err != nil {
		t.Fatal(err)
	}
	left, _, err := b.Range(ctx, bus.InRoom(bus.Log, "loud"), 1, 100)
	if err != nil || len(left) != 7 || left[6].Sequence != newest.Sequence {
		t.Errorf("shortened to %d, %v", len(left), err)
	}
	if f, err = b.Fill(ctx, bus.InRoom(bus.Log, "new")); err != nil || f.Keys[bus.InRoom(bus.Log, "new").Subject] != 1 {
		t.Errorf("the other room: %+v, %v", f, err)
	}
}
