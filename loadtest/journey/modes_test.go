package journey_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Each mode of a room is told to who is there, holds for those whom it is for, and leaves moderators alone.
func TestTheModesOfARoom(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	links, err := rooms.CreateLinks(t.Context(), &roomsv1.CreateLinksRequest{Room: "talk", Roles: []string{"viewer"}})
	if err != nil {
		t.Fatal(err)
	}
	guest := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	member := join(t, &s.Ready, viewer.Options{Room: "talk", Token: links.GetLinks()[0].GetToken()})
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	mode := func(m *gatewayv1.ChangeModes, told func(*gatewayv1.Room) bool) {
		t.Helper()
		moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Modes{Modes: m}})
		for _, v := range []*viewer.Viewer{guest, member} {
			until(t, v, "the mode", func(w *viewer.View) bool { return told(w.Room) })
		}
	}
	refuses := func(v *viewer.Viewer, reason fault.Reason, text string) {
		t.Helper()
		_, err := v.Post(t.Context(), text)
		refused(t, string(reason), err)
	}

	t.Log("no repeats")
	mode(&gatewayv1.ChangeModes{UniqueComments: new(true)}, (*gatewayv1.Room).GetUniqueComments)
	request := &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "Hello there"}
	say := func() (*gatewayv1.Ack, error) {
		return guest.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: request}})
	}
	first, err := say()
	if err != nil {
		t.Fatal(err)
	}
	refuses(member, fault.TextRepeated, "hello  THERE!")
	refuses(guest, fault.TextRepeated, "Hello there")
	if again, err := say(); err != nil || again.GetComment().GetComment() != first.GetComment().GetComment() {
		t.Errorf("a retry in a room without repeats: %v, %v", again, err)
	}
	post(t, mod, "Hello there")
	post(t, member, "something else")
	mode(&gatewayv1.ChangeModes{UniqueComments: new(false), EmojiOnly: new(true)}, func(r *gatewayv1.Room) bool { return !r.GetUniqueComments() && r.GetEmojiOnly() })

	t.Log("emoji only")
	refuses(guest, fault.EmojiOnly, "great 🔥")
	post(t, guest, "🔥 👩‍👩‍👧‍👦 ❤️")
	post(t, mod, "emoji only, please")
	mode(&gatewayv1.ChangeModes{EmojiOnly: new(false), CommentMode: new("members")}, func(r *gatewayv1.Room) bool { return r.GetCommentMode() == "members" && !r.GetEmojiOnly() })

	t.Log("members only, moderators only")
	refuses(guest, fault.CommentsMembersOnly, "let me in")
	post(t, member, "I am one")
	mode(&gatewayv1.ChangeModes{CommentMode: new("moderators")}, func(r *gatewayv1.Room) bool { return r.GetCommentMode() == "moderators" })
	refuses(member, fault.CommentsModeratorsOnly, "and me?")
	post(t, mod, "only us")

	t.Log("links")
	mode(&gatewayv1.ChangeModes{CommentMode: new("everyone"), Links: new("members")}, func(r *gatewayv1.Room) bool { return r.GetCommentMode() == "everyone" && r.GetLinks() == "members" })
	refuses(guest, fault.LinksNotAllowed, "see example.com/now")
	post(t, member, "see example.com/now")
	mode(&gatewayv1.ChangeModes{Links: new("moderators")}, func(r *gatewayv1.Room) bool { return r.GetLinks() == "moderators" })
	refuses(member, fault.LinksNotAllowed, "or https://example.org")
	_, err = member.Ask(t.Context(), "Is it on example.org?")
	refused(t, string(fault.LinksNotAllowed), err)
	post(t, mod, "see https://example.org")
	post(t, guest, "version 1.2, e.g. now")

	t.Log("slow, and the wait is what it says")
	mode(&gatewayv1.ChangeModes{Links: new("everyone"), SlowModeSeconds: new(uint32(2))}, func(r *gatewayv1.Room) bool { return r.GetSlowModeSeconds() == 2 })
	time.Sleep(2 * time.Second) // the comment before counts
	post(t, guest, "one")
	post(t, member, "slow mode is by person")
	var f viewer.Fault
	if _, err := guest.Post(t.Context(), "two"); !errors.As(err, &f) || f.GetReason() != string(fault.SlowMode) || f.GetRetryAfterMs() <= 0 || f.GetRetryAfterMs() > 2_000 {
		t.Fatalf("slow mode says %v", err)
	}
	time.Sleep(time.Duration(f.GetRetryAfterMs()) * time.Millisecond) // the wait that was told is the wait there is
	post(t, guest, "two")
	post(t, mod, "a moderator")
	post(t, mod, "does not wait")
	mode(&gatewayv1.ChangeModes{SlowModeSeconds: new(uint32(600))}, func(r *gatewayv1.Room) bool { return r.GetSlowModeSeconds() == 600 })
	reloaded := join(t, &s.Ready, viewer.Options{Room: "talk", Token: you(guest).GetGuestToken()})
	until(t, reloaded, "the wait, after a reload", func(w *viewer.View) bool {
		return w.Mine.GetWaitMs() > 500_000 && w.Mine.GetWaitMs() <= 600_000
	})
}

