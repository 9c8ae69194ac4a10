package comments_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// entomb stores a tombstone as a version does that gives no notice.
func (g *stage) entomb(c *commentsv1.Comment) {
	g.Helper()
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{
		Comment: c.GetComment(), Sequence: c.GetSequence(), By: "mod", RemovedMs: time.Now().UnixMilli(), Author: c.GetPerson(),
	}}})
	if err == nil {
		_, err = g.bed.Bus.Append(g.Context(), bus.InRoom(bus.Log, c.GetRoom()), fmt.Sprint("old", c.GetSequence()), body,
			bus.Header{Name: bus.ErasesHeader, Value: fmt.Sprint(c.GetSequence())})
	}
	if err != nil {
		g.Fatal(err)
	}
}

func (g *stage) secret(n int) (text string) {
	return fmt.Sprintf("unspeakable-%d-%s", n, strings.Repeat("z", 40))
}

func (g *stage) gone(text string) {
	g.Helper()
	testbed.Until(g.T, text+" is erased", func() bool { return len(g.bed.InStore(text)) == 0 })
}

func (g *stage) byNotice() {
	g.Helper()
	testbed.Until(g.T, "the eraser follows notices", g.s.ByNotice)
}

func (g *stage) upto() uint64 {
	g.Helper()
	upto, err := comments.ErasedUpTo(g.Context(), g.bed.Bus)
	if err != nil {
		g.Fatal(err)
	}
	return upto
}

func TestANoticeAloneErasesNothing(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	stays, goes := g.post("ann", "main", "request-1", g.secret(1)), g.post("ann", "main", "request-2", g.secret(2))
	g.s.ForgetSoon()
	defer g.erasing()()
	g.byNotice()
	if err := comments.GiveNotice(t.Context(), g.bed.Bus, "main", stays.GetSequence()); err != nil { // and its writer dies
		t.Fatal(err)
	}
	notice, err := g.bed.Bus.LastSequence(t.Context(), bus.Log)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.remove(auth.Moderator, "mod", goes, goes.GetSequence()); err != nil {
		t.Fatal(err)
	}
	testbed.Until(t, "the other one is erased", func() bool { return g.count(bus.InRoom(bus.Audit, "main")) == 2 })
	testbed.Until(t, "the position is stored", func() bool { return g.upto() == notice-1 })
	if got := g.list("main"); !slices.Equal(got, []string{g.secret(1)}) {
		t.Errorf("listed %q", got)
	}
	g.entomb(stays) // it was only slow
	testbed.Until(t, "it is erased, too", func() bool { return g.count(bus.InRoom(bus.Audit, "main")) == 3 })
	g.gone(g.secret(1))
	testbed.Until(t, "the position goes on", func() bool { return g.upto() > notice })
	testbed.Until(t, "notices that are done with are no longer in the log", func() bool { return g.count(comments.NoticeKey) == 0 })
}

func TestClaimsOfWordsLeaveTheLogWhenTheyCountNoLonger(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	if err := comments.ClaimPost(g.s, t.Context(), "main", g.key("ann"), "request-1", "these words"); err != nil {
		t.Fatal(err)
	}
	claim, err := g.bed.Bus.Last(t.Context(), comments.ClaimKey)
	if err != nil || claim.Header(bus.ClaimHeader) == "" || claim.Header(bus.NoticeHeader) != "" {
		t.Fatalf("a claim of words is a notice to the eraser, or none at all: %v", err)
	}
	g.s.ForgetSoon()
	defer g.erasing()()
	testbed.Until(t, "the claim is no longer in the log", func() bool {
		g.post("ben", "main", rand.Text(), "goes on")
		return g.count(comments.ClaimKey) == 0
	})
}

func TestANoticeIsForgottenWhenItsEntryCannotComeAnyMore(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	stays := g.post("ann", "main", "request-1", "stays")
	if err := comments.GiveNotice(t.Context(), g.bed.Bus, "main", stays.GetSequence()); err != nil {
		t.Fatal(err)
	}
	g.s.LookFor(100 * time.Millisecond)
	defer g.erasing()()
	g.byNotice()
	later := g.post("bob", "main", "request-2", "later")
	testbed.Until(t, "the position passes it", func() bool { return g.upto() == later.GetSequence() })
	if got := g.list("main"); !slices.Equal(got, []string{"stays", "later"}) {
		t.Errorf("listed %q", got)
	}
}

// Comments that nobody overrules are nothing to the eraser, and yet its position goes with them: lists read on from there.
func TestTheErasersPositionGoesWithTheLog(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	defer g.erasing()()
	g.byNotice()
	var last *commentsv1.Comment
	for i := range 50 {
		last = g.post("ann", "main", fmt.Sprint("request-", i), "hello")
	}
	testbed.Until(t, "the position is the end", func() bool { return g.upto() == last.GetSequence() })
}

// What an older version left behind, or writes beside this one, goes as well.
func TestTombstonesWithoutNoticeAreCarriedOut(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	left := g.post("ann", "main", "request-1", g.secret(1))
	beside := g.post("ann", "main", "request-2", g.secret(2))
	after := g.post("ann", "main", "request-3", g.secret(3))
	if err := comments.StoreOldPosition(t.Context(), g.bed.Bus, 1); err != nil {
		t.Fatal(err)
	}
	g.entomb(left)
	defer g.erasing()()
	g.gone(g.secret(1))
	g.entomb(beside)
	g.gone(g.secret(2))
	if g.s.ByNotice() {
		t.Fatal("it follows notices alone, beside a version that gives none")
	}
	g.later(6 * time.Minute)
	g.post("bob", "main", "request-4", "wakes it")
	g.byNotice()
	if err := comments.StoreOldPosition(t.Context(), g.bed.Bus, after.GetSequence()); err != nil { // one is back
		t.Fatal(err)
	}
	g.entomb(after)
	g.gone(g.secret(3))
	if g.s.ByNotice() {
		t.Error("it follows notices alone, with a version back that gives none")
	}
}
