package comments_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// restored puts into the log what an undo of the last removal puts there, and nothing else: a process that was killed then.
func (g *stage) restored(by string, c *commentsv1.Comment, all bool) {
	g.Helper()
	last, err := g.bed.Bus.Last(g.Context(), bus.InRoom(bus.Log, "main"))
	if err != nil {
		g.Fatal(err)
	}
	copied, err := g.bed.Bus.Last(g.Context(), bus.InRoom(bus.Held, "main", "rm", c.GetComment()))
	if err != nil {
		g.Fatal(err)
	}
	kept := new(eventv1.Comment)
	if err := proto.Unmarshal(copied.Body, kept); err != nil {
		g.Fatal(err)
	}
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Restoration{Restoration: &eventv1.Restoration{
		Comment: kept, Removal: last.Sequence, By: g.key(by), RestoredMs: g.now.UnixMilli(), All: all,
	}}})
	if err != nil {
		g.Fatal(err)
	}
	id := once.Of("restore", "main", strconv.FormatUint(last.Sequence, 10)).Message()
	if _, err := g.bed.Bus.Append(g.Context(), bus.InRoom(bus.Log, "main"), id, body); err != nil {
		g.Fatal(err)
	}
}

func TestAnUndoThatWasCutShortIsFinished(t *testing.T) {
	for name, c := range map[string]struct {
		remove, undo func(g *stage, c *commentsv1.Comment) error
		act          string
		all          bool
	}{
		"one": {
			func(g *stage, c *commentsv1.Comment) error { return g.remove(auth.Moderator, "mo", c, 0) },
			func(g *stage, c *commentsv1.Comment) error { _, err := g.undelete(auth.Moderator, "mo", c); return err },
			"undelete_comment", false,
		},
		"all of a person": {
			func(g *stage, _ *commentsv1.Comment) error {
				_, err := g.removeAll(auth.Moderator, "mo", "ann")
				return err
			},
			func(g *stage, _ *commentsv1.Comment) error { _, err := g.undoAll("mo", "ann"); return err },
			"undo_remove_person_comments", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", reporting(10))
			said := g.post("ann", "main", "request-1", "hello")
			g.bed.Settle()
			g.reports(said, "r1", "r2")
			g.pin("mo", &commentsv1.PinCommentRequest{Comment: said.GetComment()})
			if err := c.remove(g, said); err != nil {
				t.Fatal(err)
			}
			g.restored("mo", said, c.all)
			for range 2 {
				if err := c.undo(g, said); err != nil {
					t.Fatal(err)
				}
			}
			if g.pinned().GetComment() != said.GetComment() || g.reported(said) != 2 || g.counted(c.act) != 1 {
				t.Errorf("the pin is %v, reported by %d, told %d times", g.pinned(), g.reported(said), g.counted(c.act))
			}
			g.later(101 * time.Second)
			_, err := g.undoAll("mo", "ann")
			g.refused(fault.UndoExpired, err)
		})
	}
}

// What went with a comment goes with the retry of a removal that was cut short behind the tombstone, and comes back with its undo.
func TestARemovalThatWasCutShortIsFinished(t *testing.T) {
	for name, c := range map[string]struct {
		all  bool
		undo func(g *stage, c *commentsv1.Comment) error
		act  string
	}{
		"one": {
			false, func(g *stage, c *commentsv1.Comment) error { _, err := g.undelete(auth.Moderator, "mo", c); return err },
			"delete_comment",
		},
		"all of a person": {
			true, func(g *stage, _ *commentsv1.Comment) error { _, err := g.undoAll("mo", "ann"); return err },
			"remove_person_comments",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", reporting(10))
			said, bobs := g.post("ann", "main", "request-1", "hello"), g.post("bob", "main", "request-1", "good evening")
			g.bed.Settle()
			g.reports(said, "r1", "r2")
			g.reports(bobs, "r1")
			g.pin("mo", &commentsv1.PinCommentRequest{Comment: said.GetComment()})
			if err := comments.EntombHalf(g.s, t.Context(), "main", said.GetComment(), g.key("mo"), c.all); err != nil {
				t.Fatal(err)
			}
			g.service()
			if c.all {
				if _, err := g.removeAll(auth.Moderator, "mo", "ann"); err != nil {
					t.Fatal(err)
				}
			} else if err := g.remove(auth.Moderator, "mo", said, 0); err != nil {
				t.Fatal(err)
			}
			if g.pinned() != nil || g.reported(said) != 0 || g.reported(bobs) != 1 || g.counted(c.act) != 1 {
				t.Errorf("the pin is %v, reported by %d, another's by %d, told %d times", g.pinned(), g.reported(said), g.reported(bobs), g.counted(c.act))
			}
			if err := c.undo(g, said); err != nil {
				t.Fatal(err)
			}
			if g.pinned().GetComment() != said.GetComment() || g.reported(said) != 2 {
				t.Errorf("back, the pin is %v, reported by %d", g.pinned(), g.reported(said))
			}
		})
	}
}

