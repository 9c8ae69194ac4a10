package bus_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/internal/bus"
)

// A backup is taken while people write; put back elsewhere it holds what was acknowledged before it, under another epoch.
func TestABackupPutBack(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	log, doc, vote := bus.InRoom(bus.Log, "main"), bus.InRoom(bus.State, "main", "room"), bus.InRoom(bus.Votes, "main", "q1", "ada")
	heart := bus.InRoom(bus.Counters, "main", "heart", "clap")
	for i := range 300 {
		if _, err := b.Append(ctx, log, "id"+string(rune('a'+i%26))+strings.Repeat("x", i), []byte(strings.Repeat("comment ", 200))); err != nil {
			t.Fatal(err)
		}
	}
	for key, body := range map[bus.Key]string{doc: "settings", vote: "up", bus.InRoom(bus.Tallies, "main", "q1"): "1"} {
		if _, err := b.Put(ctx, key, []byte(body), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Increment(ctx, []bus.Window{{Writer: "01J0000000000000000000000A", Number: 1}}, []bus.Sum{{Key: heart, Count: 41}}); err != nil {
		t.Fatal(err)
	}
	before, err := b.Incarnation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	written, done := make(chan struct{}), make(chan error, 1)
	go func() { // somebody writes meanwhile
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-written:
				return
			default:
			}
			if _, err := b.Append(ctx, bus.InRoom(bus.Log, "busy"), "busy"+strings.Repeat("y", i%900)+string(rune('a'+i%26)), []byte("busy")); err != nil {
				done <- err
				return
			}
		}
	}()
	dir := filepath.Join(t.TempDir(), "backup")
	var taken []string
	err = b.Backup(ctx, dir, func(stream string, bytes int64) {
		if taken = append(taken, stream); bytes == 0 {
			t.Errorf("nothing of %s was written", stream)
		}
	})
	close(written)
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(taken); len(taken) != 8 {
		t.Errorf("taken were %v", taken)
	}
	if err := b.Backup(ctx, dir, func(string, int64) {}); err == nil {
		t.Error("a backup was written over another")
	}
	if err := b.Restore(ctx, dir, "", func(string) {}); err == nil || !strings.Contains(err.Error(), "overwrites nothing") {
		t.Errorf("a restore over what stands: %v", err)
	}

	server, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	fresh, err := bus.Connect(ctx, bus.Options{Server: server, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if err := fresh.Restore(ctx, dir, "OV_NONE", func(string) {}); err == nil || !strings.Contains(err.Error(), "OV_LOG") {
		t.Errorf("a stream that there is not: %v", err)
	}
	if err := fresh.Restore(ctx, dir, "", func(string) {}); err != nil {
		t.Fatal(err)
	}
	if err := fresh.Ensure(ctx); err != nil {
		t.Fatalf("the streams are not those that this version expects: %v", err)
	}
	if after, err := fresh.Incarnation(ctx); err != nil || after == before {
		t.Errorf("the incarnation is %s, before it was %s: cursors of after the backup would be honoured (%v)", after, before, err)
	}
	if n, err := fresh.Count(ctx, log); err != nil || n != 300 {
		t.Errorf("%d comments, %v", n, err)
	}
	for key, want := range map[bus.Key]string{doc: "settings", vote: "up"} {
		if r, err := fresh.Last(ctx, key); err != nil || string(r.Body) != want {
			t.Errorf("%s holds %q, %v", key.Subject, r.Body, err)
		}
	}
	if _, err := fresh.Last(ctx, bus.InRoom(bus.Tallies, "main", "q1")); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("the tally of before stands: %v", err)
	}
	// Counters go on where they stood, and a window that was counted is known.
	if err := fresh.Increment(ctx, []bus.Window{{Writer: "01J0000000000000000000000A", Number: 2}}, []bus.Sum{{Key: heart, Count: 1}}); err != nil {
		t.Fatal(err)
	}
	r, err := fresh.Last(ctx, heart)
	if err != nil {
		t.Fatal(err)
	}
	if total, err := r.Total(); err != nil || total != 42 {
		t.Errorf("%d hearts, %v", total, err)
	}

	if err := os.Remove(filepath.Join(dir, "COMPLETE")); err != nil {
		t.Fatal(err)
	}
	if err := fresh.Restore(ctx, dir, "", func(string) {}); err == nil || !strings.Contains(err.Error(), "no whole backup") {
		t.Errorf("half a backup: %v", err)
	}
}

// One stream that somebody deleted comes back alone.
func TestOneStreamPutBack(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	log := bus.InRoom(bus.Log, "main")
	if _, err := b.Append(ctx, log, "a", []byte("before")); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	if err := b.Backup(ctx, dir, func(string, int64) {}); err != nil {
		t.Fatal(err)
	}
	if err := bus.Delete(ctx, b, bus.Log); err != nil {
		t.Fatal(err)
	}
	if err := b.Restore(ctx, dir, "OV_LOG", func(string) {}); err != nil {
		t.Fatal(err)
	}
	if err := b.Ensure(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Count(ctx, log); err != nil || n != 1 {
		t.Errorf("%d comments, %v", n, err)
	}
}

// cutShort restores until put, which is called behind each stream, says that it is cut.
func cutShort(t *testing.T, b *bus.Bus, dir, only string, put func() bool) {
	t.Helper()
	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	if err := b.Restore(ctx, dir, only, func(string) {
		if put() {
			cut()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatalf("cut short: %v", err)
	}
}

// unfinished finds the mark of a restore that was cut short.
func unfinished(t *testing.T, b *bus.Bus, before string) {
	t.Helper()
	if err := b.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "is not finished: run it again") {
		t.Errorf("a start: %v", err)
	}
	if now, err := b.Incarnation(t.Context()); err != nil || now == before {
		t.Errorf("the life of before stands, %v", err)
	}
}

// The documents alone, cut short: the same, though nothing is missing when it goes on.
func TestARestoreOfTheDocumentsThatIsCutShort(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	tally := bus.InRoom(bus.Tallies, "main", "q1")
	if _, err := b.Put(ctx, tally, []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	before, err := b.Incarnation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	if err := errors.Join(b.Backup(ctx, dir, func(string, int64) {}), bus.Delete(ctx, b, bus.State)); err != nil {
		t.Fatal(err)
	}
	cutShort(t, b, dir, "OV_STATE", func() bool { return true })
	unfinished(t, b, before)
	if err := b.Restore(ctx, dir, "OV_STATE", func(string) { t.Error("it was put a second time") }); err != nil {
		t.Errorf("going on: %v", err)
	}
	if err := b.Ensure(ctx); err != nil {
		t.Errorf("a start afterwards: %v", err)
	}
	if _, err := b.Last(ctx, tally); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("the tally of before stands: %v", err)
	}
	if err := b.Restore(ctx, dir, "OV_STATE", func(string) {}); err == nil || !strings.Contains(err.Error(), "overwrites nothing") {
		t.Errorf("over what stands: %v", err)
	}
}

// A restore that is cut short after any of its streams must not be served: cursors of the life before would be honoured, and
// skip what is stored anew. Called again it goes on.
func TestARestoreThatIsCutShort(t *testing.T) {
	b, stop := start(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	log, tally := bus.InRoom(bus.Log, "main"), bus.InRoom(bus.Tallies, "main", "q1")
	if _, err := b.Append(ctx, log, "a", []byte("before")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(ctx, tally, []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	before, err := b.Incarnation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir, other := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "other")
	if err := errors.Join(b.Backup(ctx, dir, func(string, int64) {}), b.Backup(ctx, other, func(string, int64) {}),
		os.WriteFile(filepath.Join(other, "COMPLETE"), []byte("2026-05-01T00:00:00Z\n"), 0o600),
		os.WriteFile(filepath.Join(other, "INCARNATION"), []byte("of another life\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for streams := range 9 {
		server, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := bus.Connect(ctx, bus.Options{Server: server, Logger: quiet, Recreate: true}) // even who would make streams anew
		if err != nil {
			t.Fatal(err)
		}
		put, refused := 0, "another backup"
		if streams == 0 {
			put, refused = 1, "overwrites nothing"
			if err := bus.PutDocuments(ctx, fresh, dir); err != nil {
				t.Fatal(err)
			}
		} else {
			cutShort(t, fresh, dir, "", func() bool { put++; return put == streams })
			unfinished(t, fresh, before)
		}
		if err := fresh.Restore(ctx, other, "", func(string) {}); err == nil || !strings.Contains(err.Error(), refused) {
			t.Errorf("going on with another backup after %d streams: %v", streams, err)
		}
		if err := fresh.Restore(ctx, dir, "", func(string) { put++ }); err != nil || put != 8 {
			t.Errorf("going on after %d streams: %v, %d in all", streams, err, put)
		}
		if err := fresh.Ensure(ctx); err != nil {
			t.Errorf("a start afterwards: %v", err)
		}
		if n, err := fresh.Count(ctx, log); err != nil || n != 1 {
			t.Errorf("%d comments, %v", n, err)
		}
		if _, err := fresh.Last(ctx, tally); !errors.Is(err, bus.ErrNotFound) {
			t.Errorf("the tally of before stands: %v", err)
		}
		fresh.Close()
		server.Stop()
	}
}
