package comments_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// Lines of the list of faults that concern comments: each gets a typed answer and changes nothing.

// everyAct is every act on a comment or a person, with the role that it takes.
func (g *stage) everyAct(ctx context.Context, room, comment string) map[string]error {
	errs := map[string]error{}
	_, errs["edit"] = g.s.EditComment(ctx, &commentsv1.EditCommentRequest{Room: room, Comment: comment, Text: "x"})
	_, errs["delete"] = g.s.DeleteComment(ctx, &commentsv1.DeleteCommentRequest{Room: room, Comment: comment})
	_, errs["undelete"] = g.s.UndeleteComment(ctx, &commentsv1.UndeleteCommentRequest{Room: room, Comment: comment})
	_, errs["pin"] = g.s.PinComment(ctx, &commentsv1.PinCommentRequest{Room: room, Comment: comment})
	_, errs["unpin"] = g.s.UnpinComment(ctx, &commentsv1.UnpinCommentRequest{Room: room, Comment: comment})
	_, errs["terms"] = g.s.ChangeBlockedTerms(ctx, &commentsv1.ChangeBlockedTermsRequest{Room: room, Add: []string{"xx"}, Comment: comment})
	_, errs["release"] = g.s.ReleaseComment(ctx, &commentsv1.ReleaseCommentRequest{Room: room, Comment: comment})
	_, errs["reject"] = g.s.RejectComment(ctx, &commentsv1.RejectCommentRequest{Room: room, Comment: comment})
	_, errs["undo"] = g.s.UndoHeldAct(ctx, &commentsv1.UndoHeldActRequest{Room: room, Comment: comment})
	_, errs["remove all"] = g.s.RemovePersonComments(ctx, &commentsv1.RemovePersonCommentsRequest{Room: room, Person: comment})
	_, errs["undo remove all"] = g.s.UndoRemovePersonComments(ctx, &commentsv1.UndoRemovePersonCommentsRequest{Room: room, Person: comment})
	return errs
}

// 24: what belongs to others or to another room, and what a role may not do.
func TestFault24WhatIsNotOnesOwn(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	g.bed.Room("other", editing)
	c := g.post("ann", "main", "request-1", "hello")
	there := g.post("ann", "other", "request-1", "elsewhere")
	for act, err := range g.everyAct(testbed.As(t.Context(), auth.Viewer, "ben"), "main", c.GetComment()) {
		if !fault.Is(err, fault.PermissionDenied) {
			t.Errorf("%s by a viewer whose comment it is not: %v", act, err)
		}
	}
	elsewhere := auth.WithCaller(t.Context(), auth.Claims{Subject: "mo", Name: "Mo", Rooms: []string{"other"}, Role: auth.Host, Expires: time.Now().Add(time.Hour)})
	for act, err := range g.everyAct(elsewhere, "main", c.GetComment()) {
		if !fault.Is(err, fault.PermissionDenied) {
			t.Errorf("%s with a host's token for another room: %v", act, err)
		}
	}
	if err := g.remove(auth.Moderator, "mo", &commentsv1.Comment{Room: "main", Comment: there.GetComment()}, there.GetSequence()); !fault.Is(err, fault.CommentNotFound) {
		t.Errorf("a comment of another room, by its sequence: %v", err)
	}
	_, err := g.s.PostComment(testbed.As(t.Context(), auth.Viewer, "ben"), &commentsv1.PostCommentRequest{
		Room: "main", RequestId: "request-1", Text: "I am Ann", Actor: &roomsv1.Actor{Subject: "ann", Role: "viewer"},
	})
	g.refused(fault.PermissionDenied, err) // nobody but a service names another
	same(t, "afterwards", g.list("main"), "hello")
	same(t, "afterwards, elsewhere", g.list("other"), "elsewhere")
}

// 28: texts that are empty, too long, or made to deface.
func TestFault28Texts(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	for name, c := range map[string]struct {
		text   string
		reason fault.Reason // "": it is taken
	}{
		"empty": {"", fault.TextEmpty}, "spaces": {" \u200b\u00a0 ", fault.TextEmpty}, "the most": {strings.Repeat("é", 300), ""},
		"one more": {strings.Repeat("é", 301), fault.TextTooLong}, "the most bytes": {strings.Repeat("\U0001F468\u200d\U0001F469\u200d\U0001F467", 70), fault.TextTooLong},
		"zalgo": {"a" + strings.Repeat("\u0301", 300), ""}, "an override": {"abc\u202edef", ""}, "tags": {"flag \U000E0041\U000E007F", ""},
		"a NUL": {"a\x00b", fault.TextInvalid}, "a lone surrogate": {"\xed\xa0\x80", fault.TextInvalid}, "right to left": {"متى تبدأ الحفلة؟", ""},
	} {
		got, err := g.try("the author of "+name, "main", "request-1", c.text)
		if c.reason != "" {
			if !fault.Is(err, c.reason) {
				t.Errorf("%s: %v, want %s", name, err, c.reason)
			}
			continue
		}
		words := got.GetText()
		if err != nil || !utf8.ValidString(words) || strings.ContainsAny(words, "\u202e\U000E0041") || strings.Count(words, "\u0301") > 4 {
			t.Errorf("%s: stored as %q, %v", name, words, err)
		}
	}
}

