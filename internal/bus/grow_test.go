package bus_test

import (
	"io"
	"log/slog"
	"testing"

	"github.com/ovation-live/ovation/internal/bus"
)

// Services may come with a larger store.max_bytes before their broker does.
func TestStreamsGrowWhenTheServerLetsThem(t *testing.T) {
	dir, quiet := t.TempDir(), slog.New(slog.NewTextHandler(io.Discard, nil))
	open := func(limit, space int64) (*bus.Bus, func()) {
		t.Helper()
		server, err := bus.StartServer(bus.ServerOptions{Dir: dir, MaxStore: limit, Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		b, err := bus.Connect(t.Context(), bus.Options{Server: server, Logger: quiet, MaxBytes: space, Grow: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Ensure(t.Context()); err != nil {
			t.Fatal(err)
		}
		return b, func() { b.Close(); server.Stop() }
	}
	limit := func(b *bus.Bus) int64 {
		t.Helper()
		f, err := b.Fill(t.Context(), bus.Everything(bus.Log))
		if err != nil {
			t.Fatal(err)
		}
		return int64(f.MostBytes)
	}
	for _, step := range []struct {
		what         string
		limit, space int64 // of the server, and of all streams
		log          int64 // what the log may hold then
		grows        bool
	}{
		{"made", 80 << 20, 64 << 20, 32 << 20, true},
		{"the server's limit is the old one", 80 << 20, 640 << 20, 32 << 20, false},
		{"and now a larger one", 800 << 20, 640 << 20, 320 << 20, true},
		{"less is asked for", 800 << 20, 64 << 20, 320 << 20, true},
	} {
		b, end := open(step.limit, step.space)
		if err := b.Grow(t.Context()); (err == nil) != step.grows {
			t.Errorf("%s: %v", step.what, err)
		}
		if got := limit(b); got != step.log {
			t.Errorf("%s: the log may hold %d bytes, want %d", step.what, got, step.log)
		}
		end()
	}
}
