package session

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// clerk refuses every call, and remembers for whom the last one was.
type clerk struct{ last *roomsv1.Actor }

var errClerk = errors.New("closed")

func (c *clerk) Invoke(_ context.Context, _ string, in, _ any, _ ...grpc.CallOption) error {
	if r, ok := in.(interface{ GetActor() *roomsv1.Actor }); ok {
		c.last = r.GetActor()
	}
	return errClerk
}

func (*clerk) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errClerk
}

// openRoom is a room, as a gateway holds it, with the ban of a guest whose trace that is.
func openRoom(t *testing.T, trace string) *room.Room {
	t.Helper()
	bed, quietly := testbed.New(t), slog.New(slog.DiscardHandler)
	bed.Room("main", nil)
	body, err := proto.Marshal(&eventv1.Standing{
		Person: "troll", Guest: true, Traces: []string{trace}, Ban: &eventv1.Measure{By: &eventv1.Author{Role: eventv1.Role_ROLE_MODERATOR}},
	})
	if err == nil {
		_, err = bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", people.StandingKey, "troll"), body, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	bed.Settle()
	engine, err := fanout.New(fanout.Options{Logger: quietly})
	if err != nil {
		t.Fatal(err)
	}
	tallies, log, counters := follow.NewDocuments(bed.Bus, bus.Tallies, quietly), follow.NewLog(bed.Bus, quietly), follow.NewCounters(bed.Bus, quietly)
	hub := room.NewHub(room.Options{
		Gateway: "gateway", Bus: bed.Bus, Documents: bed.State, Tallies: tallies, Log: log, Counters: counters, Engine: engine, Logger: quietly,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{tallies.Run, log.Run, counters.Run, hub.Run, engine.Run} {
		running.Go(func() { _ = run(ctx) })
	}
	t.Cleanup(func() { cancel(); running.Wait() })
	r, err := hub.Room(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever a guest shows the others is asked for as things stand: one who comes from where a banned guest came is looked at
// first, and where it acts from is remembered.
func TestWhatAGuestShowsIsAskedForAsThingsStand(t *testing.T) {
	c := new(clerk)
	v := &session{
		Sessions: &Sessions{o: Options{Uplink: uplink.New(c, "gateway", func(time.Duration) {}, slog.New(slog.DiscardHandler))}},
		room:     openRoom(t, "there"), actor: uplink.Actor{Room: "main", Key: "me", Trace: "there", Person: auth.Person{Subject: "guest:1", Role: auth.Viewer, Guest: true}},
	}
	for name, do := range map[string]act{
		"a post": v.post(&gatewayv1.Post{RequestId: "request-1", Text: "hello"}), "an edit": v.edit(&gatewayv1.Edit{Comment: "c", Text: "hello"}),
		"bringing back": v.undelete(&gatewayv1.Undelete{Comment: "c"}),
	} {
		for _, trace := range []string{"there", "elsewhere"} {
			v.actor.Trace, c.last = trace, nil
			if _, err := do(t.Context()); err == nil || c.last.GetReview() != (trace == "there") {
				t.Errorf("%s from %s: %v, %v", name, trace, c.last, err)
			}
		}
	}
}