// A removal that was cut short before the tombstone, and is asked for again, can be undone for as long as any, originals and all.
func TestTheRetryOfARemovalIsUndoneForAsLongAsAny(t *testing.T) {
	g := newStage(t)
	c, secret := g.bettered()
	if err := comments.CopyHalf(g.s, t.Context(), "main", c.GetComment(), g.key("mo")); err != nil {
		t.Fatal(err)
	}
	g.forgetCopies()
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	if back, err := g.undelete(auth.Moderator, "mo", c); err != nil || back.GetText() != "better" {
		t.Fatalf("back is %v, %v", back, err)
	}
	if got := g.versions(c); got != secret {
		t.Errorf("its originals are %q", got)
	}
}

// Of what its author took away, and tried to before, no copy is left once a moderator removed everything of it.
func TestNoCopyOfATryIsLeftOfWhatIsKeptGone(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "hello")
	if err := comments.CopyHalf(g.s, t.Context(), "main", c.GetComment(), g.key("ann")); err != nil {
		t.Fatal(err)
	}
	g.later(time.Second)
	if err := g.remove(auth.Viewer, "ann", c, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.removeAll(auth.Moderator, "mo", "ann"); err != nil {
		t.Fatal(err)
	}
	_, err := g.undelete(auth.Viewer, "ann", c)
	g.refused(fault.UndoExpired, err)
}

func TestOnesOwnRemovalAloneIsTakenBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "hello")
	own := func(by string) error {
		_, err := g.s.UndeleteComment(testbed.As(t.Context(), auth.Moderator, by), &commentsv1.UndeleteCommentRequest{Room: "main", Comment: c.GetComment(), Own: true})
		return err
	}
	remove := func(by string) {
		t.Helper()
		if err := g.remove(auth.Moderator, by, c, 0); err != nil {
			t.Fatal(err)
		}
	}
	g.refused(fault.UndoExpired, own("mo")) // it stands, and mo did nothing to it
	remove("mo")
	g.refused(fault.UndoExpired, own("mia"))
	for range 2 { // a second time is a success
		if err := own("mo"); err != nil {
			t.Fatal(err)
		}
	}
	remove("mia")
	g.refused(fault.UndoExpired, own("mo"))
	same(t, "mia's removal", g.list("main"))
	if _, err := g.undelete(auth.Moderator, "mo", c); err != nil { // whoever names it may
		t.Error(err)
	}
}

