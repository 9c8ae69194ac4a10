package comments_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

func holding(mode eventv1.HoldMode) func(*eventv1.Room) {
	return func(r *eventv1.Room) { r.Settings.HoldComments = mode }
}

// held posts what must be held.
func (g *stage) held(who, request, text string) *commentsv1.Comment {
	g.Helper()
	r, err := g.s.PostComment(testbed.As(g.Context(), auth.Viewer, who), &commentsv1.PostCommentRequest{Room: "main", RequestId: request, Text: text})
	if err != nil || !r.GetHeld() {
		g.Fatalf("%q was not held: %v, %v", text, r, err)
	}
	return r.GetComment()
}

func (g *stage) queue() (texts []string) {
	g.Helper()
	r, err := g.s.ListHeldComments(testbed.As(g.Context(), auth.Moderator, "mod"), &commentsv1.ListHeldCommentsRequest{Room: "main"})
	if err != nil {
		g.Fatal(err)
	}
	for _, c := range r.GetComments() {
		texts = append(texts, c.GetComment().GetText())
	}
	return texts
}

func (g *stage) release(by string, c *commentsv1.Comment) (*commentsv1.Comment, error) {
	r, err := g.s.ReleaseComment(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.ReleaseCommentRequest{Room: "main", Comment: c.GetComment()})
	return r.GetComment(), err
}

func (g *stage) reject(by string, c *commentsv1.Comment) error {
	_, err := g.s.RejectComment(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.RejectCommentRequest{Room: "main", Comment: c.GetComment(), Reason: "off topic"})
	return err
}

func (g *stage) undo(by string, c *commentsv1.Comment) error {
	_, err := g.s.UndoHeldAct(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.UndoHeldActRequest{Room: "main", Comment: c.GetComment()})
	return err
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %q, want %q", what, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: %q, want %q", what, got, want)
		}
	}
}

func TestHeldCommentsWaitForAModerator(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	one := g.held("ann", "request-1", "one")
	g.later(time.Millisecond)
	two := g.held("ann", "request-2", "two")
	same(t, "in the log", g.list("main"))
	same(t, "waiting", g.queue(), "one", "two")
	if n := g.count(bus.InRoom(bus.Log, "main")); n != 0 {
		t.Fatalf("%d entries in the log that viewers follow", n)
	}
	c, err := g.release("mod", one)
	if err != nil || c.GetComment() != one.GetComment() || !c.GetCreateTime().AsTime().Equal(one.GetCreateTime().AsTime()) {
		t.Fatalf("released %v, %v", c, err)
	}
	if _, err := g.release("other", one); err != nil {
		t.Errorf("a second release: %v", err)
	}
	if err := g.reject("mod", two); err != nil {
		t.Fatal(err)
	}
	_, err = g.release("mod", two)
	g.refused(fault.WrongState, err)
	same(t, "in the log", g.list("main"), "one")
	same(t, "waiting", g.queue())
	// Moderators' own are never held, and viewers decide nothing.
	r, err := g.s.PostComment(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-3", Text: "hello"})
	if err != nil || r.GetHeld() {
		t.Errorf("a moderator's: %v, %v", r, err)
	}
	_, err = g.s.ReleaseComment(testbed.As(t.Context(), auth.Viewer, "ann"), &commentsv1.ReleaseCommentRequest{Room: "main", Comment: two.GetComment()})
	g.refused(fault.PermissionDenied, err)
}

func TestOnlyFirstCommentsAreHeld(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.post("old", "main", "request-0", "was here before")
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_FIRST))
	g.bed.Settle()
	g.post("old", "main", "request-1", "still here")
	first := g.held("new", "request-2", "first")
	g.held("new", "request-3", "second, before anybody looked")
	if _, err := g.release("mod", first); err != nil {
		t.Fatal(err)
	}
	g.post("new", "main", "request-4", "known now")
	g.service() // another replica, without memory
	g.post("new", "main", "request-5", "known there, too")
}

func TestARetryOfAHeldCommentIsTheSame(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	first := g.held("ann", "request-1", "hello")
	g.service()
	if again := g.held("ann", "request-1", "hello"); again.GetComment() != first.GetComment() {
		t.Error("another comment")
	}
	_, err := g.try("ann", "main", "request-1", "something else")
	g.refused(fault.RequestIDReused, err)
	// The room holds no more: the retry must not be posted beside what waits.
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_UNSPECIFIED))
	g.bed.Settle()
	g.service()
	g.held("ann", "request-1", "hello")
	same(t, "waiting", g.queue(), "hello")
	same(t, "in the log", g.list("main"))
}

