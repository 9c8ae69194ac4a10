package comments_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

func reporting(threshold uint32) func(*eventv1.Room) {
	return func(r *eventv1.Room) { r.Settings.ReportThreshold, r.Settings.EditWindowSeconds = threshold, 120 }
}

func (g *stage) report(who string, c *commentsv1.Comment) error {
	_, err := g.s.ReportComment(testbed.As(g.Context(), auth.Viewer, who), &commentsv1.ReportCommentRequest{Room: "main", Comment: c.GetComment(), Reason: "spam"})
	return err
}

func (g *stage) reports(c *commentsv1.Comment, who ...string) {
	g.Helper()
	for _, name := range who {
		if err := g.report(name, c); err != nil {
			g.Fatal(err)
		}
	}
}

// trail are the actions in the room's audit trail about an item, oldest first.
func (g *stage) trail(item string) (actions []string) {
	g.Helper()
	entries, _, err := audit.List(g.Context(), g.bed.Bus, "main", audit.Query{Most: 500})
	if err != nil {
		g.Fatal(err)
	}
	for _, e := range entries {
		if e.GetTarget() == item {
			actions = append([]string{e.GetAction()}, actions...)
		}
	}
	return actions
}

func TestReportsTakeACommentAwayAndAReleaseKeepsIt(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(3))
	c := g.post("troll", "main", "request-1", "buy my watches")
	g.post("ann", "main", "request-2", "hello")
	g.reports(c, "a", "a", "a", "b") // one report a person
	same(t, "below the threshold", g.list("main"), "buy my watches", "hello")
	g.reports(c, "c")
	same(t, "at the threshold", g.list("main"), "hello")
	same(t, "waiting", g.queue(), "buy my watches")
	held, err := g.s.ListHeldComments(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.ListHeldCommentsRequest{Room: "main"})
	if err != nil || held.GetComments()[0].GetWhy() != commentsv1.HeldComment_WHY_REPORTS || held.GetComments()[0].GetDetail() != "3 reports: spam 3" {
		t.Fatalf("held as %v, %v", held, err)
	}
	g.reports(c, "d") // of what is gone already: nothing to do, and no error
	back, err := g.release("mod", c)
	if err != nil || back.GetComment() != c.GetComment() || back.GetPlace() != c.GetSequence() || !back.GetCreateTime().AsTime().Equal(c.GetCreateTime().AsTime()) {
		t.Fatalf("it came back as %v, %v", back, err)
	}
	if _, err := g.release("other", c); err != nil {
		t.Errorf("a second release: %v", err)
	}
	same(t, "released", g.list("main"), "hello", "buy my watches")
	g.reports(c, "e", "f", "g", "h")
	same(t, "reported again after the release", g.list("main"), "hello", "buy my watches")
	// What the moderator let through was another text.
	g.later(time.Second)
	if _, err := g.edit("troll", c, "buy my pills"); err != nil {
		t.Fatal(err)
	}
	g.reports(c, "a", "b", "c")
	same(t, "reported after an edit", g.list("main"), "hello")
	same(t, "waiting after an edit", g.queue(), "buy my pills")
	want := "report_comment report_comment report_comment hold_comment release_comment"
	if got := strings.Join(g.trail(c.GetComment()), " "); !strings.HasPrefix(got, want) {
		t.Errorf("the trail says %q, want it to begin with %q", got, want)
	}
}

