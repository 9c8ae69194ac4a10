package follow_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// world is a real embedded broker and a way to run followers that end with the test.
func world(t *testing.T) *bus.Bus {
	t.Helper()
	server, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.Connect(t.Context(), bus.Options{Server: server, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); server.Stop() })
	if err := b.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

func run(t *testing.T, r func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = r(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

// collected is a sink that others may look into.
type collected[T any] struct {
	mu    sync.Mutex
	items []T
}

func (c *collected[T]) add(item T) { c.mu.Lock(); c.items = append(c.items, item); c.mu.Unlock() }
func (c *collected[T]) all() []T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]T(nil), c.items...)
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// A document acknowledged around the moment of opening must be in the first reading or in the changes, at every try.
func TestOpenMissesNoDocument(t *testing.T) {
	b := world(t)
	docs := follow.NewDocuments(b, bus.State, quiet)
	run(t, docs.Run)
	ctx := t.Context()
	for i := range 60 {
		room := fmt.Sprint("room-", i)
		got := &collected[follow.Document]{}
		var writing sync.WaitGroup
		const count = 20
		writing.Go(func() {
			for n := range count {
				if _, err := b.Put(ctx, bus.InRoom(bus.State, room, "q", fmt.Sprint("d", n)), []byte{1}, 0); err != nil {
					t.Error(err)
				}
			}
		})
		time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond) // to open in the middle of the writing
		sub, err := docs.Open(ctx, room, got.add)
		if err != nil {
			t.Fatal(err)
		}
		writing.Wait()
		end, err := b.LastSequence(ctx, bus.State)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the follower reaches the end", func() bool { return docs.Position() >= end })
		seen := map[string]bool{}
		var last uint64
		for _, d := range got.all() {
			if d.Sequence <= last || seen[d.Key] {
				t.Fatalf("room %d: %s at %d after %d", i, d.Key, d.Sequence, last)
			}
			last, seen[d.Key] = d.Sequence, true
		}
		if len(seen) != count {
			t.Fatalf("room %d: %d of %d documents", i, len(seen), count)
		}
		sub.Close()
	}
}

// A follower that goes on while the stream's end is asked for is not ahead of it: every open room was read anew, and the
// follower began again, whenever a write fell into that moment.
func TestAWriteDuringACheckIsNoStepBack(t *testing.T) {
	b := world(t)
	var said bytes.Buffer // of the follower's goroutines alone, until they have ended
	docs := follow.NewDocuments(b, bus.State, slog.New(slog.NewTextHandler(&said, nil)))
	docs.CheckEvery(time.Millisecond)
	ctx, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = docs.Run(ctx) }()
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := range 500 {
				if _, err := b.Put(t.Context(), bus.InRoom(bus.State, "room", "q", fmt.Sprint("d", w, "-", n)), []byte{1}, 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	end()
	<-done
	if strings.Contains(said.String(), "went back") {
		t.Error(said.String())
	}
}

func TestDocumentsTellWhatIsGone(t *testing.T) {
	b := world(t)
	docs := follow.NewDocuments(b, bus.State, quiet)
	run(t, docs.Run)
	got := &collected[follow.Document]{}
	key := bus.InRoom(bus.State, "main", "ban", "p")
	at, err := b.Put(t.Context(), key, []byte("x"), 0)
	if err != nil {
		t.Fatal(err)
	}
	sub, err := docs.Open(t.Context(), "main", got.add)
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	if _, err := b.Remove(t.Context(), key, at); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the removal is told", func() bool {
		all := got.all()
		return len(all) == 2 && all[0].Body != nil && all[1].Body == nil
	})
}

func openLog(t *testing.T, l *follow.Log, room string) (*collected[bus.Record], *follow.Tail) {
	t.Helper()
	got := &collected[bus.Record]{}
	tail, _, _, err := l.Open(t.Context(), room, follow.History{Span: time.Minute, AtLeast: 10, AtMost: 5000}, got.add)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tail.Close)
	return got, tail
}

func post(t *testing.T, b *bus.Bus, room, id string) bus.Stored {
	t.Helper()
	stored, err := b.Append(t.Context(), bus.InRoom(bus.Log, room), id, []byte(id))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func inOrder(t *testing.T, records []bus.Record, want int) {
	t.Helper()
	if len(records) != want {
		t.Fatalf("%d entries, want %d", len(records), want)
	}
	var last uint64
	for i, r := range records {
		if string(r.Body) != fmt.Sprint("m", i) || r.Sequence <= last {
			t.Fatalf("entry %d is %q at %d after %d", i, r.Body, r.Sequence, last)
		}
		last = r.Sequence
	}
}

func TestLogGoesOnFromHistoryWithoutGap(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	run(t, l.Run)
	const count = 600
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range count {
			post(t, b, "main", fmt.Sprint("m", i))
			post(t, b, "other", fmt.Sprint("o", i))
		}
	})
	time.Sleep(10 * time.Millisecond) // open in the middle
	got, _ := openLog(t, l, "main")
	writing.Wait()
	eventually(t, "all arrive", func() bool { return len(got.all()) >= count })
	inOrder(t, got.all(), count)
}

