package comments_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/comments"
)

func (g *stage) pin(by string, r *commentsv1.PinCommentRequest) {
	g.Helper()
	r.Room = "main"
	if _, err := g.s.PinComment(testbed.As(g.Context(), auth.Moderator, by), r); err != nil {
		g.Fatal(err)
	}
	g.later(time.Second)
}

func (g *stage) unpin(by string) {
	g.Helper()
	if _, err := g.s.UnpinComment(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.UnpinCommentRequest{Room: "main"}); err != nil {
		g.Fatal(err)
	}
	g.later(time.Second)
}

func (g *stage) undoPin(by string) (pinned string, err error) {
	r, err := g.s.UndoPin(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.UndoPinRequest{Room: "main"})
	return r.GetComment().GetText(), err
}

// counted is how often an act stands in the trail.
func (g *stage) counted(action string) (n int) {
	g.Helper()
	entries, _, err := audit.List(g.Context(), g.bed.Bus, "main", audit.Query{Most: 500})
	if err != nil {
		g.Fatal(err)
	}
	for _, e := range entries {
		if e.GetAction() == action {
			n++
		}
	}
	return n
}

func TestAPinIsTakenBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	a, b := g.post("ann", "main", "request-1", "a"), g.post("bob", "main", "request-1", "b")
	want := func(what, text string, got string, err error) {
		t.Helper()
		stands := ""
		if p := g.pinned(); p != nil {
			stands = map[string]string{a.GetComment(): "a", b.GetComment(): "b"}[p.GetComment()]
		}
		if err != nil || got != text || stands != text {
			t.Fatalf("%s: the answer says %q, the document %q, want %q; %v", what, got, stands, text, err)
		}
	}
	_, err := g.undoPin("mo")
	g.refused(fault.UndoExpired, err)

	g.pin("mo", &commentsv1.PinCommentRequest{Comment: a.GetComment()})
	g.pin("mo", &commentsv1.PinCommentRequest{Comment: b.GetComment()})
	_, err = g.undoPin("other")
	g.refused(fault.UndoExpired, err)
	for _, what := range []string{"over another", "a second time"} {
		got, err := g.undoPin("mo")
		want(what, "a", got, err)
	}
	g.unpin("mo")
	got, err := g.undoPin("mo")
	want("unpinned", "a", got, err)
	g.pin("mo", &commentsv1.PinCommentRequest{Comment: b.GetComment(), ExpireAfter: durationpb.New(90 * time.Second)})
	got, err = g.undoPin("mo")
	want("over a pin with an expiry", "a", got, err)

	g.pin("other", &commentsv1.PinCommentRequest{Comment: b.GetComment()})
	_, err = g.undoPin("mo")
	g.refused(fault.UndoExpired, err)
	if err := g.remove(auth.Moderator, "third", a, 0); err != nil {
		t.Fatal(err)
	}
	got, err = g.undoPin("other")
	want("over one that is gone", "", got, err)

	g.pin("mo", &commentsv1.PinCommentRequest{Comment: b.GetComment()})
	g.later(time.Minute)
	_, err = g.undoPin("mo")
	g.refused(fault.UndoExpired, err)
	if n := g.counted("undo_pin"); n != 4 {
		t.Errorf("%d entries of undo_pin, want 4", n)
	}
}

func TestARetriedPinStandsOnceInTheTrail(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	a, b := g.post("ann", "main", "request-1", "a"), g.post("bob", "main", "request-1", "b")
	for range 2 {
		g.pin("mo", &commentsv1.PinCommentRequest{Comment: a.GetComment()})
	}
	for range 2 {
		g.pin("mo", &commentsv1.PinCommentRequest{Comment: b.GetComment(), ExpireAfter: durationpb.New(time.Minute), RequestId: "request-of-pin"})
	}
	until := g.pinned().GetUntilMs()
	for range 2 {
		g.unpin("mo")
	}
	if pins, unpins := g.counted("pin_comment"), g.counted("unpin_comment"); pins != 2 || unpins != 1 || until == 0 {
		t.Errorf("%d pins and %d unpins in the trail, want 2 and 1", pins, unpins)
	}
}

