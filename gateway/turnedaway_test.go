package gateway

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
)

// 24: a token of one room makes a gateway open no other: it is in the trail there that somebody came.
func Test24ATokenForAnotherRoomOpensNone(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("other", nil)
	keys, err := auth.OpenKeys(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := keys.Mint(auth.Claims{Subject: "ana", Rooms: []string{"show"}, Role: auth.Viewer}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(Options{Bus: bed.Bus, Documents: bed.State, Services: away{}, Bare: away{}, Keys: keys, DrainWindow: time.Millisecond, Logger: bed.Log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = g.Run(ctx) })
	server := httptest.NewServer(g.Handler())
	defer func() { cancel(); running.Wait(); server.Close() }()
	s := stand{url: server.URL}
	for range 5 {
		for _, room := range []string{"other", "nowhere"} {
			if a := s.ask(t, frame.JSON, []byte(`{"hello":{"room":"`+room+`","token":"`+token+`"}}`)); a.first.GetGoodbye().GetReason() != "PERMISSION_DENIED" {
				t.Fatalf("%s: answered with %v", room, a.first)
			}
		}
	}
	denied := func() int {
		entries, _, err := audit.List(t.Context(), bed.Bus, "other", audit.Query{Most: 200})
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	for deadline := time.Now().Add(20 * time.Second); denied() < 3 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) { // the trail is written behind the refusals
	}
	if n := denied(); n != 3 {
		t.Errorf("of 5 refusals there stand %d, want 3", n)
	}
	if open := g.Rooms(); len(open) > 0 {
		t.Errorf("rooms were opened: %v", open)
	}
}
