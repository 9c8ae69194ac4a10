package comments_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func editing(r *eventv1.Room) { r.Settings.EditWindowSeconds = 120 }

func (g *stage) edit(who string, c *commentsv1.Comment, text string) (*commentsv1.Comment, error) {
	r, err := g.s.EditComment(testbed.As(g.Context(), auth.Viewer, who), &commentsv1.EditCommentRequest{Room: c.GetRoom(), Comment: c.GetComment(), Text: text})
	return r.GetComment(), err
}

func (g *stage) undelete(role auth.Role, who string, c *commentsv1.Comment) (*commentsv1.Comment, error) {
	r, err := g.s.UndeleteComment(testbed.As(g.Context(), role, who), &commentsv1.UndeleteCommentRequest{Room: c.GetRoom(), Comment: c.GetComment()})
	return r.GetComment(), err
}

func TestAnEditTakesThePlaceOfTheOldTextAndErasesIt(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	secret := "unspeakable-" + strings.Repeat("z", 40)
	c := g.post("ann", "main", "request-1", secret)
	g.post("bob", "main", "request-1", "next")
	_, err := g.edit("bob", c, "mine now")
	g.refused(fault.PermissionDenied, err)
	_, err = g.edit("ann", c, " ")
	g.refused(fault.TextEmpty, err)
	e, err := g.edit("ann", c, "better")
	if err != nil {
		t.Fatal(err)
	}
	if e.GetComment() != c.GetComment() || e.GetText() != "better" || e.GetPlace() != c.GetSequence() || e.GetSequence() <= c.GetSequence() ||
		!e.GetCreateTime().AsTime().Equal(c.GetCreateTime().AsTime()) || e.GetEditTime() == nil {
		t.Fatalf("edited: %v", e)
	}
	if again, err := g.edit("ann", c, "better"); err != nil || again.GetSequence() != e.GetSequence() {
		t.Fatalf("a retry: %v, %v", again, err)
	}
	if got := strings.Join(g.list("main"), ","); got != "next,better" { // before the eraser has been there
		t.Fatalf("listed %s", got)
	}
	stop := g.erasing()
	testbed.Until(t, "the old text is off the disk", func() bool { return len(g.bed.InStore(secret)) == 0 })
	stop()
	g.service()
	if got := strings.Join(g.list("main"), ","); got != "next,better" {
		t.Fatalf("after the eraser %s", got)
	}
	g.later(3 * time.Minute)
	_, err = g.edit("ann", c, "too late")
	g.refused(fault.EditExpired, err)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.EditWindowSeconds = 0 })
	g.bed.Settle()
	_, err = g.edit("ann", c, "never")
	g.refused(fault.EditExpired, err)
}

// Lines 51 and 24 of the faults: of an edit and a removal at once one wins, and what a moderator removed stays removed.
func TestFault51AnEditAndARemovalAtOnce(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	for i := range 8 {
		c := g.post("ann", "main", fmt.Sprint("request-", i), "x")
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := g.edit("ann", c, "y"); err != nil && !fault.Is(err, fault.CommentNotFound) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := g.remove(auth.Moderator, "mod", c, c.GetSequence()); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	}
	g.service()
	if got := g.list("main"); len(got) != 0 {
		t.Fatalf("removed comments are listed: %q", got)
	}
}

func TestUndoBringsAFreshlyRemovedCommentBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	secret := "unspeakable-" + strings.Repeat("z", 40)
	c := g.post("ann", "main", "request-1", secret)
	g.refused(fault.CommentNotFound, func() error {
		_, err := g.undelete(auth.Moderator, "mo", &commentsv1.Comment{Room: "main", Comment: strings.Repeat("a", 26)})
		return err
	}())
	if err := g.remove(auth.Moderator, "mod", c, 0); err != nil {
		t.Fatal(err)
	}
	_, err := g.undelete(auth.Viewer, "ann", c)
	g.refused(fault.PermissionDenied, err)
	back, err := g.undelete(auth.Moderator, "another", c)
	if err != nil {
		t.Fatal(err)
	}
	if back.GetComment() != c.GetComment() || back.GetText() != secret || back.GetPlace() != c.GetSequence() || back.GetSequence() <= c.GetSequence()+1 ||
		!back.GetCreateTime().AsTime().Equal(c.GetCreateTime().AsTime()) {
		t.Fatalf("back is %v", back)
	}
	if again, err := g.undelete(auth.Moderator, "another", c); err != nil || again.GetSequence() != back.GetSequence() {
		t.Fatalf("twice: %v, %v", again, err)
	}
	stop := g.erasing() // erases the first posting, not what is back
	testbed.Until(t, "the eraser was there", func() bool { return g.count(bus.InRoom(bus.Audit, "main")) >= 3 })
	stop()
	if got := strings.Join(g.list("main"), ","); got != secret {
		t.Fatalf("listed %q", got)
	}
	// Removed again, and left so: then nothing is left of it, the moderators' copy included.
	if err := g.remove(auth.Moderator, "mod", back, 0); err != nil {
		t.Fatal(err)
	}
	g.service()
	stop = g.erasing()
	defer stop()
	if got := g.list("main"); len(got) != 0 {
		t.Fatalf("listed %q", got)
	}
	g.later(61 * time.Second)
	_, err = g.undelete(auth.Moderator, "mod", c)
	g.refused(fault.UndoExpired, err)
	if err := g.s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	testbed.Until(t, "nothing is left on the disk", func() bool { return len(g.bed.InStore(secret)) == 0 })
}