func TestWhatReportsMayNotDo(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(2))
	c := g.post("ann", "main", "request-1", "hello")
	_, err := g.s.ReportComment(testbed.As(t.Context(), auth.Viewer, "a"), &commentsv1.ReportCommentRequest{Room: "main", Comment: c.GetComment(), Reason: "boring"})
	g.refused(fault.FieldInvalid, err)
	g.refused(fault.FieldInvalid, g.report("ann", c)) // her own
	g.refused(fault.CommentNotFound, g.report("a", &commentsv1.Comment{Comment: strings.Repeat("a", 26)}))
	// One browser under five names is one.
	for i := range 5 {
		_, err := g.s.ReportComment(testbed.As(t.Context(), auth.Service, "gateway"), &commentsv1.ReportCommentRequest{
			Room: "main", Comment: c.GetComment(), Reason: "hate",
			Actor: &roomsv1.Actor{Subject: fmt.Sprint("guest:", i), Role: "viewer", Guest: true, Trace: strings.Repeat("t", 26)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	same(t, "after one browser's reports", g.list("main"), "hello")
	// A host's are told of, and stay.
	r, err := g.s.PostComment(testbed.As(t.Context(), auth.Host, "host"), &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-2", Text: "welcome"})
	if err != nil {
		t.Fatal(err)
	}
	g.reports(r.GetComment(), "a", "b", "c")
	same(t, "a host's after reports", g.list("main"), "hello", "welcome")
	all, _, err := people.ReadReports(t.Context(), g.bed.Bus, "main", r.GetComment().GetComment())
	if err != nil || len(all.GetPeople()) != 3 || all.GetHeld() {
		t.Errorf("moderators are told %v, %v", all, err)
	}
	// A moderator may let it stay before enough people report it.
	d := g.post("ben", "main", "request-3", "so what")
	g.reports(d, "a")
	if _, err := g.release("mod", d); err != nil {
		t.Fatal(err)
	}
	g.reports(d, "b", "c", "d")
	same(t, "after it was let stay", g.list("main"), "hello", "welcome", "so what")
	// 0 never takes away.
	g.bed.Room("main", reporting(0))
	g.bed.Settle()
	g.reports(c, "a", "b", "c", "d")
	same(t, "without a threshold", g.list("main"), "hello", "welcome", "so what")
}

func TestAManyReportAtOnceTakeItAwayOnce(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(4))
	c := g.post("troll", "main", "request-1", "buy")
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if err := g.report(fmt.Sprint("p", i), c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "in the log", g.list("main"))
	same(t, "waiting", g.queue(), "buy")
	if n := g.count(bus.InRoom(bus.Log, "main")); n != 2 {
		t.Errorf("%d entries: the comment and one tombstone are wanted", n)
	}
}

// A process dies behind the document: the comment waits, and is still seen.
func TestAHalfTakenCommentIsTakenAway(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(1))
	c := g.post("troll", "main", "request-1", "buy")
	if err := comments.TakeAwayHalf(g.s, t.Context(), "main", c.GetComment()); err != nil {
		t.Fatal(err)
	}
	same(t, "before", g.list("main"), "buy")
	g.service()
	g.s.Hurry()
	stop := g.erasing()
	defer stop()
	testbed.Until(t, "the worker writes the tombstone", func() bool { return len(g.list("main")) == 0 })
	if _, err := g.release("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "after", g.list("main"), "buy")
}

func TestWhatIsRemovedWhileItWaitsIsNotReleased(t *testing.T) {
	for name, by := range map[string]struct {
		role auth.Role
		who  string
	}{"its author": {auth.Viewer, "troll"}, "a moderator": {auth.Moderator, "mod"}} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", reporting(1))
			c := g.post("troll", "main", "request-1", "buy")
			g.reports(c, "a")
			if err := g.remove(auth.Viewer, "ann", c, 0); !fault.Is(err, fault.PermissionDenied) {
				t.Errorf("somebody else's removal: %v", err)
			}
			if err := g.remove(by.role, by.who, c, 0); err != nil {
				t.Fatal(err)
			}
			_, err := g.release("other", c)
			g.refused(fault.WrongState, err)
			same(t, "in the log", g.list("main"))
			same(t, "waiting", g.queue())
			if err := g.remove(by.role, by.who, c, 0); err != nil {
				t.Errorf("a second removal: %v", err)
			}
		})
	}
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	c := g.held("ann", "request-1", "never seen")
	if err := g.remove(auth.Viewer, "ann", c, 0); err != nil {
		t.Fatal(err)
	}
	same(t, "waiting", g.queue())
}

func TestARejectionOfAReportedCommentCanBeUndone(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(1))
	c := g.post("troll", "main", "request-1", "buy")
	g.reports(c, "a")
	if err := g.reject("mod", c); err != nil {
		t.Fatal(err)
	}
	if err := g.undo("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "waiting", g.queue(), "buy")
	if _, err := g.release("mod", c); err != nil {
		t.Fatal(err)
	}
	if err := g.undo("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "in the log after an undone release", g.list("main"))
	same(t, "waiting after an undone release", g.queue(), "buy")
	if _, err := g.release("mod", c); err != nil {
		t.Fatal(err)
	}
	same(t, "in the log", g.list("main"), "buy")
}

func TestTheTextOfARejectedReportIsErased(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(1))
	c := g.post("troll", "main", "request-1", "unforgettable words")
	g.reports(c, "a")
	if err := g.reject("mod", c); err != nil {
		t.Fatal(err)
	}
	g.s.Hurry()
	stop := g.erasing()
	g.later(66 * time.Second)
	testbed.Until(t, "the text is gone from the store", func() bool { return len(g.bed.InStore("unforgettable words")) == 0 })
	stop()
}

func (g *stage) removeAll(role auth.Role, by, whom string) (uint32, error) {
	var removed uint32
	var next uint64
	for {
		r, err := g.s.RemovePersonComments(testbed.As(g.Context(), role, by), &commentsv1.RemovePersonCommentsRequest{
			Room: "main", Person: g.key(whom), Reason: "spam", BeforeSequence: next,
		})
		removed += r.GetRemoved()
		if next = r.GetNext(); next == 0 || err != nil {
			return removed, err
		}
	}
}

func (g *stage) key(subject string) string { return auth.PersonKey([]byte("key of main"), subject) }

func (g *stage) undoAll(by, whom string) (uint32, error) {
	r, err := g.s.UndoRemovePersonComments(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.UndoRemovePersonCommentsRequest{Room: "main", Person: g.key(whom)})
	return r.GetRestored(), err
}