func TestOfTwoModeratorsOneDecides(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	for i := range 8 {
		c := g.held("ann", "request-"+string(rune('a'+i))+"-one", "race")
		var wg sync.WaitGroup
		var released, rejected error
		wg.Go(func() { _, released = g.release("ana", c) })
		wg.Go(func() { rejected = g.reject("bob", c) })
		wg.Wait()
		if (released == nil) == (rejected == nil) {
			t.Fatalf("released %v, rejected %v; one of them was wanted", released, rejected)
		}
	}
}

func TestDecisionsAreTakenBackWithinAMinute(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	c := g.held("ann", "request-1", "hm")
	g.refused(fault.UndoExpired, g.undo("mod", c))
	if err := g.reject("mod", c); err != nil {
		t.Fatal(err)
	}
	g.refused(fault.UndoExpired, g.undo("other", c))
	if err := g.undo("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "waiting after the undo", g.queue(), "hm")
	if _, err := g.release("mod", c); err != nil {
		t.Fatal(err)
	}
	if err := g.undo("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "in the log after the undo", g.list("main"))
	same(t, "waiting after the undo", g.queue(), "hm")
	again, err := g.release("mod", c)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "in the log", g.list("main"), "hm")
	if again.GetComment() == c.GetComment() {
		t.Error("it came back under the id of what was removed")
	}
	g.later(61 * time.Second)
	g.refused(fault.UndoExpired, g.undo("mod", c))
}

// Who sends an undo from several desks at once, or twice since the first seemed lost, is told of each that it is done.
func TestAnUndoThatIsSentTwiceAtOnceSucceedsTwice(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	for round := range 4 {
		c := g.held(fmt.Sprint("ann", round), "request-1", fmt.Sprint("hello ", round))
		if _, err := g.release("mo", c); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if err := g.undo("mo", c); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if waits, told := len(g.queue()), g.counted("undo_held"); waits != round+1 || told != round+1 {
			t.Fatalf("after %d undos %d wait, and the trail has %d", round+1, waits, told)
		}
	}
}

func TestWhatWasRejectedIsOverwritten(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	c := g.held("ann", "request-1", "unspeakable-words")
	if len(g.bed.InStore("unspeakable-words")) == 0 {
		t.Fatal("this test cannot see the text before it is erased")
	}
	if err := g.reject("mod", c); err != nil {
		t.Fatal(err)
	}
	g.s.Hurry()
	stop := g.erasing()
	defer stop()
	g.later(66 * time.Second)
	testbed.Until(t, "the text is gone from the disk", func() bool { return len(g.bed.InStore("unspeakable-words")) == 0 })
	testbed.Until(t, "its document is gone", func() bool {
		_, err := g.release("mod", c)
		return fault.Is(err, fault.CommentNotFound)
	})
}

// A process that was killed between a release's document and its place in the log left the rest to the next.
func TestAReleaseThatWasCutShortIsFinished(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	c := g.held("ann", "request-1", "half way")
	if err := comments.ReleaseHalf(g.s, t.Context(), "main", c.GetComment()); err != nil {
		t.Fatal(err)
	}
	same(t, "in the log", g.list("main"))
	g.service()
	g.s.Hurry()
	stop := g.erasing()
	defer stop()
	g.later(66 * time.Second)
	testbed.Until(t, "the release is finished", func() bool { return len(g.list("main")) == 1 })
}

func TestARoomThatFailsClosedHoldsWhileTheHookIsAway(t *testing.T) {
	g := newStage(t)
	away, err := hook.New(hook.Options{Address: "127.0.0.1:1", Deadline: 50 * time.Millisecond, Logger: g.bed.Log})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = away.Close() }()
	g.s = comments.New(comments.Options{Bus: g.bed.Bus, Views: g.bed.Views, Logger: g.bed.Log, Hook: away})
	g.bed.Room("main", nil)
	g.post("ann", "main", "request-1", "fails open")
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentHook = eventv1.HookMode_HOOK_MODE_FAIL_CLOSED })
	g.bed.Settle()
	g.held("ann", "request-2", "fails closed")
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentHook = eventv1.HookMode_HOOK_MODE_OFF })
	g.bed.Settle()
	g.post("ann", "main", "request-3", "nobody is asked")
	same(t, "waiting", g.queue(), "fails closed")
}

