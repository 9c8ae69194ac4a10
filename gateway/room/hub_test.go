package room

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/presence"
	"github.com/ovation-live/ovation/internal/testbed"
)

// running is a hub with one open room and so many viewers there.
func running(t *testing.T, b *testbed.Bed, gateway string, viewers int) *Hub {
	t.Helper()
	h := NewHub(Options{Gateway: gateway, Bus: b.Bus, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	r := &Room{id: "main", hub: h, inbox: newInbox(), sessions: make(map[*fanout.Member]*Seat)}
	for range viewers {
		r.sessions[new(fanout.Member)] = &Seat{Counted: true}
	}
	opened := make(chan struct{})
	close(opened)
	h.slots["main"] = &slot{opened: opened, room: r}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = h.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return h
}

// A gateway that has just come knows within 2 s how many viewers the others have, also where nothing changes there.
func TestANewGatewayAsksForViewers(t *testing.T) {
	b := testbed.New(t)
	listener := presence.New("")
	stop, err := b.Bus.OnSignal(presence.Topic, func(body []byte) { listener.Take(body, time.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	within := func(what string, d time.Duration, is func() bool) {
		t.Helper()
		for begin := time.Now(); !is(); time.Sleep(5 * time.Millisecond) { // others' clocks decide: there is nothing to wait for
			if time.Since(begin) > d {
				t.Fatalf("%s: not within %s", what, d)
			}
		}
	}
	running(t, b, "old", 3)
	within("the first gateway has told what it has", 8*time.Second, func() bool { return listener.Viewers("main") == 3 })
	fresh := running(t, b, "fresh", 1)
	within("the second one knows of all", 2*time.Second, func() bool { return fresh.presence.Viewers("main") == 4 })
	within("its room is told", time.Second, func() bool {
		n := fresh.slots["main"].room.inbox.drain().sockets
		return n != nil && n.Viewers == 4
	})
}
