package comments_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

type stage struct {
	*testing.T
	bed *testbed.Bed
	s   *comments.Service
	mu  sync.Mutex
	now time.Time
}

func newStage(t *testing.T) *stage {
	g := &stage{T: t, bed: testbed.New(t), now: time.Now()}
	g.service()
	return g
}

// service makes a service without memory, as a restarted process or another replica is.
func (g *stage) service() {
	g.s = comments.New(comments.Options{Bus: g.bed.Bus, Views: g.bed.Views, Logger: g.bed.Log, Clock: func() time.Time {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.now
	}})
}

func (g *stage) later(d time.Duration) { g.mu.Lock(); g.now = g.now.Add(d); g.mu.Unlock() }

func (g *stage) try(who, room, request, text string) (*commentsv1.Comment, error) {
	ctx := testbed.As(g.Context(), auth.Viewer, who)
	r, err := g.s.PostComment(ctx, &commentsv1.PostCommentRequest{Room: room, RequestId: request, Text: text})
	return r.GetComment(), err
}

func (g *stage) post(who, room, request, text string) *commentsv1.Comment {
	g.Helper()
	c, err := g.try(who, room, request, text)
	if err != nil {
		g.Fatal(err)
	}
	return c
}

func (g *stage) refused(want fault.Reason, err error) *fault.Fault {
	g.Helper()
	f, ok := fault.Of(err)
	if !ok || f.Reason != want {
		g.Fatalf("got %v, want %s", err, want)
	}
	return f
}

func (g *stage) list(room string) (texts []string) {
	g.Helper()
	token := ""
	for {
		r, err := g.s.ListComments(testbed.As(g.Context(), auth.Viewer, "reader"), &commentsv1.ListCommentsRequest{Room: room, PageSize: 3, PageToken: token})
		if err != nil {
			g.Fatal(err)
		}
		for _, c := range r.GetComments() {
			texts = append(texts, c.GetText())
		}
		if token = r.GetNextPageToken(); token == "" {
			return texts
		}
	}
}

func (g *stage) remove(role auth.Role, who string, c *commentsv1.Comment, sequence uint64) error {
	_, err := g.s.DeleteComment(testbed.As(g.Context(), role, who),
		&commentsv1.DeleteCommentRequest{Room: c.GetRoom(), Comment: c.GetComment(), Sequence: sequence, Reason: "rude"})
	return err
}

// erasing runs the worker until stop.
func (g *stage) erasing() (stop func()) {
	ctx, cancel := context.WithCancel(g.Context())
	done := make(chan struct{})
	s := g.s
	go func() { defer close(done); _ = s.Run(ctx) }()
	return func() { cancel(); <-done }
}

// forgetCopies lets the time of undoing go by.
func (g *stage) forgetCopies() {
	g.Helper()
	g.later(61 * time.Second)
	if err := g.s.Sweep(g.Context()); err != nil {
		g.Fatal(err)
	}
}

func (g *stage) count(k bus.Key) uint64 {
	g.Helper()
	n, err := g.bed.Bus.Count(g.Context(), k)
	if err != nil {
		g.Fatal(err)
	}
	return n
}

func TestPostIsStoredAndListed(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	at := time.UnixMilli(1_700_000_000_123)
	r, err := g.s.PostComment(testbed.As(t.Context(), auth.Service, "gw"), &commentsv1.PostCommentRequest{
		Room: "main", RequestId: "request-1", Text: "  hello\u0000"[:7] + "  there ", StreamTime: timestamppb.New(at),
		Actor: &roomsv1.Actor{Subject: "ann", Name: "Ann", Role: "moderator"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := r.GetComment()
	if c.GetText() != "hello there" || c.GetRole() != "moderator" || c.GetName() != "Ann" || len(c.GetComment()) != 26 || len(c.GetPerson()) != 26 ||
		c.GetSequence() == 0 || !c.GetStreamTime().AsTime().Equal(at) {
		t.Fatalf("got %v", c)
	}
	for i := range 7 {
		g.post("bob", "main", fmt.Sprint("request-", i), fmt.Sprint("m", i))
	}
	if got := strings.Join(g.list("main"), ","); got != "hello there,m0,m1,m2,m3,m4,m5,m6" {
		t.Fatalf("listed %s", got)
	}
}

func TestOneRequestIDOfTwoPeopleOrRoomsIsTwoComments(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.bed.Room("other", nil)
	a, b, c := g.post("ann", "main", "request-1", "x"), g.post("bob", "main", "request-1", "x"), g.post("ann", "other", "request-1", "x")
	if a.GetComment() == b.GetComment() || a.GetComment() == c.GetComment() || a.GetPerson() == c.GetPerson() {
		t.Fatalf("%s %s %s", a.GetComment(), b.GetComment(), c.GetComment())
	}
	if len(g.list("main")) != 2 || len(g.list("other")) != 1 {
		t.Fatal("a request id of another person or room swallowed a comment")
	}
}

func TestARetryIsTheSameComment(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	first := g.post("ann", "main", "request-1", "hello")
	g.service() // the process starts again and remembers nothing
	for range 2 {
		again := g.post("ann", "main", "request-1", "hello")
		if again.GetComment() != first.GetComment() || again.GetSequence() != first.GetSequence() || !again.GetCreateTime().AsTime().Equal(first.GetCreateTime().AsTime()) {
			t.Fatalf("first %v, again %v", first, again)
		}
	}
	_, err := g.try("ann", "main", "request-1", "other")
	g.refused(fault.RequestIDReused, err)
	g.service()
	_, err = g.try("ann", "main", "request-1", "other")
	g.refused(fault.RequestIDReused, err)
	if n := len(g.list("main")); n != 1 {
		t.Fatalf("%d comments", n)
	}
}

func TestCopiesAtOnceAreOneComment(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 30 })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { g.post("ann", "main", "request-1", "hello") })
	}
	wg.Wait()
	if n := len(g.list("main")); n != 1 {
		t.Fatalf("%d comments", n)
	}
}