// posts writes as a gateway does for somebody.
func (g *stage) posts(request, text string, actor *roomsv1.Actor) (*commentsv1.PostCommentResponse, error) {
	return g.s.PostComment(testbed.As(g.Context(), auth.Service, "gateway"), &commentsv1.PostCommentRequest{Room: "main", RequestId: request, Text: text, Actor: actor})
}

func (g *stage) why(text string) commentsv1.HeldComment_Why {
	g.Helper()
	r, err := g.s.ListHeldComments(testbed.As(g.Context(), auth.Moderator, "mod"), &commentsv1.ListHeldCommentsRequest{Room: "main"})
	if err != nil {
		g.Fatal(err)
	}
	for _, c := range r.GetComments() {
		if c.GetComment().GetText() == text {
			return c.GetWhy()
		}
	}
	g.Fatalf("%q is not held", text)
	return 0
}

func TestWhatTheFilterHitsWaitsWhereTheRoomSaysSo(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	if _, err := g.s.ChangeBlockedTerms(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.ChangeBlockedTermsRequest{Room: "main", Add: []string{"sausage"}}); err != nil {
		t.Fatal(err)
	}
	g.bed.Settle()
	_, err := g.try("ann", "main", "request-1", "a s4usage here")
	g.refused(fault.TextBlocked, err)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.HoldFiltered, r.Settings.EditWindowSeconds = true, 120 })
	g.bed.Settle()
	c := g.held("ann", "request-2", "a s4usage here")
	if why := g.why("a s4usage here"); why != commentsv1.HeldComment_WHY_FILTER {
		t.Errorf("it waits for %v", why)
	}
	if n := g.count(bus.InRoom(bus.Log, "main")); n != 0 {
		t.Errorf("%d entries in the log that viewers follow", n)
	}
	if _, err := g.release("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "in the log", g.list("main"), "a s4usage here")
	// An edit is refused: the old text stands meanwhile.
	d := g.post("ann", "main", "request-3", "an apple")
	_, err = g.edit("ann", d, "a sausage")
	g.refused(fault.TextBlocked, err)
}

func TestCalmHoldsGuests(t *testing.T) {
	g := newStage(t)
	calm := g.bed.Room("main", func(r *eventv1.Room) { r.Calm = &eventv1.Calm{SinceMs: 1, HoldGuests: true} })
	guest := &roomsv1.Actor{Subject: "guest:1", Role: "viewer", Guest: true}
	r, err := g.posts("request-1", "raid", guest)
	if err != nil || !r.GetHeld() || g.why("raid") != commentsv1.HeldComment_WHY_CALM {
		t.Fatalf("a guest's: %v, %v", r, err)
	}
	g.post("member", "main", "request-2", "hello")
	if c, err := g.release("mod", r.GetComment()); err != nil || c.GetText() != "raid" {
		t.Fatal(err)
	}
	r, err = g.posts("request-3", "and again", guest) // known by now, and held all the same
	if err != nil || !r.GetHeld() {
		t.Fatalf("a known guest's: %v, %v", r, err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Calm = nil })
	g.bed.Settle()
	if r, err := g.posts("request-4", "thanks", guest); err != nil || r.GetHeld() {
		t.Errorf("after the calm of %v: %v, %v", calm.GetCalm(), r, err)
	}
}

// Who shares network and client with a banned guest is looked at first, and refused nothing; once they are known they are
// like anybody.
func TestGuestsOfABannedNetworkAreReviewedOnce(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	guest := &roomsv1.Actor{Subject: "guest:1", Role: "viewer", Guest: true, Review: true}
	r, err := g.posts("request-1", "hello", guest)
	if err != nil || !r.GetHeld() || g.why("hello") != commentsv1.HeldComment_WHY_REVIEW {
		t.Fatalf("the first: %v, %v", r, err)
	}
	if _, err := g.release("mod", r.GetComment()); err != nil {
		t.Fatal(err)
	}
	if r, err := g.posts("request-2", "thanks", guest); err != nil || r.GetHeld() {
		t.Errorf("the second: %v, %v", r, err)
	}
}