// Calm is one act, told to everybody, and its end gives back what stood.
func TestCalmAndItsEnd(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	settle(t, rooms, "talk", &roomsv1.Settings{SlowModeSeconds: new(uint32(1)), Links: roomsv1.Settings_LINK_POLICY_MEMBERS.Enum()}, "settings.slow_mode_seconds", "settings.links")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	guest := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	member := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "viewer")})
	calm := func(on bool) {
		t.Helper()
		moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Calm{Calm: &gatewayv1.SetCalm{On: on}}})
		for _, v := range []*viewer.Viewer{guest, member} {
			until(t, v, "calm, or its end", func(w *viewer.View) bool {
				if on {
					return w.Room.GetCalmSinceMs() > 0 && w.Room.GetSlowModeSeconds() == 30 && w.Room.GetLinks() == "moderators"
				}
				return w.Room.GetCalmSinceMs() == 0 && w.Room.GetSlowModeSeconds() == 1 && w.Room.GetLinks() == "members"
			})
		}
	}
	calm(true)
	waits := heldBack(t, guest, "a raid")
	until(t, mod, "why it waits", func(w *viewer.View) bool { return w.Held[waits.GetComment()].GetWhy() == "calm" })
	_, err := guest.Post(t.Context(), "again")
	refused(t, string(fault.SlowMode), err)
	_, err = member.Post(t.Context(), "see example.com")
	refused(t, string(fault.LinksNotAllowed), err)
	post(t, member, "members talk on")
	calm(false)
	time.Sleep(time.Second) // the slow mode of before
	post(t, guest, "thanks")
	until(t, member, "what a guest writes", has("thanks"))
}

// Terms that an operator blocks for all rooms are read anew while people write; a broken list is told by its line, and the
// last good one stays. A moderator blocks a word from a comment, and lets it go again.
func TestBlockedTermsWhilePeopleWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "terms.txt")
	write := func(terms string) {
		if err := os.WriteFile(file, []byte(terms), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# for all rooms\ncasino*\n")
	log := logged(t, "serve")
	s, err := server.Start(t.Context(), binary, filepath.Join(dir, "data"), log, "--filter-terms-file", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	said := func(words ...string) func() bool {
		return func() bool {
			body, err := os.ReadFile(log.Name())
			return err == nil && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(string(body), w) })
		}
	}
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	blocked := func(text string) bool {
		_, err := ada.Post(t.Context(), text)
		var f viewer.Fault
		if errors.As(err, &f) && f.GetReason() != string(fault.TextBlocked) {
			t.Fatal(err)
		}
		return err != nil
	}
	if !blocked("c a s i n 0 s") || blocked("an occasion") {
		t.Error("the first list is not the one of the file")
	}
	_, err = join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Cas1no Royale"}).Post(t.Context(), "hello")
	refused(t, string(fault.TextBlocked), err)
	write("roulette\nb*d\n")
	wait(t, "the line that is wrong", said("line 2", "the last good list stays"))
	if !blocked("CASINO") || blocked("roulette") {
		t.Error("a broken list was taken, or the last good one was dropped")
	}
	write("roulette\n")
	wait(t, "the mended list", said("read the blocked terms anew"))
	if !blocked("r o u l e t t e") || blocked("casino") {
		t.Error("the mended list was not taken")
	}

	c := post(t, ada, "I sell pineapples")
	term := &gatewayv1.ChangeTerms{Add: []string{"pineapples"}, Comment: c.GetComment()}
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: term}}); !slices.Equal(a.GetTerms().GetTerms(), []string{"pineapples"}) {
		t.Errorf("blocked are %v", a)
	}
	wait(t, "the word is blocked", func() bool { return blocked("P1NE-APPLES") })
	_, err = mod.Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{"fine", "b*d"}}}})
	refused(t, string(fault.FieldInvalid), err)
	if !strings.Contains(err.Error(), "b*d") {
		t.Errorf("which term is wrong is not said: %v", err)
	}
	trail, err := rooms.ListAuditEntries(t.Context(), &roomsv1.ListAuditEntriesRequest{Room: "talk"})
	if err != nil || !slices.ContainsFunc(trail.GetEntries(), func(e *roomsv1.AuditEntry) bool {
		return e.GetAction() == "block_terms" && e.GetTarget() == c.GetComment() && e.GetReason() == "pineapples"
	}) {
		t.Errorf("the trail has %v, %v", trail, err)
	}
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Remove: []string{"pineapples"}}}})
	wait(t, "the word is free again", func() bool { return !blocked("pineapples again") })
}