func TestNoRuleRefusesARetry(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 30 })
	first := g.post("ann", "main", "request-1", "hello")
	if again := g.post("ann", "main", "request-1", "hello"); again.GetComment() != first.GetComment() {
		t.Fatal("slow mode changed a retry")
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	g.bed.Settle()
	g.post("ann", "main", "request-1", "hello")
	_, err := g.try("ann", "main", "request-2", "more")
	g.refused(fault.RoomEnded, err)
}

func TestSlowMode(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 30 })
	g.post("ann", "main", "request-1", "one")
	g.later(10 * time.Second)
	_, err := g.try("ann", "main", "request-2", "two")
	if f := g.refused(fault.SlowMode, err); f.RetryAfter != 20*time.Second {
		t.Fatalf("retry after %v", f.RetryAfter)
	}
	g.post("bob", "main", "request-1", "bob's")
	for i := range 3 { // moderators do not wait
		ctx := testbed.As(t.Context(), auth.Moderator, "mod")
		if _, err := g.s.PostComment(ctx, &commentsv1.PostCommentRequest{Room: "main", RequestId: fmt.Sprint("request-", i), Text: "mod"}); err != nil {
			t.Fatal(err)
		}
	}
	g.later(20 * time.Second)
	g.post("ann", "main", "request-2", "two")
	// Turned off a moment ago: nobody is refused by what was.
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 0 })
	g.post("ann", "main", "request-3", "three")
}

// What slow mode has one wait on is told without writing, to oneself, and takes nothing.
func TestTheTurnIsToldToWhoWaits(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 30 })
	left := func(role auth.Role, who string, actor *roomsv1.Actor) time.Duration {
		t.Helper()
		r, err := g.s.GetTurn(testbed.As(t.Context(), role, who), &commentsv1.GetTurnRequest{Room: "main", Actor: actor})
		if err != nil {
			t.Fatal(err)
		}
		return r.GetWait().AsDuration()
	}
	ann := &roomsv1.Actor{Subject: "ann", Name: "Ann", Role: "viewer"}
	if got := left(auth.Viewer, "ann", nil); got != 0 {
		t.Errorf("before her first comment she waits %s", got)
	}
	g.post("ann", "main", "request-1", "one")
	g.later(10 * time.Second)
	for name, got := range map[string]time.Duration{"herself": left(auth.Viewer, "ann", nil), "by her gateway": left(auth.Service, "gateway", ann), "again": left(auth.Viewer, "ann", nil)} {
		if got != 20*time.Second {
			t.Errorf("asked %s she waits %s", name, got)
		}
	}
	if got := left(auth.Viewer, "bob", nil) + left(auth.Moderator, "ann", nil); got != 0 {
		t.Errorf("another, or a moderator, waits %s", got)
	}
	g.later(20 * time.Second)
	if got := left(auth.Viewer, "ann", nil); got != 0 {
		t.Errorf("once it is over she waits %s", got)
	}
	g.post("ann", "main", "request-2", "two")
}

func TestAFailedPostGivesItsTurnBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 30 })
	g.post("bob", "main", "request-0", "opens the room")
	ctx, cancel := context.WithCancel(testbed.As(t.Context(), auth.Viewer, "ann"))
	cancel()
	if _, err := g.s.PostComment(ctx, &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-1", Text: "x"}); err == nil {
		t.Fatal("a cancelled post succeeded")
	}
	g.post("ann", "main", "request-2", "y")
}