// A change of what was let through would show everybody what nobody has looked at: where a new comment would wait, it is
// refused, and the old text stands.
func TestAnEditDoesNotPassByWhoLooksFirst(t *testing.T) {
	g := newStage(t)
	away, err := hook.New(hook.Options{Address: "127.0.0.1:1", Deadline: 50 * time.Millisecond, Logger: g.bed.Log})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = away.Close() }()
	guest := &roomsv1.Actor{Subject: "guest:1", Role: "viewer", Guest: true}
	edit := func(c *commentsv1.Comment, text string, actor *roomsv1.Actor) error {
		_, err := g.s.EditComment(testbed.As(t.Context(), auth.Service, "gateway"), &commentsv1.EditCommentRequest{Room: "main", Comment: c.GetComment(), Text: text, Actor: actor})
		return err
	}
	for name, looks := range map[string]func(*eventv1.Room){
		"all wait":           func(r *eventv1.Room) { r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_ALL },
		"calm":               func(r *eventv1.Room) { r.Calm = &eventv1.Calm{SinceMs: 1, HoldGuests: true} },
		"the hook, away":     func(r *eventv1.Room) { r.Settings.CommentHook = eventv1.HookMode_HOOK_MODE_FAIL_CLOSED },
		"nobody looks first": nil,
	} {
		g.s = comments.New(comments.Options{Bus: g.bed.Bus, Views: g.bed.Views, Logger: g.bed.Log, Hook: away})
		g.bed.Room("main", func(r *eventv1.Room) {
			editing(r)
			r.Calm, r.Settings.HoldComments, r.Settings.CommentHook = nil, 0, 0
		})
		g.bed.Settle()
		r, err := g.posts("request-"+strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", ""), "harmless, "+name, guest)
		if err != nil || r.GetHeld() {
			t.Fatalf("%s: %v, %v", name, r, err)
		}
		g.bed.Room("main", func(r *eventv1.Room) {
			editing(r)
			if looks != nil {
				looks(r)
			}
		})
		g.bed.Settle()
		err = edit(r.GetComment(), "buy my coins, "+name, guest)
		if looks == nil {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		g.refused(fault.EditExpired, err)
		if shown := g.list("main"); !slices.Contains(shown, "harmless, "+name) || slices.Contains(shown, "buy my coins, "+name) {
			t.Errorf("%s: the log has %q", name, shown)
		}
	}
}

// hide puts somebody out of the others' sight.
func (g *stage) hide(who string) {
	g.Helper()
	g.stand(who, &eventv1.Standing{Shadow: byModerator()})
}

// byModerator is a measure without end.
func byModerator() *eventv1.Measure {
	return &eventv1.Measure{By: &eventv1.Author{Person: "mod", Role: eventv1.Role_ROLE_MODERATOR}}
}

// stand has moderators decide about somebody for the first time.
func (g *stage) stand(who string, s *eventv1.Standing) {
	g.Helper()
	s.Person = g.key(who)
	body, err := proto.Marshal(s)
	if err == nil {
		_, err = g.bed.Bus.Put(g.Context(), bus.InRoom(bus.State, "main", people.StandingKey, g.key(who)), body, 0)
	}
	if err != nil {
		g.Fatal(err)
	}
	g.bed.Settle()
}

// A moderator who releases a comment wants it read, whoever wrote it; that text, and not what its author would make of it.
func TestAReleaseShowsWhatSomebodyOutOfSightWrote(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	g.hide("troll")
	waits := g.held("troll", "request-1", "a fair question")
	same(t, "before the release", g.list("main"))
	g.held("ann", "request-0", "somebody else's")
	told, err := g.s.ListHeldComments(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.ListHeldCommentsRequest{Room: "main"})
	if err != nil || len(told.GetComments()) != 2 {
		t.Fatalf("what waits is %v, %v", told, err)
	}
	for _, c := range told.GetComments() {
		if c.GetOutOfSight() != (c.GetComment().GetPerson() == g.key("troll")) {
			t.Errorf("of %q it is told that its author is out of sight: %v", c.GetComment().GetText(), c.GetOutOfSight())
		}
	}
	released, err := g.release("mod", waits)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "released", g.list("main"), "a fair question")
	g.bed.Room("main", func(r *eventv1.Room) { editing(r); r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_UNSPECIFIED })
	g.bed.Settle()
	spam := g.post("troll", "main", "request-2", "spam")
	same(t, "others of theirs", g.list("main"), "a fair question")
	_, err = g.edit("troll", released, "more spam")
	g.refused(fault.EditExpired, err)
	if _, err := g.edit("troll", spam, "better spam"); err != nil { // nobody sees it, before and after
		t.Fatal(err)
	}
	same(t, "after a change", g.list("main"), "a fair question")
	r, err := g.s.ListComments(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.ListCommentsRequest{Room: "main"})
	if err != nil || len(r.GetComments()) != 2 {
		t.Fatalf("a moderator reads %v, %v", r.GetComments(), err)
	}
}