// What a moderator changed, and a process that was killed did not write into the trail, is there once it is sent again.
func TestALostEntryIsWrittenByTheRetry(t *testing.T) {
	put := func(g *stage, key bus.Key, doc proto.Message) {
		g.Helper()
		body, err := proto.Marshal(doc)
		if err == nil {
			_, err = g.bed.Bus.Put(g.Context(), key, body, 0)
		}
		if err != nil {
			g.Fatal(err)
		}
	}
	t.Run("terms", func(t *testing.T) {
		g := newStage(t)
		g.bed.Room("main", nil)
		terms := []*eventv1.BlockedTerm{{Text: "scam", By: g.key("mo"), BlockedMs: g.now.UnixMilli()}}
		put(g, bus.InRoom(bus.State, "main", filter.RoomKey), &eventv1.BlockedTerms{
			Terms: terms, Last: &eventv1.TermsChange{By: g.key("mo"), AtMs: g.now.UnixMilli(), Added: []string{"scam"}, Left: comments.Digest(terms)},
		})
		for _, other := range []*commentsv1.ChangeBlockedTermsRequest{{}, {Remove: []string{"scam of another kind"}}} { // it asks for something else
			if _, err := g.terms(auth.Moderator, other); err != nil || g.counted("block_terms") != 0 {
				t.Fatalf("the entry is written by %v, which knows nothing of it; %v", other, err)
			}
		}
		for range 2 {
			if _, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"scam"}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := g.counted("block_terms"); n != 1 {
			t.Errorf("the trail has it %d times", n)
		}
	})
	t.Run("dismissed reports", func(t *testing.T) {
		g := newStage(t)
		g.bed.Room("main", reporting(3))
		c := g.post("ann", "main", "request-1", "hello")
		g.bed.Settle()
		g.reports(c, "r1", "r2")
		if err := people.Dismiss(t.Context(), g.bed.Bus, "main", c.GetComment(), g.key("mo"), g.now); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := g.release("mo", c); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := g.release("mia", c); err != nil {
			t.Fatal(err)
		}
		if n := g.counted("dismiss_reports"); n != 1 {
			t.Errorf("the trail has it %d times", n)
		}
	})
	t.Run("an undo of a dismissal", func(t *testing.T) {
		g := newStage(t)
		g.bed.Room("main", reporting(3))
		c := g.post("ann", "main", "request-1", "hello")
		g.bed.Settle()
		g.reports(c, "r1", "r2")
		if _, err := g.release("mo", c); err != nil {
			t.Fatal(err)
		}
		g.reports(c, "r3")
		if _, done, err := people.Undismiss(t.Context(), g.bed.Bus, "main", c.GetComment(), g.key("mo"), g.now, judge.MayUndo); err != nil || !done {
			t.Fatal(done, err)
		}
		g.refused(fault.UndoExpired, g.undo("mia", c))
		if err := g.undo("mo", c); err != nil {
			t.Fatal(err)
		}
		same(t, "shown, with enough reports", g.list("main"))
		if n := g.counted("undo_dismiss_reports"); n != 1 {
			t.Errorf("the trail has it %d times", n)
		}
	})
}

// A process of the version before changes the terms, or settles reports, and keeps the fields that it does not know.
func TestWhatAnOlderProcessChangedIsNotTakenBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(3))
	change := func(key bus.Key, doc proto.Message, older func()) {
		t.Helper()
		record, err := g.bed.Bus.Last(t.Context(), key)
		if err == nil {
			err = proto.Unmarshal(record.Body, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
		older()
		body, err := proto.Marshal(doc)
		if err == nil {
			_, err = g.bed.Bus.Put(t.Context(), key, body, record.Sequence)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"scam"}}); err != nil {
		t.Fatal(err)
	}
	terms := new(eventv1.BlockedTerms)
	change(bus.InRoom(bus.State, "main", filter.RoomKey), terms, func() {
		terms.Terms = append(terms.Terms, &eventv1.BlockedTerm{Text: "spam", By: "other"})
	})
	_, err := g.undoTerms("mo")
	g.refused(fault.UndoExpired, err)

	c := g.post("ann", "main", "request-1", "hello")
	g.bed.Settle()
	g.reports(c, "r1")
	if _, err := g.release("mo", c); err != nil {
		t.Fatal(err)
	}
	all := new(eventv1.Reports)
	change(bus.InRoom(bus.State, "main", people.ReportsKey, c.GetComment()), all, func() { all.SettledMs++ })
	g.refused(fault.UndoExpired, g.undo("mo", c))
}

