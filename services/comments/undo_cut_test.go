package comments_test

import (
	"strconv"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
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
			func(g *stage, _ *commentsv1.Comment) error { _, err := g.removeAll(auth.Moderator, "mo", "ann"); return err },
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
