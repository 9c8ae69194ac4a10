package journey_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// patience is how long a story waits for something that must come; it is no measurement.
const patience = 30 * time.Second

var binary string

// TestMain builds the binary once: what people run is what is tried.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ovation-journey-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "ovation")
	build := exec.Command("go", "build", "-o", binary, "github.com/ovation-live/ovation/cmd/ovation")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the binary: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// logged gives a process's log to the test that failed, and to no other.
func logged(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.Close()
		if body, err := os.ReadFile(f.Name()); t.Failed() && err == nil {
			t.Logf("log of %s:\n%s", name, body)
		}
	})
	return f
}

func start(t *testing.T, data string, args ...string) *server.Server {
	t.Helper()
	s, err := server.Start(t.Context(), binary, data, logged(t, "serve"), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func part(t *testing.T, args ...string) *server.Server {
	t.Helper()
	s, err := server.StartPart(t.Context(), binary, logged(t, args[0]), args...)
	if err != nil {
		t.Fatalf("%s: %v", args[0], err)
	}
	t.Cleanup(s.Kill)
	return s
}

func dial(t *testing.T, s *server.Ready) *grpc.ClientConn {
	t.Helper()
	conn, err := s.Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func join(t *testing.T, s *server.Ready, o viewer.Options) *viewer.Viewer {
	t.Helper()
	if o.URL == "" {
		o.URL = s.URL()
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	v, err := viewer.Dial(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// until waits for a view; what says in words what was awaited.
func until(t *testing.T, v *viewer.Viewer, what string, look func(*viewer.View) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := v.Until(ctx, look); err != nil {
		v.Look(func(w *viewer.View) {
			t.Fatalf("never came: %s (%v); comments %q, hearts %v, room %v, questions %v, goodbye %v", what, err, texts(w), w.Hearts, w.Room, w.Questions, w.Goodbye)
		})
	}
}

func texts(w *viewer.View) (all []string) {
	for _, c := range w.Comments {
		all = append(all, c.GetText())
	}
	return all
}

func has(text string) func(*viewer.View) bool {
	return func(w *viewer.View) bool { return slices.Contains(texts(w), text) }
}

func roomIs(state string) func(*viewer.View) bool {
	return func(w *viewer.View) bool { return w.Room.GetState() == state }
}

func questionIs(id, state string) func(*viewer.View) bool {
	return func(w *viewer.View) bool { return w.Questions[id].GetState() == state }
}

// refused wants a verb to end with a reason.
func refused(t *testing.T, reason string, err error) {
	t.Helper()
	var f viewer.Fault
	if !errors.As(err, &f) || f.GetReason() != reason {
		t.Errorf("got %v, want the fault %s", err, reason)
	}
}

func post(t *testing.T, v *viewer.Viewer, text string) *gatewayv1.Comment {
	t.Helper()
	c, err := v.Post(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tap(t *testing.T, v *viewer.Viewer, n uint32) {
	t.Helper()
	if err := v.Tap(t.Context(), "heart", n); err != nil {
		t.Fatal(err)
	}
}

func step(t *testing.T, v *viewer.Viewer, m *gatewayv1.Moderate) *gatewayv1.Question {
	t.Helper()
	a, err := v.Moderate(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return a.GetQuestion()
}

// open makes a live room that shows every comment, so that each can be accounted for.
func open(t *testing.T, s *server.Ready, room string) *grpc.ClientConn {
	t.Helper()
	conn, unlimited := dial(t, s), uint32(0)
	_, err := roomsv1.NewRoomsServiceClient(conn).CreateRoom(t.Context(), &roomsv1.CreateRoomRequest{
		Room: room, Actor: producer, Settings: &roomsv1.Settings{DisplayBudget: &unlimited},
	})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

var producer = &roomsv1.Actor{Subject: "backend", Name: "Backend", Role: "host"}

// onDisk looks for a text in every file below a directory.
func onDisk(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // the store may have just removed it
		}
		if body, err := os.ReadFile(path); err == nil && strings.Contains(string(body), text) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func mint(t *testing.T, keys string) string {
	t.Helper()
	token, err := server.Mint(t.Context(), binary, keys)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