func TestABusyRoom(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.MaxPostsPerSecond = 2; r.Settings.SlowModeSeconds = 5 })
	g.post("ann", "main", "request-1", "1")
	for i := range 5 { // slow mode refuses these, and they use nothing up
		_, err := g.try("ann", "main", fmt.Sprint("request-", 10+i), "again")
		g.refused(fault.SlowMode, err)
	}
	g.post("bob", "main", "request-1", "2")
	_, err := g.try("cem", "main", "request-1", "3")
	if f := g.refused(fault.RoomBusy, err); f.RetryAfter <= 0 || f.RetryAfter > time.Second {
		t.Fatalf("retry after %v", f.RetryAfter)
	}
	g.later(time.Second)
	g.post("cem", "main", "request-1", "3") // and the refusal did not start his slow mode
}

func TestWhoMayWrite(t *testing.T) {
	g := newStage(t)
	set := func(change func(*eventv1.Room)) { g.bed.Room("main", change) }
	n := 0
	try := func(role auth.Role) error {
		n++
		_, err := g.s.PostComment(testbed.As(t.Context(), role, "p"), &commentsv1.PostCommentRequest{Room: "main", RequestId: fmt.Sprint("request-", n), Text: "x"})
		return err
	}
	g.refused(fault.RoomNotFound, try(auth.Viewer))
	set(func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_SCHEDULED })
	g.refused(fault.RoomNotStarted, try(auth.Host))
	set(func(r *eventv1.Room) {
		r.State = eventv1.RoomState_ROOM_STATE_LIVE
		r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_MODERATORS
	})
	g.bed.Settle()
	g.refused(fault.CommentsModeratorsOnly, try(auth.Viewer))
	if err := try(auth.Moderator); err != nil {
		t.Fatal(err)
	}
	set(func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })
	g.bed.Settle()
	g.refused(fault.CommentsFrozen, try(auth.Moderator))
	if err := try(auth.Host); err != nil {
		t.Fatal(err)
	}
	set(func(r *eventv1.Room) { r.Settings.CommentMode = 0 })
	if err := try(auth.Viewer); err != nil { // at once, although the followed settings may still say frozen
		t.Fatal(err)
	}
	set(func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_DELETED })
	g.bed.Forget()
	g.service()
	g.refused(fault.RoomNotFound, try(auth.Viewer))
}