func (g *stage) undoTerms(by string) (string, error) {
	answer, err := g.s.UndoBlockedTerms(testbed.As(g.Context(), auth.Moderator, by), &commentsv1.UndoBlockedTermsRequest{Room: "main"})
	var all []string
	for _, t := range answer.GetTerms() {
		all = append(all, t.GetText())
	}
	return strings.Join(all, ","), err
}

func TestAChangeOfTheTermsIsTakenBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	change := func(r *commentsv1.ChangeBlockedTermsRequest) {
		t.Helper()
		if _, err := g.terms(auth.Moderator, r); err != nil {
			t.Fatal(err)
		}
	}
	_, err := g.undoTerms("mo")
	g.refused(fault.UndoExpired, err)
	change(&commentsv1.ChangeBlockedTermsRequest{Add: []string{"spam", "scam"}})
	change(&commentsv1.ChangeBlockedTermsRequest{Add: []string{"ham", "scam"}, Remove: []string{"spam"}})
	_, err = g.undoTerms("other")
	g.refused(fault.UndoExpired, err)
	for _, what := range []string{"once", "twice"} {
		if all, err := g.undoTerms("mo"); err != nil || all != "scam,spam" {
			t.Fatalf("%s: blocked are %q, %v", what, all, err)
		}
	}
	if n := g.counted("undo_terms"); n != 1 {
		t.Errorf("%d entries of undo_terms", n)
	}
	change(&commentsv1.ChangeBlockedTermsRequest{Add: []string{"late"}})
	g.later(61 * time.Second)
	_, err = g.undoTerms("mo")
	g.refused(fault.UndoExpired, err)
}

// What a moderator did to what somebody wrote stands on that person's card.
func TestTheTrailSaysWhomAnActConcerned(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "buy spam now")
	g.pin("mo", &commentsv1.PinCommentRequest{Comment: c.GetComment()})
	if _, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"spam"}, Comment: c.GetComment()}); err != nil {
		t.Fatal(err)
	}
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.undelete(auth.Moderator, "mo", c); err != nil {
		t.Fatal(err)
	}
	entries, _, err := audit.List(t.Context(), g.bed.Bus, "main", audit.Query{Most: 10})
	if err != nil || len(entries) != 4 {
		t.Fatalf("the trail is %v, %v", entries, err)
	}
	for _, e := range entries {
		if e.GetAbout() != c.GetPerson() {
			t.Errorf("%s is about %q, want %q", e.GetAction(), e.GetAbout(), c.GetPerson())
		}
	}
}

func TestARemovalThatIsUndoneIsWhole(t *testing.T) {
	for name, remove := range map[string]func(g *stage, c *commentsv1.Comment) (undo func() error){
		"one": func(g *stage, c *commentsv1.Comment) func() error {
			if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
				g.Fatal(err)
			}
			return func() error {
				_, err := g.undelete(auth.Moderator, "mo", c)
				return err
			}
		},
		"all of a person": func(g *stage, _ *commentsv1.Comment) func() error {
			if _, err := g.removeAll(auth.Moderator, "mo", "ann"); err != nil {
				g.Fatal(err)
			}
			return func() error {
				_, err := g.undoAll("mo", "ann")
				return err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", reporting(10))
			c, other := g.post("ann", "main", "request-1", "hello"), g.post("bob", "main", "request-1", "b")
			g.bed.Settle()
			g.reports(c, "r1", "r2")
			g.pin("mo", &commentsv1.PinCommentRequest{Comment: c.GetComment()})
			undo := remove(g, c)
			if g.pinned() != nil || g.reported(c) != 0 {
				t.Fatal("what is removed is pinned, or reported")
			}
			if err := undo(); err != nil {
				t.Fatal(err)
			}
			_, stands := g.standing("hello")
			if p := g.pinned(); p.GetComment() != c.GetComment() || p.GetSequence() != stands {
				t.Errorf("the pin is %v, the comment stands at %d", p, stands)
			}
			if n := g.reported(c); n != 2 {
				t.Errorf("%d reports are left of 2", n)
			}
			undo = remove(g, c)
			g.pin("other", &commentsv1.PinCommentRequest{Comment: other.GetComment()})
			if err := undo(); err != nil || g.pinned().GetComment() != other.GetComment() {
				t.Errorf("what was pinned since is not any more: %v, %v", g.pinned(), err)
			}
		})
	}
}