// Reports of what is gone wait for its return; nothing but that changes them.
func TestReportsOfWhatIsGoneAreNotOverwritten(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", reporting(10))
	c := g.post("ann", "main", "request-1", "hello")
	g.bed.Settle()
	g.reports(c, "r1", "r2")
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	late := people.Report{Room: "main", Item: c.GetComment(), Kind: people.AComment, By: &eventv1.Author{Person: "late"}, Reason: "spam"}
	if all, fresh, err := people.Count(t.Context(), g.bed.Bus, late, g.now); err != nil || fresh || len(all.GetPeople()) != 0 {
		t.Fatalf("a report of what is gone: %v, %v, %v", all, fresh, err)
	}
	if err := people.Held(t.Context(), g.bed.Bus, "main", c.GetComment()); err != nil {
		t.Fatal(err)
	}
	if _, err := g.undelete(auth.Moderator, "mo", c); err != nil {
		t.Fatal(err)
	}
	if n := g.reported(c); n != 2 {
		t.Errorf("back it is reported by %d", n)
	}
}

// Whoever took away what waited brings it back only where it may write, and not after a moderator removed everything of it.
func TestWhatWaitedComesBackToWhoMayWrite(t *testing.T) {
	for name, c := range map[string]struct {
		then func(g *stage) error
		want fault.Reason // of bringing it back; "": it waits again
	}{
		"nothing happened": {func(*stage) error { return nil }, ""},
		"comments are frozen": {func(g *stage) error {
			g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })
			g.bed.Settle()
			return nil
		}, fault.CommentsFrozen},
		"everything of it was removed": {func(g *stage) error {
			_, err := g.removeAll(auth.Moderator, "mo", "ann")
			return err
		}, fault.CommentNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
			waits := g.held("ann", "request-1", "hello")
			if err := g.remove(auth.Viewer, "ann", waits, 0); err != nil {
				t.Fatal(err)
			}
			if err := c.then(g); err != nil {
				t.Fatal(err)
			}
			_, err := g.undelete(auth.Viewer, "ann", waits)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				same(t, "waiting", g.queue(), "hello")
				return
			}
			g.refused(c.want, err)
			same(t, "waiting", g.queue())
			if _, err := g.undoAll("mo", "ann"); err == nil {
				t.Error("what its author took away came back with the rest")
			}
			same(t, "waiting", g.queue())
		})
	}
}

func TestARemovalOfWhatAnotherRejectedIsNotTold(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	c := g.held("ann", "request-1", "hello")
	if err := g.reject("mo", c); err != nil {
		t.Fatal(err)
	}
	if err := g.remove(auth.Moderator, "mia", c, 0); err != nil {
		t.Fatal(err)
	}
	if n := g.counted("delete_comment"); n != 0 {
		t.Errorf("the trail has %d removals", n)
	}
}

// The clock of the process that removed a comment is not that of the store, which tells when its copy is over.
func TestOriginalsGoWithTheLastCopyWhateverTheClocks(t *testing.T) {
	g := newStage(t)
	c, secret := g.bettered()
	defer g.erasing()()
	g.later(30 * time.Second) // ahead of the store
	if err := g.remove(auth.Moderator, "mo", c, 0); err != nil {
		t.Fatal(err)
	}
	g.later(31 * time.Second)
	g.sweep()
	g.gone(secret)
}

// An undo of a release that another process finishes leaves no originals, like one that was not cut short.
func TestAFinishedUndoOfAReleaseLeavesNoOriginals(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { keeping(r); r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_ALL })
	secret := "unspeakable-" + strings.Repeat("z", 40)
	c := g.post("ann", "main", "request-1", "harmless")
	if _, err := g.release("mo", c); err != nil {
		t.Fatal(err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_UNSPECIFIED })
	g.bed.Settle()
	g.change("ann", c, secret, "better")
	if err := comments.TakeBackHalf(g.s, t.Context(), "main", c.GetComment(), &eventv1.Author{Person: g.key("mo"), Role: eventv1.Role_ROLE_MODERATOR}); err != nil {
		t.Fatal(err)
	}
	g.later(70 * time.Second)
	g.service()
	g.s.Hurry()
	defer g.erasing()()
	testbed.Until(t, "it waits again", func() bool { return len(g.queue()) == 1 })
	g.gone(secret)
}