func TestWhatItsAuthorRemovedIsTheAuthorsToBringBack(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "x")
	if err := g.remove(auth.Viewer, "ann", c, 0); err != nil {
		t.Fatal(err)
	}
	_, err := g.undelete(auth.Moderator, "mo", c)
	g.refused(fault.PermissionDenied, err)
	if _, err := g.undelete(auth.Viewer, "ann", c); err != nil {
		t.Fatal(err)
	}
}

// What an author shows again is judged as if it were written now: by the room's modes, by the terms, by who waits for a
// moderator. What was removed with everything of a person stays away, too.
func TestAnAuthorBringsBackOnlyWhatItMayWriteNow(t *testing.T) {
	for name, c := range map[string]struct {
		then func(g *stage) error
		want fault.Reason
	}{
		"a frozen room": {func(g *stage) error {
			g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })
			return nil
		}, fault.CommentsFrozen},
		"a show that is over": {func(g *stage) error {
			g.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
			return nil
		}, fault.RoomEnded},
		"comments that wait": {func(g *stage) error {
			g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
			return nil
		}, fault.UndoExpired},
		"a word that was blocked": {func(g *stage) error {
			_, err := g.terms(auth.Moderator, &commentsv1.ChangeBlockedTermsRequest{Add: []string{"viagra"}})
			return err
		}, fault.TextBlocked},
		"everything of a person removed": {func(g *stage) error {
			_, err := g.removeAll(auth.Moderator, "mod", "ann")
			return err
		}, fault.UndoExpired},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", nil)
			comment := g.post("ann", "main", "request-1", "buy viagra")
			if err := g.remove(auth.Viewer, "ann", comment, 0); err != nil {
				t.Fatal(err)
			}
			if err := c.then(g); err != nil {
				t.Fatal(err)
			}
			g.bed.Settle()
			_, err := g.undelete(auth.Viewer, "ann", comment)
			g.refused(c.want, err)
			if got := g.list("main"); len(got) != 0 {
				t.Fatalf("listed %q", got)
			}
		})
	}
}

// Whoever is out of sight by now brings a comment back for itself alone.
func TestWhoIsOutOfSightBringsBackForItselfAlone(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	c := g.post("ann", "main", "request-1", "seen by all")
	if err := g.remove(auth.Viewer, "ann", c, 0); err != nil {
		t.Fatal(err)
	}
	g.hide("ann")
	g.bed.Settle()
	if _, err := g.undelete(auth.Viewer, "ann", c); err != nil {
		t.Fatal(err)
	}
	r, err := g.bed.Bus.Last(t.Context(), bus.InRoom(bus.Log, "main"))
	if err != nil {
		t.Fatal(err)
	}
	entry := new(eventv1.LogEntry)
	if err := proto.Unmarshal(r.Body, entry); err != nil || !entry.GetRestoration().GetComment().GetShadow() {
		t.Errorf("it is back for everybody: %v, %v", entry, err)
	}
}

func TestReplies(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	first := g.post("ann", "main", "request-1", "x")
	answer := func(request, to string, hint uint64) (*commentsv1.Comment, error) {
		r, err := g.s.PostComment(testbed.As(t.Context(), auth.Viewer, "bob"),
			&commentsv1.PostCommentRequest{Room: "main", RequestId: request, Text: "yes", ReplyTo: to, ReplyToSequence: hint})
		return r.GetComment(), err
	}
	for i, hint := range []uint64{0, first.GetSequence(), 77} {
		c, err := answer(fmt.Sprint("request-", i), first.GetComment(), hint)
		if err != nil {
			t.Fatal(err)
		}
		if r := c.GetReply(); r.GetComment() != first.GetComment() || r.GetPerson() != first.GetPerson() || r.GetName() != "ann" {
			t.Fatalf("answers %v", r)
		}
	}
	_, err := answer("request-9", "main.>", 0)
	g.refused(fault.FieldInvalid, err)
	if err := g.remove(auth.Moderator, "mo", first, 0); err != nil {
		t.Fatal(err)
	}
	_, err = answer("request-9", first.GetComment(), first.GetSequence())
	if f := g.refused(fault.CommentNotFound, err); f.Field != "reply_to" {
		t.Fatalf("on %s", f.Field)
	}
}

