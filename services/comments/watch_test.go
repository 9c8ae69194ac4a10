package comments_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// watching is the server's end of a stream without a wire.
type watching struct {
	grpc.ServerStream
	ctx   context.Context
	stuck chan struct{} // a reader that does not read

	mu     sync.Mutex
	events []string
	cursor *commentsv1.WatchCursor
}

func (w *watching) Context() context.Context { return w.ctx }

func (w *watching) Send(r *commentsv1.WatchCommentsResponse) error {
	if w.stuck != nil {
		select {
		case <-w.stuck:
		case <-w.ctx.Done():
			return w.ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cursor = r.GetCursor()
	switch e := r.GetEvent().(type) {
	case *commentsv1.WatchCommentsResponse_Posted:
		w.events = append(w.events, "posted "+e.Posted.GetText())
	case *commentsv1.WatchCommentsResponse_Edited:
		w.events = append(w.events, "edited "+e.Edited.GetText())
	case *commentsv1.WatchCommentsResponse_Removed:
		w.events = append(w.events, "removed")
	case *commentsv1.WatchCommentsResponse_Restored:
		w.events = append(w.events, "restored "+e.Restored.GetText())
	}
	return nil
}

func (w *watching) told() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.events, ",")
}

// watch begins a stream; end gives what the call returned.
func (g *stage) watch(r *commentsv1.WatchCommentsRequest, stuck chan struct{}) (w *watching, end func() error) {
	ctx, cancel := context.WithCancel(testbed.As(g.Context(), auth.Moderator, "bot"))
	w = &watching{ctx: ctx, stuck: stuck}
	r.Room = "main"
	done := make(chan error, 1)
	s := g.s
	go func() { done <- s.WatchComments(r, w) }()
	if stuck == nil {
		testbed.Until(g.T, "the stream begins", func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.cursor != nil || len(done) > 0
		})
	}
	return w, func() error { cancel(); return <-done }
}

func TestABanEndsAStreamThatIsOpen(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	w := &watching{ctx: testbed.As(t.Context(), auth.Moderator, "bot")}
	ended := make(chan error, 1)
	go func() { ended <- g.s.WatchComments(&commentsv1.WatchCommentsRequest{Room: "main"}, w) }()
	testbed.Until(t, "the stream begins", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.cursor != nil
	})
	g.stand("bot", &eventv1.Standing{Ban: &eventv1.Measure{By: &eventv1.Author{Role: eventv1.Role_ROLE_HOST}}})
	g.refused(fault.Banned, <-ended)
}

func TestWatchTellsEverythingOnceAndGoesOnFromItsCursor(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	stop := g.erasing() // runs what wakes watchers, too
	defer stop()
	g.post("ann", "main", "request-0", "before")
	w, end := g.watch(&commentsv1.WatchCommentsRequest{}, nil)
	c := g.post("ann", "main", "request-1", "one")
	testbed.Until(t, "the post is told", func() bool { return w.told() == "posted one" })
	if _, err := g.edit("ann", c, "uno"); err != nil {
		t.Fatal(err)
	}
	testbed.Until(t, "the edit is told", func() bool { return w.told() == "posted one,edited uno" })
	g.refused(fault.Unavailable, end())
	// What happens while nobody watches comes with the cursor.
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.undelete(auth.Moderator, "mo", c); err != nil {
		t.Fatal(err)
	}
	for i := range 450 { // more than a page
		g.post(fmt.Sprint("p", i), "main", "request-2", fmt.Sprint("m", i))
	}
	cursor := w.cursor
	w, end = g.watch(&commentsv1.WatchCommentsRequest{Cursor: cursor}, nil)
	testbed.Until(t, "everything is told", func() bool { return strings.HasSuffix(w.told(), "posted m449") })
	if got := w.told(); !strings.HasPrefix(got, "removed,restored uno,posted m0,posted m1,") || strings.Count(got, "posted") != 450 {
		t.Fatalf("told %s", got)
	}
	g.refused(fault.Unavailable, end())
	w, end = g.watch(&commentsv1.WatchCommentsRequest{FromStart: true, People: []string{c.GetPerson()}}, nil)
	testbed.Until(t, "the filter lets its own through", func() bool {
		return w.told() == "posted before,removed,restored uno" || w.told() == "posted before,edited uno,removed,restored uno"
	})
	_ = end()
}

func TestAWatcherThatDoesNotReadHarmsNobody(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	stop := g.erasing()
	defer stop()
	stuck := make(chan struct{})
	slow, endSlow := g.watch(&commentsv1.WatchCommentsRequest{FromStart: true}, stuck)
	quick, end := g.watch(&commentsv1.WatchCommentsRequest{}, nil)
	for i := range 30 {
		g.post("ann", "main", fmt.Sprint("request-", i), fmt.Sprint("m", i))
	}
	testbed.Until(t, "the other is told", func() bool { return strings.HasSuffix(quick.told(), "m29") })
	close(stuck) // and when it reads, nothing is missing
	testbed.Until(t, "the slow one catches up", func() bool { return strings.Count(slow.told(), "posted") == 30 })
	_, _ = endSlow(), end()
}

// Lines 33 and 52 of the faults: a cursor of another life, or from the future, is refused and says what to do.
func TestFault52CursorsOfAnotherLifeAreRefused(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	stop := g.erasing()
	g.post("ann", "main", "request-1", "x")
	w, end := g.watch(&commentsv1.WatchCommentsRequest{}, nil)
	_ = end()
	good := w.cursor
	for name, r := range map[string]*commentsv1.WatchCommentsRequest{
		"another epoch": {Cursor: &commentsv1.WatchCursor{Epoch: "other", Sequence: good.GetSequence()}},
		"garbage":       {Cursor: &commentsv1.WatchCursor{Epoch: "\x00", Sequence: 1 << 63}},
		"the future":    {Cursor: &commentsv1.WatchCursor{Epoch: good.GetEpoch(), Sequence: good.GetSequence() + 1000}},
	} {
		_, end := g.watch(r, nil)
		if err := end(); !fault.Is(err, fault.CursorLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, r := range map[string]*commentsv1.WatchCommentsRequest{
		"both":    {Cursor: good, FromStart: true},
		"roles":   {Roles: []string{"king"}},
		"service": {Roles: []string{"service"}},
		"people":  {People: []string{"main.>"}},
	} {
		_, end := g.watch(r, nil)
		if err := end(); !fault.Is(err, fault.FieldInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Nonce = "another life" })
	g.bed.Settle()
	_, end = g.watch(&commentsv1.WatchCommentsRequest{Cursor: good}, nil)
	g.refused(fault.CursorLost, end())
	// A process that ends sends its watchers elsewhere.
	_, end = g.watch(&commentsv1.WatchCommentsRequest{}, nil)
	stop()
	done := make(chan error, 1)
	go func() { done <- end() }()
	select {
	case err := <-done:
		g.refused(fault.Unavailable, err)
	case <-time.After(8 * time.Second):
		t.Fatal("the stream did not end with its process")
	}
}
