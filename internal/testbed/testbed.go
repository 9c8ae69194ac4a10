// Package testbed gives tests of services what they stand on in a process: the real embedded broker in a directory of the
// test's own, a connection, followed state and rooms. Nothing outside tests imports it.
package testbed

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Bed is one process's floor.
type Bed struct {
	Bus   *bus.Bus
	State *follow.Documents
	Views *follow.Views
	Log   *slog.Logger

	t      testing.TB
	dir    string
	server *bus.Server
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// New starts a bed that ends with the test.
func New(t testing.TB) *Bed {
	t.Helper()
	b := &Bed{t: t, dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if testing.Verbose() {
		b.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	b.start()
	t.Cleanup(b.stop)
	return b
}

func (b *Bed) start() {
	b.t.Helper()
	var err error
	if b.server, err = bus.StartServer(bus.ServerOptions{Dir: b.dir, Logger: b.Log}); err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if b.Bus, err = bus.Connect(ctx, bus.Options{Server: b.server, Logger: b.Log}); err != nil {
		b.t.Fatal(err)
	}
	if err := b.Bus.Ensure(ctx); err != nil {
		b.t.Fatal(err)
	}
	b.follow()
}

func (b *Bed) follow() {
	var running context.Context
	running, b.cancel = context.WithCancel(context.Background())
	b.State = follow.NewDocuments(b.Bus, bus.State, b.Log)
	b.Views = follow.NewViews(b.State, b.Bus, b.Log)
	b.wg.Go(func() { _ = b.State.Run(running) })
	b.wg.Go(func() { _ = b.Views.Run(running) })
}

func (b *Bed) stop() {
	b.cancel()
	b.wg.Wait()
	b.Bus.Close()
	b.server.Stop()
}

// Forget makes followed state anew, as a process does that starts again while the broker goes on.
func (b *Bed) Forget() {
	b.cancel()
	b.wg.Wait()
	b.follow()
}

// Restart ends the broker and starts it again on the same store; between runs while it is down. Make services anew after
// it: the bus and the views are others.
func (b *Bed) Restart(between func(dir string)) {
	b.t.Helper()
	b.stop()
	if between != nil {
		between(b.dir)
	}
	b.start()
}

// Room writes a live room with usual settings, changed by change, over whatever stands there.
func (b *Bed) Room(id string, change func(*eventv1.Room)) *eventv1.Room {
	b.t.Helper()
	ctx := b.t.Context()
	room := &eventv1.Room{
		Id: id, Title: id, State: eventv1.RoomState_ROOM_STATE_LIVE, Revision: 1, Nonce: "nonce-" + id, PersonKey: []byte("key of " + id),
		CreatedMs: 1, StartedMs: 1,
		Settings: &eventv1.RoomSettings{
			Kinds: []string{"heart", "clap"}, Labels: []string{"Price"}, Guests: true, DisplayBudget: 6, ModeratorDisplayBudget: 30,
			MaxPostsPerSecond: 500, AnonymousQuestions: true, HeartCap: 500, TapsPerSecond: 10, TapBurst: 40,
		},
	}
	key := bus.InRoom(bus.State, id, follow.RoomKey)
	last, err := b.Bus.Last(ctx, key)
	if err == nil && !last.Deleted {
		if err := proto.Unmarshal(last.Body, room); err != nil {
			b.t.Fatal(err)
		}
		room.Revision++
	}
	if change != nil {
		change(room)
	}
	body, err := proto.Marshal(room)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.Bus.Put(ctx, key, body, last.Sequence); err != nil {
		b.t.Fatal(err)
	}
	return room
}

// Ban has a moderator ban somebody from a room of which nobody was banned before, and returns when that is followed.
func (b *Bed) Ban(room *eventv1.Room, subject string) {
	b.t.Helper()
	person := auth.PersonKey(room.GetPersonKey(), subject)
	body, err := proto.Marshal(&eventv1.Standing{
		Person: person, Ban: &eventv1.Measure{By: &eventv1.Author{Person: "mod", Role: eventv1.Role_ROLE_MODERATOR}},
	})
	if err == nil {
		_, err = b.Bus.Put(b.t.Context(), bus.InRoom(bus.State, room.GetId(), people.StandingKey, person), body, 0)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.Settle()
}

// As is a context in which somebody calls: a person of a role admitted to every room.
func As(ctx context.Context, role auth.Role, subject string) context.Context {
	return auth.WithCaller(ctx, auth.Claims{Subject: subject, Name: subject, Rooms: []string{"*"}, Role: role, Expires: time.Now().Add(time.Hour)})
}

// InStore tells which files under the store hold the bytes.
func (b *Bed) InStore(needle string) (files []string) {
	b.t.Helper()
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // a file that goes while we look holds nothing
		}
		body, err := os.ReadFile(path)
		if err == nil && bytes.Contains(body, []byte(needle)) {
			files = append(files, filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return files
}

// Until waits for something that a worker does; it asks every few milliseconds and gives up after 8 s.
func Until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(8 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("still waiting: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Settle waits until followed state holds everything that is stored now: for tests of refusals that are promised only
// within a second.
func (b *Bed) Settle() {
	b.t.Helper()
	end, err := b.Bus.LastSequence(b.t.Context(), bus.State)
	if err != nil {
		b.t.Fatal(err)
	}
	Until(b.t, "followed state comes to the end", func() bool { return b.State.Position() >= end })
}