// pinned is the pin that stands; nil for none.
func (g *stage) pinned() *eventv1.Pin {
	g.Helper()
	r, err := g.bed.Bus.Last(g.Context(), bus.InRoom(bus.State, "main", "pin"))
	if err != nil || r.Deleted {
		return nil
	}
	p := new(eventv1.Pin)
	if err := proto.Unmarshal(r.Body, p); err != nil {
		g.Fatal(err)
	}
	if p.GetComment() == "" {
		return nil
	}
	return p
}

func TestPins(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	mod := testbed.As(t.Context(), auth.Moderator, "mo")
	secret := "unspeakable-" + strings.Repeat("z", 40)
	a, b := g.post("ann", "main", "request-1", secret), g.post("bob", "main", "request-1", "b")
	pin := func(c *commentsv1.Comment, life time.Duration) error {
		r := &commentsv1.PinCommentRequest{Room: "main", Comment: c.GetComment()}
		if life != 0 {
			r.ExpireAfter = durationpb.New(life)
		}
		_, err := g.s.PinComment(mod, r)
		return err
	}
	g.refused(fault.FieldInvalid, pin(a, time.Second))
	g.refused(fault.FieldInvalid, pin(a, 25*time.Hour))
	g.refused(fault.CommentNotFound, pin(&commentsv1.Comment{Comment: strings.Repeat("a", 26)}, 0))
	if err := pin(b, time.Minute); err != nil || g.pinned().GetComment() != b.GetComment() || g.pinned().GetUntilMs() == 0 {
		t.Fatalf("%v, %v", g.pinned(), err)
	}
	if err := pin(a, 0); err != nil || g.pinned().GetComment() != a.GetComment() || g.pinned().GetUntilMs() != 0 {
		t.Fatalf("%v, %v", g.pinned(), err)
	}
	e, err := g.edit("ann", a, "harmless")
	if err != nil || g.pinned().GetSequence() != e.GetSequence() {
		t.Fatalf("after an edit the pin names entry %d, not %d; %v", g.pinned().GetSequence(), e.GetSequence(), err)
	}
	if _, err := g.s.UnpinComment(mod, &commentsv1.UnpinCommentRequest{Room: "main", Comment: b.GetComment()}); err != nil || g.pinned() == nil {
		t.Fatalf("unpinning another one took the pin; %v", err)
	}
	if err := g.remove(auth.Moderator, "mo", a, 0); err != nil || g.pinned() != nil {
		t.Fatalf("a removed comment is pinned; %v", err)
	}
	if err := pin(b, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := g.s.UnpinComment(mod, &commentsv1.UnpinCommentRequest{Room: "main"}); err != nil || g.pinned() != nil {
		t.Fatalf("%v, %v", g.pinned(), err)
	}
	if _, err := g.s.UnpinComment(mod, &commentsv1.UnpinCommentRequest{Room: "main"}); err != nil {
		t.Fatal(err)
	}
	_, err = g.s.PinComment(testbed.As(t.Context(), auth.Viewer, "ann"), &commentsv1.PinCommentRequest{Room: "main", Comment: b.GetComment()})
	g.refused(fault.PermissionDenied, err)
}

// 28: over gRPC, too, nobody writes under a name that looks like a moderator's. The moderator's is known from what they wrote.
func TestFault28AnAuthorWhoImitates(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	say := func(subject, name string, role auth.Role, request string) error {
		t.Helper()
		_, err := g.s.PostComment(testbed.As(t.Context(), auth.Service, "backend"), &commentsv1.PostCommentRequest{
			Room: "main", RequestId: request, Text: "hello", Actor: &roomsv1.Actor{Subject: subject, Name: name, Role: string(role)},
		})
		return err
	}
	if err := say("viewer", "Hanna", auth.Viewer, "request-1"); err != nil {
		t.Errorf("before there is a moderator of that name: %v", err)
	}
	if err := say("mod", "Hanna", auth.Moderator, "request-2"); err != nil {
		t.Fatal(err)
	}
	g.bed.Settle()
	for i, name := range []string{"Hanna", "Наnnа", "Ｈａｎｎａ", "ΗΑΝΝΑ", "Hanna (mod)", "Moderator"} {
		err := say("viewer", name, auth.Viewer, fmt.Sprint("request-3-", i))
		if f, _ := fault.Of(err); f == nil || f.Reason != fault.NameImitates || f.Field != "actor.name" {
			t.Errorf("%q: %v", name, err)
		}
	}
	for subject, c := range map[string]struct {
		name string
		role auth.Role
	}{"mod": {"Hanna", auth.Viewer}, "other-mod": {"Hanna", auth.Moderator}, "host": {"Host", auth.Host}, "viewer": {"Hannah", auth.Viewer}} {
		if err := say(subject, c.name, c.role, "request-4-"+subject); err != nil {
			t.Errorf("%s as %q: %v", subject, c.name, err)
		}
	}
	if err := say("viewer", "Hanna", auth.Viewer, "request-1"); err != nil {
		t.Errorf("a retry of what was stored: %v", err)
	}
}