// 29: what looks like code is text, and what looks like a subject is no id.
func TestFault29CodeIsTextAndWildcardsAreNoIDs(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	for i, words := range []string{"<script>alert(1)</script>", "[x](javascript:alert(1))", "=cmd()", "{{.}}", "![](http://x)", "*.>"} {
		if c := g.post(fmt.Sprint("author", i), "main", "request-1", words); c.GetText() != words {
			t.Errorf("%q is stored as %q", words, c.GetText())
		}
	}
	for _, id := range []string{"*", ">", "a.b", "", strings.Repeat("a", 25) + "*", strings.Repeat("A", 26), "../../../../etc/passwd"} {
		errs := g.everyAct(testbed.As(t.Context(), auth.Moderator, "mo"), "main", id)
		errs["report"] = g.report("ben", &commentsv1.Comment{Comment: id})
		if id == "" { // of these an empty one has a meaning
			delete(errs, "unpin")
			delete(errs, "terms")
		}
		for act, err := range errs {
			if !fault.Is(err, fault.FieldInvalid) {
				t.Errorf("%s of %q: %v", act, id, err)
			}
		}
		if _, err := g.try("ann", id, "request-1", "hello"); id != "" && !fault.Is(err, fault.FieldInvalid) {
			t.Errorf("a post in the room %q: %v", id, err)
		}
	}
}

// 32: one request id, at once at two replicas, again, and with another body.
func TestFault32OneRequestOneComment(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", nil)
	replicas := []*comments.Service{g.s, comments.New(comments.Options{Bus: g.bed.Bus, Views: g.bed.Views, Logger: g.bed.Log})}
	post := func(s *comments.Service, text string) (*commentsv1.Comment, error) {
		r, err := s.PostComment(testbed.As(t.Context(), auth.Viewer, "ann"), &commentsv1.PostCommentRequest{Room: "main", RequestId: "request-1", Text: text})
		return r.GetComment(), err
	}
	var wg sync.WaitGroup
	ids := make(chan string, 20)
	for range 10 {
		for _, s := range replicas {
			wg.Go(func() {
				c, err := post(s, "hello")
				if err != nil {
					t.Error(err)
				}
				ids <- c.GetComment()
			})
		}
	}
	wg.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Fatal("one request made two comments")
		}
	}
	for _, s := range replicas {
		_, err := post(s, "something else")
		g.refused(fault.RequestIDReused, err)
	}
	same(t, "in the log", g.list("main"), "hello")
}

// 51: two moderators decide about one held comment at once, one of them by removing it: one wins, the others are told how it
// stands, and what viewers are shown agrees with that.
func TestFault51DecisionsAtOnceHaveOneWinner(t *testing.T) {
	for round := range 8 {
		g := newStage(t)
		g.bed.Room("main", holding(eventv1.HoldMode_HOLD_MODE_ALL))
		c := g.held("ann", "request-1", "hello")
		var wg sync.WaitGroup
		errs := make([]error, 3)
		acts := []func() error{
			func() error { _, err := g.release("mo", c); return err },
			func() error { return g.reject("mia", c) },
			func() error { return g.remove(auth.Viewer, "ann", c, 0) },
		}
		for i := range acts {
			wg.Go(func() { errs[(i+round)%3] = acts[(i+round)%3]() })
		}
		wg.Wait()
		shown := slices.Equal(g.list("main"), []string{"hello"})
		for i, err := range errs {
			if err != nil && !fault.Is(err, fault.WrongState) && !fault.Is(err, fault.CommentNotFound) {
				t.Errorf("decision %d: %v", i, err)
			}
		}
		released, rejected, removed := errs[0] == nil, errs[1] == nil, errs[2] == nil
		switch {
		case released && rejected:
			t.Error("it was released and rejected")
		case removed && shown:
			t.Error("its author removed it, and it is shown")
		case released && !removed && !shown, !released && shown:
			t.Errorf("released %v, removed %v, shown %v", released, removed, shown)
		}
		if after := g.queue(); len(after) != 0 {
			t.Errorf("still waiting: %q", after)
		}
	}
}

// 52: a room that is scheduled, over, deleted, or made anew with the same id.
func TestFault52RoomsThatTakeNothing(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", editing)
	c := g.post("ann", "main", "request-1", "hello")
	token := func() string {
		g.post("ann", "main", "request-2", "more")
		r, err := g.s.ListComments(testbed.As(t.Context(), auth.Viewer, "ann"), &commentsv1.ListCommentsRequest{Room: "main", PageSize: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r.GetNextPageToken()
	}()
	for state, want := range map[eventv1.RoomState]fault.Reason{
		eventv1.RoomState_ROOM_STATE_SCHEDULED: fault.RoomNotStarted, eventv1.RoomState_ROOM_STATE_ENDED: fault.RoomEnded, eventv1.RoomState_ROOM_STATE_DELETED: fault.RoomNotFound,
	} {
		g.bed.Room("main", func(r *eventv1.Room) { r.State = state })
		g.bed.Settle()
		_, err := g.try("ben", "main", "request-late", "too late")
		g.refused(want, err)
		_, err = g.edit("ann", c, "too late")
		g.refused(want, err)
	}
	g.bed.Room("main", func(r *eventv1.Room) { r.State, r.Nonce = eventv1.RoomState_ROOM_STATE_LIVE, "another life" })
	g.bed.Settle()
	_, err := g.s.ListComments(testbed.As(t.Context(), auth.Viewer, "ann"), &commentsv1.ListCommentsRequest{Room: "main", PageSize: 1, PageToken: token})
	g.refused(fault.PageTokenInvalid, err)
	if n := g.count(bus.InRoom(bus.Log, "main")); n != 2 {
		t.Errorf("%d entries in the log, 2 were accepted", n)
	}
}