func (g *stage) reported(c *commentsv1.Comment) int {
	g.Helper()
	all, _, err := people.ReadReports(g.Context(), g.bed.Bus, "main", c.GetComment())
	if err != nil {
		g.Fatal(err)
	}
	return len(all.GetPeople())
}

// standing is the comment with a text, and where it stands.
func (g *stage) standing(text string) (*commentsv1.Comment, uint64) {
	g.Helper()
	r, err := g.s.ListComments(testbed.As(g.Context(), auth.Moderator, "reader"), &commentsv1.ListCommentsRequest{Room: "main"})
	if err != nil {
		g.Fatal(err)
	}
	i := slices.IndexFunc(r.GetComments(), func(c *commentsv1.Comment) bool { return c.GetText() == text })
	if i < 0 {
		g.Fatalf("no comment says %q", text)
	}
	return r.GetComments()[i], r.GetComments()[i].GetSequence()
}

func TestAHeldCommentThatWasRemovedWaitsAgain(t *testing.T) {
	for name, who := range map[string]struct {
		role auth.Role
		by   string
	}{"by a moderator": {auth.Moderator, "mo"}, "by its author": {auth.Viewer, "ann"}} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
			c := g.held("ann", "request-1", "hello")
			if err := g.remove(who.role, who.by, c, 0); err != nil {
				t.Fatal(err)
			}
			_, err := g.undelete(auth.Moderator, "other", c)
			g.refused(fault.CommentNotFound, err)
			for range 2 { // a second time is a success
				if back, err := g.undelete(who.role, who.by, c); err != nil || back.GetText() != "hello" || back.GetSequence() != 0 {
					t.Fatalf("it is back as %v, %v", back, err)
				}
			}
			same(t, "waiting", g.queue(), "hello")
			if n := g.counted("undo_held"); n != 1 {
				t.Errorf("%d entries of undo_held", n)
			}
		})
	}
}

func TestAReportedCommentThatWasRemovedWaitsAgain(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(2))
	c := g.post("ann", "main", "request-1", "hello")
	g.bed.Settle()
	g.reports(c, "r1", "r2")
	same(t, "waiting", g.queue(), "hello")
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.undelete(auth.Moderator, "mo", c); err != nil {
		t.Fatal(err)
	}
	same(t, "waiting", g.queue(), "hello")
	same(t, "shown", g.list("main"))
}

func TestReportsThatWereDismissedCountAgain(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(3))
	c := g.post("ann", "main", "request-1", "hello")
	g.bed.Settle()
	g.reports(c, "r1", "r2")
	g.refused(fault.UndoExpired, g.undo("mo", c))
	if _, err := g.release("mo", c); err != nil {
		t.Fatal(err)
	}
	g.reports(c, "r3")
	same(t, "shown after it was let stay", g.list("main"), "hello")
	g.refused(fault.UndoExpired, g.undo("other", c))
	if err := g.undo("mo", c); err != nil {
		t.Fatal(err)
	}
	same(t, "shown, with enough reports", g.list("main"))
	same(t, "waiting", g.queue(), "hello")
	if got := strings.Join(g.trail(c.GetComment()), " "); !strings.Contains(got, "undo_dismiss_reports") {
		t.Errorf("the trail says %s", got)
	}
}