func TestLostLiveCopiesAreFilled(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	run(t, l.Run)
	post(t, b, "main", "m0")
	got, _ := openLog(t, l, "main")
	l.LoseNext(3) // m1 to m3 never arrive live
	for i := 1; i <= 5; i++ {
		post(t, b, "main", fmt.Sprint("m", i))
	}
	eventually(t, "the gap is filled", func() bool { return len(got.all()) >= 6 })
	inOrder(t, got.all(), 6)
}

func TestLostLastCopyIsFoundByTheTailCheck(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	run(t, l.Run)
	post(t, b, "main", "m0")
	got, _ := openLog(t, l, "main")
	l.LoseNext(1)
	post(t, b, "main", "m1") // the last one: no later copy shows the gap
	eventually(t, "the check finds it", func() bool { return len(got.all()) >= 2 })
	inOrder(t, got.all(), 2)
}

// Who comes back with a cursor ahead of this process need not wait for the check: the end is looked for at once. What the
// store does not hold is never said to come.
func TestWhatAClientHasSeenIsLookedFor(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	l.CheckEvery(time.Hour)
	run(t, l.Run)
	post(t, b, "main", "m0")
	got, tail := openLog(t, l, "main")
	l.LoseNext(1)
	lost := post(t, b, "main", "m1")
	for range 50 {
		if tail.Reach(lost.Sequence + 1) {
			t.Fatal("an invented sequence is said to be in the store")
		}
		time.Sleep(10 * time.Millisecond)
	}
	eventually(t, "the store is seen to hold it", func() bool { return tail.Reach(lost.Sequence) })
	eventually(t, "the lost copy is read", func() bool { return tail.Position() == lost.Sequence })
	inOrder(t, got.all(), 2)

	docs := follow.NewDocuments(b, bus.State, quiet)
	stored, err := b.Put(t.Context(), bus.InRoom(bus.State, "main", "room"), []byte("x"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if docs.Reach(stored) {
		t.Error("a follower that does not run says that a document will come")
	}
	run(t, docs.Run)
	eventually(t, "the document is seen", func() bool { return docs.Reach(stored) })
	if docs.Reach(stored + 100) {
		t.Error("a document that does not exist is said to come")
	}
}

// 47: whoever was looked for before the clock was set back is looked for a moment later all the same, and no room is closed
// or kept for it.
func Test47AClockThatIsSetHoldsNothingUp(t *testing.T) {
	b := world(t)
	by := time.Duration(0)
	clock := func() time.Time { return testbed.Stepped(t, time.Now(), by) }
	docs := follow.NewDocuments(b, bus.State, quiet)
	docs.Clock(clock)
	run(t, docs.Run)
	views := follow.NewViews(docs, b, quiet)
	later := time.Duration(0)
	views.Clock(func() time.Time { return clock().Add(later) })
	body, err := proto.Marshal(&eventv1.Room{Id: "main", Nonce: "n"})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := b.Put(t.Context(), bus.InRoom(bus.State, "main", "room"), body, 0)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end is looked for", func() bool { docs.Reach(stored + 1_000); return docs.End() == stored })
	by = -time.Hour
	stored, err = b.Put(t.Context(), bus.InRoom(bus.State, "other", "room"), body, 0)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end is looked for after the clock was set back", func() bool { docs.Reach(stored + 1_000); return docs.End() == stored })

	for _, by = range []time.Duration{0, time.Hour, -time.Hour} {
		if _, err := views.Room(t.Context(), "main"); err != nil {
			t.Fatal(err)
		}
		by += time.Hour
		later += 5 * time.Minute
		if views.CloseIdle(); views.Opened() != 1 {
			t.Errorf("a room that was looked at 5 minutes ago is closed after the clock was set to %s", by)
		}
		by -= 3 * time.Hour
		later += 6 * time.Minute
		if views.CloseIdle(); views.Opened() != 0 {
			t.Errorf("a room that was looked at 11 minutes ago stays open after the clock was set to %s", by)
		}
	}
}

func TestErasedEntriesAreNoGap(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	run(t, l.Run)
	post(t, b, "main", "m0")
	got, tail := openLog(t, l, "main")
	l.LoseNext(1)
	lost := post(t, b, "main", "gone")
	if err := b.Erase(t.Context(), bus.Log, lost.Sequence); err != nil {
		t.Fatal(err)
	}
	end := post(t, b, "main", "m1")
	eventually(t, "the tail goes on", func() bool { return tail.Position() == end.Sequence })
	inOrder(t, got.all(), 2)
}

// An entry that was erased is no reason to pass over those before it, however long a replica lags.
func TestWhatStandsBeforeAnErasedEntryIsRead(t *testing.T) {
	b := world(t)
	l := follow.NewLog(b, quiet)
	l.Lag()
	run(t, l.Run)
	post(t, b, "main", "m0")
	got, tail := openLog(t, l, "main")
	l.LoseNext(2)
	post(t, b, "main", "m1")
	gone := post(t, b, "main", "gone")
	if err := b.Erase(t.Context(), bus.Log, gone.Sequence); err != nil {
		t.Fatal(err)
	}
	end := post(t, b, "main", "m2")
	eventually(t, "the tail goes on", func() bool { return tail.Position() == end.Sequence })
	inOrder(t, got.all(), 3)
}

func TestCountersNeverGoBackAndRepairThemselves(t *testing.T) {
	b := world(t)
	c := follow.NewCounters(b, quiet)
	run(t, c.Run)
	heart := bus.InRoom(bus.Counters, "main", "heart", "clap")
	add := func(n uint64) {
		if err := b.Increment(t.Context(), []bus.Window{{Writer: "w", Number: n}}, []bus.Sum{{Key: heart, Count: 10}}); err != nil {
			t.Fatal(err)
		}
	}
	add(1)
	got := &collected[uint64]{}
	totals, err := c.Open(t.Context(), "main", func(name string, total, _ uint64) {
		if name != "heart.clap" {
			t.Errorf("name %q", name)
		}
		got.add(total)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer totals.Close()
	add(2)
	eventually(t, "the change", func() bool { all := got.all(); return len(all) == 2 && all[0] == 10 && all[1] == 20 })
	c.LoseNext(1)
	add(3) // its copy is lost and nobody taps any more
	add(4)
	c.LoseNext(1)
	add(5)
	eventually(t, "the last one is read again", func() bool { all := got.all(); return all[len(all)-1] == 50 })
	last := uint64(0)
	for _, n := range got.all() {
		if n <= last {
			t.Fatalf("went back: %v", got.all())
		}
		last = n
	}
}

// A past that is cut begins with a whole stretch of the store's time, for as long as that takes no more than four times as many.
func TestAPastBeginsWithAWholeStretch(t *testing.T) {
	b := world(t)
	const whole = 100 * time.Millisecond
	for i := range 400 {
		post(t, b, "main", fmt.Sprint("m", i))
		time.Sleep(time.Millisecond) // so that they take several stretches
	}
	all, _, err := b.Range(t.Context(), bus.InRoom(bus.Log, "main"), 1, 1000)
	if err != nil || len(all) != 400 {
		t.Fatal(len(all), err)
	}
	for name, c := range map[string]struct {
		h     follow.History
		least int
		most  int
	}{
		"cut by number":  {follow.History{Span: time.Hour, AtMost: 100, Whole: whole}, 100, 400},
		"cut by time":    {follow.History{Span: time.Millisecond, AtLeast: 1, AtMost: 399, Whole: whole}, 1, 400},
		"cut anywhere":   {follow.History{Span: time.Hour, AtMost: 100}, 100, 100},
		"a stretch long": {follow.History{Span: time.Hour, AtMost: 20, Whole: time.Hour}, 80, 80},
	} {
		l := follow.NewLog(b, quiet)
		got := &collected[bus.Record]{}
		tail, from, complete, err := l.Open(t.Context(), "main", c.h, got.add)
		if err != nil {
			t.Fatal(name, err)
		}
		tail.Close()
		given := got.all()
		if n := len(given); n < c.least || n > c.most || complete || from != given[0].Sequence || given[n-1].Sequence != all[399].Sequence {
			t.Errorf("%s: %d from %d on, complete %v", name, n, from, complete)
			continue
		}
		at := slices.IndexFunc(all, func(r bus.Record) bool { return r.Sequence == from })
		if c.h.Whole == whole && at > 0 && all[at-1].Time.Truncate(whole).Equal(all[at].Time.Truncate(whole)) {
			t.Errorf("%s: it begins in the middle, at %v after %v", name, all[at].Time, all[at-1].Time)
		}
	}
}
