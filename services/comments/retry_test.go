package comments_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// Line 40 of the faults: a process is killed after the store took the comment, the room changes, and the client tries again.
// Whatever the room has become, the answer is the comment, and there is one of it.
func TestFault40ARetryAfterTheRoomChanged(t *testing.T) {
	live := func(change func(*eventv1.RoomSettings)) func(*eventv1.Room) {
		return func(r *eventv1.Room) { change(r.Settings) }
	}
	for name, c := range map[string]struct{ before, after func(*eventv1.Room) }{
		"everything is held":   {nil, holding(eventv1.HoldMode_HOLD_MODE_ALL)},
		"repeats not any more": {nil, live(func(s *eventv1.RoomSettings) { s.UniqueComments = true })},
		"repeats again":        {live(func(s *eventv1.RoomSettings) { s.UniqueComments = true }), nil},
		"unique and held": {live(func(s *eventv1.RoomSettings) { s.UniqueComments = true }),
			live(func(s *eventv1.RoomSettings) { s.UniqueComments, s.HoldComments = true, eventv1.HoldMode_HOLD_MODE_ALL })},
		"the show is over": {nil, func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED }},
		"frozen":           {nil, live(func(s *eventv1.RoomSettings) { s.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })},
		"emoji alone":      {nil, live(func(s *eventv1.RoomSettings) { s.EmojiOnly = true })},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", c.before)
			first := g.post("ann", "main", "request-1", "hello")
			g.service()
			g.bed.Room("main", func(r *eventv1.Room) {
				r.Settings.UniqueComments = false
				if c.after != nil {
					c.after(r)
				}
			})
			g.bed.Settle()
			for range 2 {
				again := g.post("ann", "main", "request-1", "hello")
				if again.GetComment() != first.GetComment() || again.GetSequence() != first.GetSequence() {
					t.Fatalf("first %v, again %v", first, again)
				}
			}
			same(t, "listed", g.list("main"), "hello")
			if n := g.count(bus.AllInRoom(bus.State, "main", "h")); n != 0 {
				t.Fatalf("%d comments wait", n)
			}
			_, err := g.try("ann", "main", "request-1", "other")
			g.refused(fault.RequestIDReused, err)
		})
	}
}

// So is one whose author was banned in between, one that was removed, and one that was changed.
func TestFault40ARetryOfWhatIsNotAsItWas(t *testing.T) {
	for name, then := range map[string]func(g *stage, c *commentsv1.Comment) error{
		"banned": func(g *stage, _ *commentsv1.Comment) error {
			g.stand("ann", &eventv1.Standing{Ban: byModerator()})
			return nil
		},
		"changed": func(g *stage, c *commentsv1.Comment) error { _, err := g.edit("ann", c, "hello there"); return err },
		"removed": func(g *stage, c *commentsv1.Comment) error { return g.remove(auth.Moderator, "mod", c, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.bed.Room("main", editing)
			first := g.post("ann", "main", "request-1", "hello")
			if err := then(g, first); err != nil {
				t.Fatal(err)
			}
			g.service()
			g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
			g.bed.Settle()
			if again := g.post("ann", "main", "request-1", "hello"); again.GetComment() != first.GetComment() {
				t.Fatalf("first %v, again %v", first, again)
			}
			same(t, "what waits", g.queue())
		})
	}
}

// A held one as well, where the room takes nothing by now.
func TestARetryOfAHeldCommentIsNotRefused(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
	first := g.held("ann", "request-1", "hello")
	g.service()
	g.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	g.bed.Settle()
	if again := g.held("ann", "request-1", "hello"); again.GetComment() != first.GetComment() {
		t.Fatalf("first %v, again %v", first, again)
	}
	_, err := g.try("ann", "main", "request-2", "hello")
	g.refused(fault.RoomEnded, err)
}

// What was never stored is refused still, and what is refused is not known later.
func TestWhatWasNotStoredIsRefused(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })
	for range 2 {
		_, err := g.try("ann", "main", "request-1", "hello")
		g.refused(fault.CommentsFrozen, err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_UNSPECIFIED })
	g.bed.Settle()
	g.post("ann", "main", "request-1", "hello")
	g.service()
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN })
	g.bed.Settle()
	g.later(3 * time.Minute) // by when no client tries again
	_, err := g.try("ann", "main", "request-1", "hello")
	g.refused(fault.CommentsFrozen, err)
}

// What came since the last look is found by the next, and a crowd that is refused at once is told the same.
func TestRetriesAreFoundHoweverMuchCameBetween(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	g.post("ann", "main", "request-0", "hello")
	other := g.s
	frozen := func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_FROZEN }
	g.bed.Room("main", frozen)
	g.bed.Settle()
	g.service()
	g.post("ann", "main", "request-0", "hello") // by what it read
	looked := g.s
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.CommentMode = eventv1.CommentMode_COMMENT_MODE_UNSPECIFIED })
	g.bed.Settle()
	g.s = other
	const many = 40
	for i := range many {
		g.post("ann", "main", fmt.Sprint("request-", i), "hello")
	}
	g.bed.Room("main", frozen)
	g.bed.Settle()
	g.s = looked
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			if _, err := g.try("ann", "main", fmt.Sprint("request-", i), "hello"); err != nil {
				t.Error(err)
			}
			if _, err := g.try("bob", "main", fmt.Sprint("request-", i), "hello"); !fault.Is(err, fault.CommentsFrozen) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Words that wait for a moderator are said: a raid of equal ones is one in the queue.
func TestHeldWordsAreNotRepeatedEither(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) {
		r.Settings.UniqueComments, r.Settings.HoldComments = true, eventv1.HoldMode_HOLD_MODE_ALL
	})
	first := g.held("ann", "request-1", "Buy now!")
	for i := range 5 {
		_, err := g.try(fmt.Sprint("raider", i), "main", "request-1", strings.Repeat(" ", i)+"buy now")
		g.refused(fault.TextRepeated, err)
	}
	g.service()
	if again := g.held("ann", "request-1", "Buy now!"); again.GetComment() != first.GetComment() {
		t.Fatalf("first %v, again %v", first, again)
	}
	g.bed.Settle()
	same(t, "what waits", g.queue(), "Buy now!")
	if _, err := g.release("mo", first); err != nil {
		t.Fatal(err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.UniqueComments = true })
	g.bed.Settle()
	_, err := g.try("bob", "main", "request-1", "buy now")
	g.refused(fault.TextRepeated, err)
}

// A process that is killed behind the claim has said nothing: its client says it.
func TestAClaimOfWordsIsItsRequestsOwn(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.UniqueComments = true })
	ctx := testbed.As(t.Context(), auth.Viewer, "ann")
	if err := comments.ClaimPost(g.s, ctx, "main", g.key("ann"), "request-1", "hello"); err != nil {
		t.Fatal(err)
	}
	_, err := g.try("bob", "main", "request-1", "hello")
	g.refused(fault.TextRepeated, err)
	g.post("ann", "main", "request-1", "hello")
	same(t, "listed", g.list("main"), "hello")
}