func TestEverythingOfAPersonIsRemovedAndBroughtBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(5))
	var all []string
	for i := range 12 {
		g.post("troll", "main", fmt.Sprint("request-", i), fmt.Sprint("spam ", i))
		all = append(all, fmt.Sprint("spam ", i))
	}
	g.post("ann", "main", "request-1", "hello")
	gone := g.post("troll", "main", "request-x", "removed before")
	if err := g.remove(auth.Moderator, "mod", gone, 0); err != nil {
		t.Fatal(err)
	}
	edited := g.post("troll", "main", "request-y", "first words")
	if _, err := g.edit("troll", edited, "other words"); err != nil {
		t.Fatal(err)
	}
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	g.bed.Settle()
	g.held("troll", "request-z", "waiting")
	_, err := g.removeAll(auth.Viewer, "ann", "troll")
	g.refused(fault.PermissionDenied, err)
	n, err := g.removeAll(auth.Moderator, "mod", "troll")
	if err != nil || n != 14 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	same(t, "left", g.list("main"), "hello")
	same(t, "waiting", g.queue())
	if n, err := g.removeAll(auth.Moderator, "mod", "troll"); err != nil || n != 0 {
		t.Errorf("a second time: %d, %v", n, err)
	}
	_, err = g.undoAll("other", "troll")
	g.refused(fault.UndoExpired, err)
	if n, err := g.undoAll("mod", "troll"); err != nil || n != 14 {
		t.Fatalf("%d are back, %v", n, err)
	}
	got := map[string]bool{}
	for _, words := range g.list("main") {
		got[words] = true
	}
	for _, words := range append(all, "hello", "other words") {
		if !got[words] {
			t.Errorf("%q is not back", words)
		}
	}
	if len(got) != 14 {
		t.Errorf("back are %v", got)
	}
	same(t, "waiting again", g.queue(), "waiting")
	if n, err := g.undoAll("mod", "troll"); err != nil || n != 14 {
		t.Errorf("a second time: %d, %v", n, err)
	}
	if n := g.counted("undo_remove_person_comments"); n != 1 {
		t.Errorf("the trail has the undo %d times", n)
	}
	g.later(101 * time.Second)
	_, err = g.undoAll("mod", "troll")
	g.refused(fault.UndoExpired, err)
}

// The eraser has been there, and the undo is asked of a process that knows nothing: what is brought back are the copies.
func TestEverythingIsBroughtBackAfterItWasErased(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	for i := range 3 {
		g.post("troll", "main", fmt.Sprint("request-", i), fmt.Sprint("spam ", i))
	}
	if n, err := g.removeAll(auth.Moderator, "mod", "troll"); err != nil || n != 3 {
		t.Fatalf("%d were removed, %v", n, err)
	}
	end, err := g.bed.Bus.LastSequence(t.Context(), bus.Log)
	if err != nil {
		t.Fatal(err)
	}
	stop := g.erasing()
	testbed.Until(t, "the eraser has come to the end", func() bool {
		upto, err := comments.ErasedUpTo(t.Context(), g.bed.Bus)
		return err == nil && upto >= end
	})
	stop()
	g.service()
	if n, err := g.undoAll("mod", "troll"); err != nil || n != 3 {
		t.Fatalf("%d are back, %v", n, err)
	}
	same(t, "back", slices.Sorted(slices.Values(g.list("main"))), "spam 0", "spam 1", "spam 2")
}

func TestAModeratorCannotRemoveEverythingOfAHost(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	if _, err := g.s.PostComment(testbed.As(t.Context(), auth.Host, "host"), &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-1", Text: "welcome"}); err != nil {
		t.Fatal(err)
	}
	_, err := g.removeAll(auth.Moderator, "mod", "host")
	g.refused(fault.PermissionDenied, err)
	same(t, "in the log", g.list("main"), "welcome")
}

// A person with more comments than one call removes, in a log longer than what one call looks at.
func TestRemovingEverythingGoesOnWhereItStopped(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	const n = 1_003
	for i := range n {
		body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: &eventv1.Comment{
			Id: fmt.Sprintf("%026d", i), Text: "spam", Author: &eventv1.Author{Person: g.key("troll"), Role: eventv1.Role_ROLE_VIEWER},
		}}})
		if err == nil {
			_, err = g.bed.Bus.Append(t.Context(), bus.InRoom(bus.Log, "main"), fmt.Sprint("m", i), body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	first, err := g.s.RemovePersonComments(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.RemovePersonCommentsRequest{Room: "main", Person: g.key("troll")})
	if err != nil || first.GetRemoved() != 1_000 || first.GetNext() == 0 {
		t.Fatalf("the first call: %v, %v", first, err)
	}
	second, err := g.s.RemovePersonComments(testbed.As(t.Context(), auth.Moderator, "mod"), &commentsv1.RemovePersonCommentsRequest{
		Room: "main", Person: g.key("troll"), BeforeSequence: first.GetNext(),
	})
	if err != nil || second.GetRemoved() != 3 || second.GetNext() != 0 {
		t.Fatalf("the second call: %v, %v", second, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := g.s.ListComments(testbed.As(ctx, auth.Viewer, "reader"), &commentsv1.ListCommentsRequest{Room: "main"})
	if err != nil || len(r.GetComments()) != 0 {
		t.Errorf("left are %v, %v", r, err)
	}
}