// A pin goes by itself at its time, for who is there and for who comes; while it stands it is what newcomers see.
func TestAPinGoesAtItsTime(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	rooms, comments := roomsv1.NewRoomsServiceClient(conn), commentsv1.NewCommentsServiceClient(conn)
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	c, other := post(t, ada, "the address is on the screen"), post(t, ada, "another")
	_, err := mod.Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Pin{Pin: &gatewayv1.PinComment{Comment: c.GetComment(), Seconds: 4}}})
	refused(t, string(fault.FieldInvalid), err)
	at := time.Now()
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Pin{Pin: &gatewayv1.PinComment{Comment: c.GetComment(), Seconds: 5}}})
	pinned := func(id string) func(*viewer.View) bool {
		return func(w *viewer.View) bool { return w.Pinned.GetComment() == id }
	}
	until(t, ada, "the pin", pinned(c.GetComment()))
	late := join(t, &s.Ready, viewer.Options{Room: "talk"})
	until(t, late, "the pin", pinned(c.GetComment()))
	for _, v := range []*viewer.Viewer{ada, late} {
		until(t, v, "no pin", pinned(""))
	}
	if took := time.Since(at); took < 4900*time.Millisecond || took > 9*time.Second {
		t.Errorf("a pin of 5 s stayed %v", took)
	}
	until(t, join(t, &s.Ready, viewer.Options{Room: "talk"}), "no pin", pinned(""))
	// One without an end stays, and goes with its comment.
	if _, err := comments.PinComment(t.Context(), &commentsv1.PinCommentRequest{Room: "talk", Comment: other.GetComment(), ExpireAfter: durationpb.New(time.Hour), Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "the other pin", pinned(other.GetComment()))
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: other.GetComment()}}})
	until(t, ada, "no pin", pinned(""))
}

// Pages by time and by person, both ways, are parts of the whole list.
func TestPagesByTimeAndByPerson(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	comments := commentsv1.NewCommentsServiceClient(conn)
	ada, bo := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"}), join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Bo"})
	for i := range 12 {
		post(t, []*viewer.Viewer{ada, bo}[i%2], fmt.Sprint("number ", i))
		time.Sleep(5 * time.Millisecond) // pages by time need times apart
	}
	list := func(r *commentsv1.ListCommentsRequest) (all []*commentsv1.Comment) {
		t.Helper()
		for r.Room, r.PageSize = "talk", 2; ; {
			page, err := comments.ListComments(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.GetComments()) > 2 {
				t.Fatalf("a page of 2 has %d", len(page.GetComments()))
			}
			all = append(all, page.GetComments()...)
			if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
				return all
			}
		}
	}
	same := func(what string, got, want []*commentsv1.Comment) {
		t.Helper()
		if !slices.EqualFunc(got, want, func(a, b *commentsv1.Comment) bool { return a.GetComment() == b.GetComment() }) {
			t.Errorf("%s: %d comments, want %d: %v", what, len(got), len(want), got)
		}
	}
	whole := list(new(commentsv1.ListCommentsRequest))
	if len(whole) != 12 {
		t.Fatalf("%d comments", len(whole))
	}
	backwards := slices.Clone(whole)
	slices.Reverse(backwards)
	var adas []*commentsv1.Comment
	for _, c := range whole {
		if c.GetPerson() == you(ada).GetPerson() {
			adas = append(adas, c)
		}
	}
	from, to := whole[3].GetCreateTime(), whole[9].GetCreateTime()
	// The store's own time bounds a page; a comment's is some moments before it.
	near := func(got []*commentsv1.Comment, order []*commentsv1.Comment) {
		t.Helper()
		if len(got) < 5 || len(got) > 7 {
			t.Fatalf("between the fourth and the tenth are %d", len(got))
		}
		at := slices.IndexFunc(order, func(c *commentsv1.Comment) bool { return c.GetComment() == got[0].GetComment() })
		same("by time", got, order[at:at+len(got)])
	}
	near(list(&commentsv1.ListCommentsRequest{StartTime: from, EndTime: to}), whole)
	near(list(&commentsv1.ListCommentsRequest{StartTime: from, EndTime: to, OrderBy: "create_time desc"}), backwards)
	same("by person", list(&commentsv1.ListCommentsRequest{Person: you(ada).GetPerson()}), adas)
	slices.Reverse(adas)
	same("by person, downwards", list(&commentsv1.ListCommentsRequest{Person: you(ada).GetPerson(), OrderBy: "create_time desc"}), adas)
}
