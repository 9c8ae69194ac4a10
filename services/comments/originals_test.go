package comments_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// keeping is a room that keeps what edits replaced.
func keeping(r *eventv1.Room) { r.Settings.EditWindowSeconds, r.Settings.KeepOriginals = 600, true }

// versions are the texts that edits of a comment replaced, as moderators read them.
func (g *stage) versions(c *commentsv1.Comment) string {
	g.Helper()
	r, err := g.s.ListCommentVersions(testbed.As(g.Context(), auth.Moderator, "mo"), &commentsv1.ListCommentVersionsRequest{Room: "main", Comment: c.GetComment()})
	if err != nil {
		g.Fatal(err)
	}
	var texts []string
	for _, v := range r.GetVersions() {
		texts = append(texts, v.GetText())
	}
	return strings.Join(texts, ",")
}

func (g *stage) change(who string, c *commentsv1.Comment, texts ...string) {
	g.Helper()
	for _, text := range texts {
		if _, err := g.edit(who, c, text); err != nil {
			g.Fatal(err)
		}
	}
}

func (g *stage) sweep() {
	g.Helper()
	if err := g.s.Sweep(g.Context()); err != nil {
		g.Fatal(err)
	}
}

func TestOriginalsAreKeptOnlyWhereTheRoomSaysSo(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	c := g.post("ann", "main", "request-1", "one")
	g.change("ann", c, "two")
	if got := g.versions(c); got != "" {
		t.Fatalf("kept %q", got)
	}
	g.bed.Room("main", keeping)
	g.bed.Settle()
	g.change("ann", c, "three", "four")
	g.sweep()
	if got := g.versions(c); got != "two,three" {
		t.Fatalf("kept %q", got)
	}
}

// bettered is a comment in a room that keeps originals, and what it said before its author changed it.
func (g *stage) bettered() (c *commentsv1.Comment, secret string) {
	g.Helper()
	g.bed.Room("main", keeping)
	secret = "unspeakable-" + strings.Repeat("z", 40)
	c = g.post("ann", "main", "request-1", secret)
	g.change("ann", c, "better")
	return c, secret
}

// A room that keeps originals no longer hides them at once, and erases them.
func TestOriginalsGoWhenTheRoomKeepsThemNoLonger(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", keeping)
	secret := "unspeakable-" + strings.Repeat("z", 40)
	c := g.post("ann", "main", "request-1", secret)
	g.change("ann", c, "better", "best")
	defer g.erasing()()
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.KeepOriginals = false })
	g.bed.Settle()
	if got := g.versions(c); got != "" {
		t.Fatalf("shown are %q", got)
	}
	g.sweep()
	g.gone(secret)
	g.bed.Room("main", keeping)
	g.bed.Settle()
	if got := g.versions(c); got != "" {
		t.Fatalf("still there are %q", got)
	}
}

// Turning it off by mistake costs nothing while that can be taken back.
func TestOriginalsOutliveAChangeThatIsTakenBack(t *testing.T) {
	g := newStage(t)
	c, secret := g.bettered()
	defer g.erasing()()
	turnOff := func() {
		g.bed.Room("main", func(r *eventv1.Room) {
			was := proto.CloneOf(r.GetSettings())
			was.KeepOriginals, r.Settings.KeepOriginals = true, false
			r.Change = &eventv1.RoomChange{Action: "update_room", AtMs: g.now.UnixMilli(), Before: &eventv1.RoomBefore{Settings: was}}
		})
		g.bed.Settle()
	}
	turnOff()
	g.later(time.Minute)
	g.sweep()
	g.bed.Room("main", keeping) // as the undo does
	g.bed.Settle()
	if got := g.versions(c); got != secret {
		t.Fatalf("taken back, the originals are %q", got)
	}
	turnOff()
	g.later(71 * time.Second)
	g.sweep()
	g.gone(secret)
}

// A comment that was removed takes what its edits replaced with it, once nothing brings it back any more; one that is back has
// them still.
func TestARemovedCommentsOriginalsAreErased(t *testing.T) {
	for name, c := range map[string]struct {
		remove func(g *stage, c *commentsv1.Comment) error
	}{
		"by a moderator": {remove: func(g *stage, c *commentsv1.Comment) error { return g.remove(auth.Moderator, "mod", c, 0) }},
		"by its author":  {remove: func(g *stage, c *commentsv1.Comment) error { return g.remove(auth.Viewer, "ann", c, 0) }},
		"with everything of its author": {remove: func(g *stage, c *commentsv1.Comment) error {
			_, err := g.removeAll(auth.Moderator, "mod", "ann")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", keeping)
			secret := "unspeakable-" + strings.Repeat("z", 40)
			comment := g.post("ann", "main", "request-1", secret)
			other := g.post("bob", "main", "request-2", "bob's")
			g.change("ann", comment, "better")
			g.change("bob", other, "bob's own")
			defer g.erasing()()
			if err := c.remove(g, comment); err != nil {
				t.Fatal(err)
			}
			g.sweep()
			if got := g.versions(comment); got != secret {
				t.Fatalf("while it can be brought back its originals are %q", got)
			}
			g.forgetCopies()
			g.gone(secret)
			if got := g.versions(other); got != "bob's" {
				t.Fatalf("another's originals are %q", got)
			}
		})
	}
}

func TestACommentThatIsBackHasItsOriginals(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", keeping)
	c := g.post("ann", "main", "request-1", "one")
	g.change("ann", c, "two")
	if _, err := g.removeAll(auth.Moderator, "mod", "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.undoAll("mod", "ann"); err != nil {
		t.Fatal(err)
	}
	g.forgetCopies() // of the removal that was undone
	if got := g.versions(c); got != "one" {
		t.Fatalf("its originals are %q", got)
	}
}

// What its author took away cannot be brought back after a moderator removed everything of that person.
func TestOriginalsOfWhatIsKeptGoneAreErased(t *testing.T) {
	g := newStage(t)
	c, secret := g.bettered()
	defer g.erasing()()
	if err := g.remove(auth.Viewer, "ann", c, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.removeAll(auth.Moderator, "mod", "ann"); err != nil {
		t.Fatal(err)
	}
	g.gone(secret)
}

// A comment that reports took away and a moderator rejected, and one whose release was taken back, leave no originals.
func TestOriginalsOfWhatAModeratorRejectsAreErased(t *testing.T) {
	secret := "unspeakable-" + strings.Repeat("z", 40)
	t.Run("reported", func(t *testing.T) {
		g := newStage(t)
		g.bed.Room("main", func(r *eventv1.Room) { keeping(r); r.Settings.ReportThreshold = 1 })
		c := g.post("ann", "main", "request-1", secret)
		g.change("ann", c, "better")
		g.reports(c, "bob")
		g.s.Hurry()
		defer g.erasing()()
		if err := g.reject("mo", c); err != nil {
			t.Fatal(err)
		}
		g.later(66 * time.Second)
		g.gone(secret)
	})
	t.Run("a release taken back", func(t *testing.T) {
		g := newStage(t)
		g.bed.Room("main", func(r *eventv1.Room) { keeping(r); r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_ALL })
		c := g.post("ann", "main", "request-1", "harmless")
		if _, err := g.release("mo", c); err != nil {
			t.Fatal(err)
		}
		g.bed.Room("main", func(r *eventv1.Room) { r.Settings.HoldComments = eventv1.HoldMode_HOLD_MODE_UNSPECIFIED })
		g.bed.Settle()
		g.change("ann", c, secret, "better")
		if err := g.undo("mo", c); err != nil {
			t.Fatal(err)
		}
		defer g.erasing()()
		g.gone(secret)
	})
}