func TestBadPosts(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	for name, c := range map[string]struct {
		room, request, text string
		want                fault.Reason
	}{
		"no room":     {"", "request-1", "x", fault.FieldRequired},
		"bad room":    {"main.>", "request-1", "x", fault.FieldInvalid},
		"no request":  {"main", "", "x", fault.FieldRequired},
		"bad request": {"main", "a b c d e f", "x", fault.FieldInvalid},
		"empty":       {"main", "request-1", " \n ", fault.TextEmpty},
		"long":        {"main", "request-1", strings.Repeat("x", 301), fault.TextTooLong},
		"control":     {"main", "request-1", "a\x07b", fault.TextInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := g.try("ann", c.room, c.request, c.text)
			if !fault.Is(err, c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestWhoMayDelete(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	a, b := g.post("ann", "main", "request-1", "ann's"), g.post("ann", "main", "request-2", "ann's too")
	g.post("bob", "main", "request-1", "bob's")
	g.refused(fault.PermissionDenied, g.remove(auth.Viewer, "bob", a, a.GetSequence()))
	if err := g.remove(auth.Viewer, "ann", a, 0); err != nil {
		t.Fatal(err)
	}
	if err := g.remove(auth.Moderator, "mod", b, a.GetSequence()); err != nil { // a wrong hint is found out
		t.Fatal(err)
	}
	g.refused(fault.CommentNotFound, g.remove(auth.Moderator, "mod", &commentsv1.Comment{Room: "main", Comment: strings.Repeat("a", 26)}, 0))
	g.bed.Room("other", nil)
	c := g.post("ann", "other", "request-1", "elsewhere")
	g.refused(fault.CommentNotFound, g.remove(auth.Moderator, "mod", &commentsv1.Comment{Room: "main", Comment: c.GetComment()}, c.GetSequence()))
	if got := g.list("main"); !slices.Equal(got, []string{"bob's"}) {
		t.Fatalf("left: %q", got)
	}
}

func TestDeletingTwiceWritesOneTombstone(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "x")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := g.remove(auth.Moderator, "mod", c, c.GetSequence()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	g.service()
	if err := g.remove(auth.Moderator, "mod", c, 0); err != nil {
		t.Fatal(err)
	}
	if n := g.count(bus.InRoom(bus.Log, "main")); n != 2 {
		t.Errorf("the log holds %d entries, want the comment and one tombstone", n)
	}
	if n := g.count(bus.InRoom(bus.Audit, "main")); n != 1 {
		t.Errorf("the audit trail holds %d entries, want 1", n)
	}
}

func TestErasedMeansGoneFromDisk(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	secret := "unspeakable-" + strings.Repeat("z", 40)
	c := g.post("ann", "main", "request-1", secret)
	g.post("bob", "main", "request-1", "stays")
	if len(g.bed.InStore(secret)) == 0 {
		t.Fatal("the test looks in the wrong place")
	}
	if err := g.remove(auth.Moderator, "mod", c, c.GetSequence()); err != nil {
		t.Fatal(err)
	}
	stop := g.erasing()
	testbed.Until(t, "the audit trail tells", func() bool { return g.count(bus.InRoom(bus.Audit, "main")) == 2 })
	g.forgetCopies()
	if files := g.bed.InStore(secret); len(files) > 0 {
		t.Fatalf("still in %v", files)
	}
	testbed.Until(t, "the position is stored", func() bool { upto, _ := comments.ErasedUpTo(t.Context(), g.bed.Bus); return upto >= c.GetSequence()+2 })
	stop()
	g.service()
	if got := g.list("main"); !slices.Equal(got, []string{"stays"}) { // the tombstone lies below the eraser's position now
		t.Fatalf("listed %q", got)
	}
	if err := g.remove(auth.Moderator, "mod", c, c.GetSequence()); err != nil {
		t.Fatalf("deleting what is erased: %v", err)
	}
	g.bed.Restart(func(string) {
		if files := g.bed.InStore(secret); len(files) > 0 {
			t.Fatalf("after a stop still in %v", files)
		}
	})
}

func TestTheEraserGoesOnAfterARestart(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	var secrets []string
	for i := range 3 {
		secret := fmt.Sprintf("unspeakable-%d-%s", i, strings.Repeat("z", 40))
		secrets = append(secrets, secret)
		c := g.post("ann", "main", fmt.Sprint("request-", i), secret)
		if err := g.remove(auth.Viewer, "ann", c, c.GetSequence()); err != nil { // nobody erases yet
			t.Fatal(err)
		}
	}
	g.bed.Restart(nil)
	g.service()
	if got := g.list("main"); len(got) != 0 { // not erased yet, and yet not shown
		t.Fatalf("listed %q", got)
	}
	one := g.erasing()
	g.service()
	two := g.erasing() // a second replica does no harm
	testbed.Until(t, "all are erased", func() bool { return g.count(bus.InRoom(bus.Audit, "main")) == 6 })
	one()
	two()
	g.forgetCopies()
	for _, secret := range secrets {
		if files := g.bed.InStore(secret); len(files) > 0 {
			t.Errorf("still in %v", files)
		}
	}
	g.service()
	stop := g.erasing() // and a third finds nothing to tell again
	later := g.post("bob", "main", "request-9", "later")
	testbed.Until(t, "it comes to the end", func() bool {
		upto, _ := comments.ErasedUpTo(t.Context(), g.bed.Bus)
		return upto == later.GetSequence()
	})
	stop()
	if n := g.count(bus.InRoom(bus.Audit, "main")); n != 6 {
		t.Errorf("the audit trail holds %d entries, want 3 of people and 3 of the eraser", n)
	}
}

func TestListPages(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	ctx := testbed.As(t.Context(), auth.Viewer, "reader")
	if r, err := g.s.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "main"}); err != nil || r.GetNextPageToken() != "" || len(r.GetComments()) != 0 {
		t.Fatalf("an empty room: %v, %v", r, err)
	}
	for i := range 4 {
		g.post("ann", "main", fmt.Sprint("request-", i), "x")
	}
	r, err := g.s.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "main", PageSize: 2})
	if err != nil || len(r.GetComments()) != 2 || r.GetNextPageToken() == "" {
		t.Fatalf("%v, %v", r, err)
	}
	g.bed.Room("other", nil)
	for _, bad := range []*commentsv1.ListCommentsRequest{
		{Room: "other", PageToken: r.GetNextPageToken()}, {Room: "main", PageToken: "rubbish"},
	} {
		_, err := g.s.ListComments(ctx, bad)
		g.refused(fault.PageTokenInvalid, err)
	}
	_, err = g.s.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "main", PageSize: -1})
	g.refused(fault.FieldInvalid, err)
	stranger := auth.WithCaller(t.Context(), auth.Claims{Subject: "x", Role: auth.Viewer, Rooms: []string{"other"}})
	_, err = g.s.ListComments(stranger, &commentsv1.ListCommentsRequest{Room: "main"})
	g.refused(fault.PermissionDenied, err)
}

func TestPolicyIsComplete(t *testing.T) {
	if err := comments.Policy.Check(commentsv1.CommentsService_ServiceDesc); err != nil {
		t.Fatal(err)
	}
}
