package questions

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Lines of the list of faults that concern questions: each gets a typed answer and changes nothing.

// faults.md 24: what belongs to another room, or to a role that one has not.
func TestFault24WhatIsNotOnesOwn(t *testing.T) {
	w := begin(t)
	w.bed.Room("other", nil)
	a, err := w.s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "other", RequestId: "request-1", Text: "Elsewhere?"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.vote("ben", a.GetQuestion(), true) // a question of another room
	w.refused(err, fault.QuestionNotFound)
	q := w.ask("ana", "request-2", "Is it free?")
	for _, st := range []step{
		questionsv1.StepQuestionRequest_STEP_APPROVE, reject, highlight, answer, edit, label, reorder, merge, unmerge, undo,
		questionsv1.StepQuestionRequest_STEP_ARCHIVE, questionsv1.StepQuestionRequest_STEP_RESTORE, questionsv1.StepQuestionRequest_STEP_QUEUE,
	} {
		_, err := w.do(auth.Viewer, "ana", q, &questionsv1.StepQuestionRequest{Step: st, Text: "x", Into: q.GetQuestion()})
		w.refused(err, fault.PermissionDenied)
	}
	if now := w.now(q); now.GetRevision() != q.GetRevision() || now.GetText() != q.GetText() {
		t.Fatalf("it was changed: %v", now)
	}
}

// faults.md 28: texts that are empty, too long, or made to deface.
func TestFault28Texts(t *testing.T) {
	w := begin(t)
	for name, c := range map[string]struct {
		text   string
		reason fault.Reason // "": it is taken
	}{
		"empty": {"", fault.TextEmpty}, "spaces": {" \u200b\u00a0 ", fault.TextEmpty}, "the most": {strings.Repeat("é", 280), ""},
		"one more": {strings.Repeat("é", 281), fault.TextTooLong}, "zalgo": {"a" + strings.Repeat("\u0301", 300), ""},
		"an override": {"abc\u202edef", ""}, "tags": {"flag \U000E0041\U000E007F", ""}, "a NUL": {"a\x00b", fault.TextInvalid},
		"a lone surrogate": {"\xed\xa0\x80", fault.TextInvalid}, "right to left": {"متى تبدأ الحفلة؟", ""},
	} {
		a, err := w.s.AskQuestion(w.as(auth.Viewer, "asker of "+name), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: c.text})
		if c.reason != "" {
			if !fault.Is(err, c.reason) {
				t.Errorf("%s: %v, want %s", name, err, c.reason)
			}
			continue
		}
		got := a.GetQuestion().GetText()
		if err != nil || !utf8.ValidString(got) || strings.ContainsAny(got, "\u202e\U000E0041") || strings.Count(got, "\u0301") > 4 {
			t.Errorf("%s: stored as %q, %v", name, got, err)
		}
	}
}

// faults.md 29: what looks like code is text, and what looks like a subject is no id.
func TestFault29CodeIsTextAndWildcardsAreNoIDs(t *testing.T) {
	w := begin(t)
	for i, words := range []string{"<script>alert(1)</script>", "[x](javascript:alert(1))", "=cmd()", "{{.}}", "![](http://x)"} {
		if q := w.ask(fmt.Sprint("asker", i), "request-1", words); q.GetText() != words {
			t.Errorf("%q is stored as %q", words, q.GetText())
		}
	}
	for _, id := range []string{"*", ">", "a.b", "", strings.Repeat("a", 25) + "*", strings.Repeat("A", 26), "../../../../etc/passwd"} {
		_, err := w.vote("ben", &questionsv1.Question{Question: id}, true)
		w.refused(err, fault.FieldInvalid)
		_, err = w.do(auth.Moderator, "mod", &questionsv1.Question{Question: id}, &questionsv1.StepQuestionRequest{Step: reject})
		w.refused(err, fault.FieldInvalid)
		_, err = w.claim("mod", &questionsv1.Question{Question: id}, new(questionsv1.ClaimQuestionRequest))
		w.refused(err, fault.FieldInvalid)
	}
}