// A process dies when it has taken a released comment from the log, and before it waits again.
func TestAnUndoOfAReleaseThatWasCutShortIsFinished(t *testing.T) {
	for name, late := range map[string]time.Duration{"soon": 70 * time.Second, "after a long stop": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
			c := g.held("ann", "request-1", "hello")
			if _, err := g.release("mo", c); err != nil {
				t.Fatal(err)
			}
			g.later(-5 * time.Second) // another process, whose clock is behind
			if err := comments.TakeBackHalf(g.s, t.Context(), "main", c.GetComment(), &eventv1.Author{Person: g.key("mo"), Role: eventv1.Role_ROLE_MODERATOR}); err != nil {
				t.Fatal(err)
			}
			same(t, "waiting", g.queue())
			g.later(late)
			g.service()
			g.s.Hurry()
			defer g.erasing()()
			testbed.Until(t, "it waits again", func() bool { return len(g.queue()) == 1 })
			same(t, "waiting", g.queue(), "hello")
			same(t, "shown", g.list("main"))
			if _, err := g.bed.Bus.Last(t.Context(), bus.InRoom(bus.Held, "main", "h", c.GetComment())); err != nil {
				t.Errorf("its text: %v", err)
			}
		})
	}
}

// Several who came by one link are one person to the service.
func TestAnUndoThatNamesTheChangeTakesBackNoOther(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	a, b := g.post("ann", "main", "request-1", "a"), g.post("bob", "main", "request-1", "b")
	mo := testbed.As(t.Context(), auth.Moderator, "mo")
	must := func(change uint64, err error) uint64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return change
	}
	pin := func(c *commentsv1.Comment) uint64 {
		r, err := g.s.PinComment(mo, &commentsv1.PinCommentRequest{Room: "main", Comment: c.GetComment()})
		return must(r.GetChange(), err)
	}
	unpin := func(c *commentsv1.Comment) uint64 {
		r, err := g.s.UnpinComment(mo, &commentsv1.UnpinCommentRequest{Room: "main", Comment: c.GetComment()})
		return must(r.GetChange(), err)
	}
	block := func(term string) uint64 {
		r, err := g.s.ChangeBlockedTerms(mo, &commentsv1.ChangeBlockedTermsRequest{Room: "main", Add: []string{term}})
		return must(r.GetChange(), err)
	}
	undoPin := func(change uint64) error {
		_, err := g.s.UndoPin(mo, &commentsv1.UndoPinRequest{Room: "main", Change: change})
		return err
	}
	undoTerms := func(change uint64) error {
		_, err := g.s.UndoBlockedTerms(mo, &commentsv1.UndoBlockedTermsRequest{Room: "main", Change: change})
		return err
	}
	block("present")
	for name, c := range map[string]struct {
		act, since, idle func() uint64
		undo             func(uint64) error
	}{
		"pin":   {func() uint64 { return pin(a) }, func() uint64 { return pin(b) }, func() uint64 { return pin(b) }, undoPin},
		"unpin": {func() uint64 { return pin(a) }, func() uint64 { return unpin(a) }, func() uint64 { return unpin(b) }, undoPin},
		"terms": {func() uint64 { return block("foo") }, func() uint64 { return block("bar") }, func() uint64 { return block("present") }, undoTerms},
	} {
		t.Run(name, func(t *testing.T) { // in one and the same millisecond
			first, second := c.act(), c.since()
			if first == 0 || second == 0 || first == second {
				t.Fatalf("the changes are %d and %d", first, second)
			}
			if idle := c.idle(); idle != 0 {
				t.Errorf("what changed nothing is the change %d", idle)
			}
			g.refused(fault.UndoExpired, c.undo(first))
			for range 2 {
				if err := c.undo(second); err != nil {
					t.Fatal(err)
				}
			}
			g.refused(fault.UndoExpired, c.undo(first))
			if err := c.undo(0); err != nil {
				t.Errorf("one's own last act, which is taken back: %v", err)
			}
			g.later(2 * time.Minute)
			unpin(a)
			g.later(2 * time.Minute)
		})
	}
	if unpin(b); pin(a) == 0 || unpin(a) == 0 || unpin(a) == 0 {
		t.Error("who asks again, for want of an answer, is not told which change it was")
	}
}
