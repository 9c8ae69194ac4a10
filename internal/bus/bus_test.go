package bus_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

func start(t *testing.T, dir string) (*bus.Bus, func()) {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	server, err := bus.StartServer(bus.ServerOptions{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b, err := bus.Connect(ctx, bus.Options{Server: server, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Ensure(ctx); err != nil {
		t.Fatal(err)
	}
	return b, func() { b.Close(); server.Stop() }
}

func TestPartitionIsForEver(t *testing.T) {
	for room, want := range map[string]string{"main": "08", "launch": "38", "a": "12", "a-very-long-room-name-0123456789": "56"} {
		if got := bus.Partition(room); got != want {
			t.Errorf("Partition(%q) = %s, stored subjects say %s", room, got, want)
		}
	}
}

func TestKeysRefuseWildcards(t *testing.T) {
	for _, bad := range []string{"", "*", ">", "a.b", "a b", "a\n", "é"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken as a subject token", bad)
				}
			}()
			bus.InRoom(bus.State, bad, "room")
		}()
	}
}

func TestAppendOncePerMessageID(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	key := bus.InRoom(bus.Log, "main")
	var wg sync.WaitGroup
	var mu sync.Mutex
	sequences := map[uint64]int{}
	for range 16 { // at once: the answer "in flight" must be retried until it is a duplicate
		wg.Go(func() {
			stored, err := b.Append(ctx, key, "one", []byte("x"))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			sequences[stored.Sequence]++
		})
	}
	wg.Wait()
	if len(sequences) != 1 {
		t.Fatalf("one message id was stored at %v", sequences)
	}
	if n, err := b.Count(ctx, key); err != nil || n != 1 {
		t.Fatalf("count %d, %v", n, err)
	}
}

func TestPutComparesAndSets(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	key := bus.InRoom(bus.State, "main", "ban", "p1")
	first, err := b.Put(ctx, key, []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(ctx, key, []byte("2"), 0); !errors.Is(err, bus.ErrConflict) {
		t.Fatalf("a second create gave %v", err)
	}
	marker, err := b.Remove(ctx, key, first)
	if err != nil {
		t.Fatal(err)
	}
	last, err := b.Last(ctx, key)
	if err != nil || !last.Deleted || last.Sequence != marker {
		t.Fatalf("after Remove: %+v, %v", last, err)
	}
	// A marker counts as absent, but the next document must name the marker's sequence.
	if _, err := b.Put(ctx, key, []byte("3"), 0); !errors.Is(err, bus.ErrConflict) {
		t.Fatalf("create over a marker at 0 gave %v", err)
	}
	if _, err := b.Put(ctx, key, []byte("3"), marker); err != nil {
		t.Fatal(err)
	}
}

func TestWindowsCountOnce(t *testing.T) {
	dir := t.TempDir()
	b, stop := start(t, dir)
	ctx := t.Context()
	heart := bus.InRoom(bus.Counters, "main", "heart", "clap")
	w := func(n uint64) []bus.Window { return []bus.Window{{Writer: "w1", Number: n}} }
	total := func() uint64 {
		t.Helper()
		r, err := b.Last(ctx, heart)
		if err != nil {
			t.Fatal(err)
		}
		n, err := r.Total()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for n := uint64(1); n <= 3; n++ {
		if err := b.Increment(ctx, w(n), []bus.Sum{{Key: heart, Count: 10}}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	b, stop = start(t, dir)
	defer stop()
	// The newest window again, after a restart of the broker: a plain message id on the counter would be forgotten,
	// since the counter keeps one message; the marker is not.
	if err := b.Increment(ctx, w(3), []bus.Sum{{Key: heart, Count: 10}}); !errors.Is(err, bus.ErrApplied) {
		t.Fatalf("a window sent again gave %v", err)
	}
	if got := total(); got != 30 {
		t.Fatalf("total %d, want 30", got)
	}
}

// A writer's marker goes when no retry can come any more, and not a moment before; one that is written while the old one
// is taken out stays.
func TestMarkersOfWritersThatAreGoneAreForgotten(t *testing.T) {
	dir := t.TempDir()
	b, stop := start(t, dir)
	ctx := t.Context()
	heart := bus.InRoom(bus.Counters, "main", "heart", "clap")
	tap := func(writer string, number uint64) error {
		return b.Increment(ctx, []bus.Window{{Writer: writer, Number: number}}, []bus.Sum{{Key: heart, Count: 10}})
	}
	for _, writer := range []string{"gone", "quiet", "busy"} {
		if err := tap(writer, 1); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.ForgetWriters(ctx, time.Hour); n != 0 || err != nil {
		t.Fatalf("within the hour %d were forgotten, %v", n, err)
	}
	stop()
	b, stop = start(t, dir) // what the server remembers beside its streams is gone
	defer stop()
	for _, writer := range []string{"gone", "quiet", "busy"} {
		if err := tap(writer, 1); !errors.Is(err, bus.ErrApplied) {
			t.Fatalf("a late retry of %s: %v", writer, err)
		}
	}
	old, err := bus.OldMarkers(ctx, b, time.Millisecond)
	if err != nil || len(old) != 3 {
		t.Fatalf("old markers %v, %v; want 3", old, err)
	}
	if err := tap("busy", 2); err != nil {
		t.Fatal(err)
	}
	for range 2 { // two replicas do this at once
		for _, sequence := range old {
			if err := bus.Drop(ctx, b, sequence); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tap("busy", 2); !errors.Is(err, bus.ErrApplied) {
		t.Fatalf("a retry of the window that came meanwhile: %v", err)
	}
	for writer, want := range map[string]bool{"gone": false, "quiet": false, "busy": true} {
		if got, err := b.Applied(ctx, bus.Window{Writer: writer, Number: 1}); got != want || err != nil {
			t.Errorf("the marker of %s stands: %v, %v; want %v", writer, got, err, want)
		}
	}
	r, err := b.Last(ctx, heart)
	if err != nil {
		t.Fatal(err)
	}
	if total, err := r.Total(); total != 40 || err != nil {
		t.Errorf("total %d, %v; want 40: forgetting writers takes nothing from it", total, err)
	}
}

func TestLiveCopiesCarryWhatFollowersNeed(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	l := b.NewLive(16)
	key := bus.InRoom(bus.Log, "main")
	leave, err := l.Join(key)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	for i := range 3 {
		if _, err := b.Append(ctx, key, fmt.Sprint("m", i), []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Append(ctx, bus.InRoom(bus.Log, "other"), fmt.Sprint("o", i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	var last uint64
	for range 3 {
		r, err := l.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if r.Previous != last || r.Sequence <= last || r.Time.IsZero() {
			t.Fatalf("after %d came %d with previous %d at %v", last, r.Sequence, r.Previous, r.Time)
		}
		last = r.Sequence
	}
	c := b.NewLive(16)
	leaveCounters, err := c.Join(bus.AllInRoom(bus.Counters, "main"))
	if err != nil {
		t.Fatal(err)
	}
	defer leaveCounters()
	heart := bus.InRoom(bus.Counters, "main", "heart", "clap")
	if err := b.Increment(ctx, []bus.Window{{Writer: "w", Number: 1}}, []bus.Sum{{Key: heart, Count: 7}}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.Total(); err != nil || n != 7 {
		t.Fatalf("live total %d, %v", n, err)
	}
	if room, name, ok := bus.InRoomOf(bus.Counters, r.Subject); !ok || room != "main" || name != "heart.clap" {
		t.Fatalf("live counter of %q %q %v", room, name, ok)
	}
}

func TestEraseLeavesNoBytes(t *testing.T) {
	dir := t.TempDir()
	b, stop := start(t, dir)
	ctx := t.Context()
	key := bus.InRoom(bus.Log, "main")
	secret := "xyzzy-" + strings.Repeat("q", 40)
	stored, err := b.Append(ctx, key, "m", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Erase(ctx, bus.Log, stored.Sequence); err != nil {
		t.Fatal(err)
	}
	if err := b.Erase(ctx, bus.Log, stored.Sequence); err != nil {
		t.Fatalf("erasing twice: %v", err)
	}
	if _, err := b.At(ctx, bus.Log, stored.Sequence); !errors.Is(err, bus.ErrNotFound) {
		t.Fatalf("after Erase: %v", err)
	}
	stop()
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if strings.Contains(string(body), secret) {
			t.Errorf("%s still holds the text", filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEnsureRefusesStrangeStreams(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	if err := bus.Misconfigure(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	err := b.Ensure(t.Context())
	if err == nil || !strings.Contains(err.Error(), "OV_LOG") || !strings.Contains(err.Error(), "max_msgs_per_subject is 5, wanted 2000000") {
		t.Fatalf("got %v", err)
	}
}

func TestRenewChangesTheIncarnation(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	before, err := b.Incarnation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(ctx, bus.InRoom(bus.Tallies, "main", "q1"), []byte("t"), 0); err != nil {
		t.Fatal(err)
	}
	if err := b.Renew(ctx, "unclean_stop"); err != nil {
		t.Fatal(err)
	}
	after, err := b.Incarnation(ctx)
	if err != nil || after == before {
		t.Fatalf("%s then %s, %v", before, after, err)
	}
	if keys, err := b.Keys(ctx, bus.Everything(bus.Tallies)); err != nil || len(keys) != 0 {
		t.Fatalf("tallies stayed: %v, %v", keys, err)
	}
}