// faults.md 32: one request id, at once, again, and with another body.
func TestFault32OneRequestOneQuestion(t *testing.T) {
	w := begin(t)
	var wg sync.WaitGroup
	ids := make(chan string, 20)
	for range 10 {
		for _, s := range []*Service{w.s, New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log})} { // two replicas
			wg.Go(func() {
				a, err := s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "Is it free?"})
				if err != nil {
					t.Error(err)
				}
				ids <- a.GetQuestion().GetQuestion()
			})
		}
	}
	wg.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Fatal("one request made two questions")
		}
	}
	for _, s := range []*Service{w.s, New(Options{Bus: w.bed.Bus, Views: w.bed.Views, Logger: w.bed.Log})} {
		_, err := s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-1", Text: "Is it far?"})
		w.refused(err, fault.RequestIDReused)
	}
}

// faults.md 52: a room that is scheduled, over, or was never there.
func TestFault52RoomsThatTakeNothing(t *testing.T) {
	w := begin(t)
	q := w.open("open")
	for room, reason := range map[eventv1.RoomState]fault.Reason{
		eventv1.RoomState_ROOM_STATE_SCHEDULED: fault.RoomNotStarted, eventv1.RoomState_ROOM_STATE_ENDED: fault.RoomEnded, eventv1.RoomState_ROOM_STATE_DELETED: fault.RoomNotFound,
	} {
		w.bed.Room("main", func(r *eventv1.Room) { r.State = room })
		w.bed.Settle()
		_, err := w.s.AskQuestion(w.as(auth.Viewer, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-late", Text: "Too late?"})
		w.refused(err, reason)
		_, err = w.vote("ben", q, true)
		w.refused(err, reason)
		_, err = w.do(auth.Moderator, "mod", q, &questionsv1.StepQuestionRequest{Step: highlight})
		w.refused(err, reason)
	}
}

// Who may write links is one rule for comments and questions: a room that posts openly shows both at once.
func TestLinksAreNotAsked(t *testing.T) {
	w := begin(t)
	w.settings(func(s *eventv1.RoomSettings) {
		s.OpenQuestions, s.Links = true, eventv1.LinkPolicy_LINK_POLICY_MEMBERS
	})
	ask := func(request, role string, guest bool) error {
		_, err := w.s.AskQuestion(w.as(auth.Service, "gateway"), &questionsv1.AskQuestionRequest{
			Room: "main", RequestId: request, Text: "Is it on example.com/now?", Actor: &roomsv1.Actor{Subject: request, Role: role, Guest: guest},
		})
		return err
	}
	w.refused(ask("request-guest", "viewer", true), fault.LinksNotAllowed)
	if err := ask("request-member", "viewer", false); err != nil {
		t.Errorf("a member: %v", err)
	}
	w.settings(func(s *eventv1.RoomSettings) { s.Links = eventv1.LinkPolicy_LINK_POLICY_MODERATORS })
	w.refused(ask("request-another", "viewer", false), fault.LinksNotAllowed)
	if err := ask("request-mod", "moderator", false); err != nil {
		t.Errorf("a moderator: %v", err)
	}
}

func TestBlockedTermsAreNotAsked(t *testing.T) {
	w := begin(t)
	body, err := proto.Marshal(&eventv1.BlockedTerms{Terms: []*eventv1.BlockedTerm{{Text: "sausage"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", filter.RoomKey), body, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.bed.Views.Room(t.Context(), "main"); err != nil {
		t.Fatal(err)
	}
	w.bed.Settle()
	ask := func(role auth.Role) error {
		_, err := w.s.AskQuestion(w.as(role, "ana"), &questionsv1.AskQuestionRequest{Room: "main", RequestId: "request-of-" + string(role), Text: "Where is the s.a.u.s.a.g.e?"})
		return err
	}
	w.refused(ask(auth.Viewer), fault.TextBlocked)
	if err := ask(auth.Moderator); err != nil {
		t.Errorf("a moderator: %v", err)
	}
	named := func(request string, anonymous bool) (*questionsv1.Question, error) {
		a, err := w.s.AskQuestion(w.as(auth.Service, "gateway"), &questionsv1.AskQuestionRequest{
			Room: "main", RequestId: request, Text: "Where is it?", Anonymous: anonymous, Actor: &roomsv1.Actor{Subject: "bo", Name: "S4usage King", Role: "viewer"},
		})
		return a.GetQuestion(), err
	}
	_, err = named("request-named", false)
	w.refused(err, fault.TextBlocked)
	if _, err := named("request-unnamed", true); err != nil { // nobody sees the name
		t.Errorf("an anonymous one: %v", err)
	}
}
