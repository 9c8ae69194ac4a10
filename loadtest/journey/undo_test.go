package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// stays are the acts of moderation that undo does not take back, and why.
var stays = map[string]string{
	"start": "the audience is in", "claim": "it changes no question and ends by itself",
	"undo": "an undo", "undo_question": "an undo", "undo_held": "an undo", "undo_person": "an undo", "undo_remove_all": "an undo",
	"undo_setting": "an undo", "undo_terms": "an undo", "undo_pin": "an undo", "undo_on_air": "an undo", "undo_end": "an undo",
	"undo_delete": "an undo",
	"undelete":    "an undo", "reopen": "an undo",
}

// undoing is a room with a host at the console and somebody in the audience.
type undoing struct {
	*testing.T
	rooms     roomsv1.RoomsServiceClient
	comments  commentsv1.CommentsServiceClient
	questions questionsv1.QuestionsServiceClient
	host, ada *viewer.Viewer
	n         int
}

// look is all that acts of moderation change, in words.
func (u *undoing) look() string {
	u.Helper()
	ctx := u.Context()
	must := func(err error) {
		u.Helper()
		if err != nil {
			u.Fatal(err)
		}
	}
	var all []string
	say := func(what string, args ...any) {
		all = append(all, strings.TrimSpace(fmt.Sprintln(append([]any{what}, args...)...)))
	}
	room, err := u.rooms.GetRoom(ctx, &roomsv1.GetRoomRequest{Room: "talk"})
	must(err)
	say("room", room.GetRoom().GetState(), room.GetRoom().GetCalmTime() != nil, room.GetRoom().GetSettings())
	questions, err := u.questions.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "talk", PageSize: 500})
	must(err)
	for _, q := range questions.GetQuestions() {
		say("question", q.GetQuestion(), q.GetState(), q.GetText(), q.GetAnswer(), q.GetNext(), q.GetLabel(), q.GetPlace(), q.GetMergedInto())
	}
	comments, err := u.comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: "talk", PageSize: 500})
	must(err)
	for _, c := range comments.GetComments() {
		say("comment", c.GetComment(), c.GetText())
	}
	held, err := u.comments.ListHeldComments(ctx, &commentsv1.ListHeldCommentsRequest{Room: "talk"})
	must(err)
	for _, h := range held.GetComments() {
		say("held", h.GetComment().GetComment())
	}
	terms, err := u.comments.ChangeBlockedTerms(ctx, &commentsv1.ChangeBlockedTermsRequest{Room: "talk", Actor: producer})
	must(err)
	for _, t := range terms.GetTerms() {
		say("term", t.GetText())
	}
	people, err := u.rooms.ListPeople(ctx, &roomsv1.ListPeopleRequest{Room: "talk"})
	must(err)
	for _, p := range people.GetPeople() {
		say("person", p)
	}
	u.host.Look(func(w *viewer.View) {
		say("pin", w.Pinned.GetComment())
		say("air", w.OnAir.GetComment().GetComment(), w.OnAir.GetQuestion())
		for _, r := range w.Reports {
			if r.GetPeople() > 0 {
				say("reports", r.GetItem(), r.GetPeople())
			}
		}
	})
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// settled is the look of the room once what everybody is told has come to the console.
func (u *undoing) settled() string {
	u.Helper()
	u.n++
	marker := fmt.Sprint("marker ", u.n)
	a, err := u.comments.PostComment(u.Context(), &commentsv1.PostCommentRequest{Room: "talk", RequestId: viewer.NewRequestID(), Text: marker, Actor: producer})
	if err != nil {
		u.Fatal(err)
	}
	until(u.T, u.host, marker, has(marker))
	if _, err := u.comments.DeleteComment(u.Context(), &commentsv1.DeleteCommentRequest{Room: "talk", Comment: a.GetComment().GetComment(), Actor: producer}); err != nil {
		u.Fatal(err)
	}
	return u.look()
}

// question asks one, in the host's name, whom no limit binds, and takes it along some steps.
func (u *undoing) question(steps ...func(*gatewayv1.QuestionStep) *gatewayv1.Moderate) *gatewayv1.QuestionStep {
	u.Helper()
	u.n++
	q := asks(u.T, u.host, fmt.Sprintf("Question %d?", u.n))
	for _, s := range steps {
		q = step(u.T, u.host, s(&gatewayv1.QuestionStep{Question: q.GetQuestion(), Revision: q.GetRevision()}))
	}
	return &gatewayv1.QuestionStep{Question: q.GetQuestion(), Revision: q.GetRevision()}
}

func (u *undoing) comment() *gatewayv1.Comment {
	u.Helper()
	u.n++
	c := post(u.T, u.ada, fmt.Sprint("comment ", u.n))
	until(u.T, u.host, c.GetText(), has(c.GetText()))
	return c
}

func (u *undoing) held() *gatewayv1.Comment {
	u.Helper()
	u.n++
	u.hold(roomsv1.Settings_HOLD_MODE_ALL)
	defer u.hold(roomsv1.Settings_HOLD_MODE_UNSPECIFIED)
	var c *gatewayv1.Comment
	wait(u.T, "a comment that is held", func() bool { // once the setting is known
		a, err := u.ada.Call(u.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{
			Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: fmt.Sprint("held ", u.n)},
		}})
		if err != nil {
			u.Fatal(err)
		}
		c = a.GetHeld().GetComment()
		return c != nil
	})
	until(u.T, u.host, "what is held", func(w *viewer.View) bool { return w.Held[c.GetComment()] != nil })
	return c
}

func (u *undoing) hold(mode roomsv1.Settings_HoldMode) {
	u.Helper()
	if _, err := u.rooms.UpdateRoom(u.Context(), &roomsv1.UpdateRoomRequest{
		Room:       &roomsv1.Room{Room: "talk", Settings: &roomsv1.Settings{HoldComments: &mode}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.hold_comments"}}, Actor: producer,
	}); err != nil {
		u.Fatal(err)
	}
}

// trial is one way to carry an act out: prepare does what comes before and gives the act.
type trial struct {
	name, undone string
	prepare      func(u *undoing) *gatewayv1.Moderate
}

// Steps of questions, by what makes the act of them.
var (
	approve = func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: s}}
	}
	highlight = func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Highlight{Highlight: s}}
	}
	queue = func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Queue{Queue: s}}
	}
	archive = func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Archive{Archive: s}}
	}
	unmerge = func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unmerge{Unmerge: s}}
	}
)

func stepping(verb string, prepare func(u *undoing) *gatewayv1.Moderate) []trial {
	return []trial{{undone: verb + "_question", prepare: prepare}}
}

var trials = map[string][]trial{
	"approve":   stepping("approve", func(u *undoing) *gatewayv1.Moderate { return approve(u.question()) }),
	"highlight": stepping("highlight", func(u *undoing) *gatewayv1.Moderate { return highlight(u.question(approve)) }),
	"queue":     stepping("queue", func(u *undoing) *gatewayv1.Moderate { return queue(u.question(approve)) }),
	"archive":   stepping("archive", func(u *undoing) *gatewayv1.Moderate { return archive(u.question(approve)) }),
	"reject": stepping("reject", func(u *undoing) *gatewayv1.Moderate {
		s := u.question()
		s.Reason = "off topic"
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Reject{Reject: s}}
	}),
	"unhighlight": stepping("unhighlight", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unhighlight{Unhighlight: u.question(approve, highlight)}}
	}),
	"unqueue": stepping("unqueue", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unqueue{Unqueue: u.question(approve, queue)}}
	}),
	"answer": stepping("answer", func(u *undoing) *gatewayv1.Moderate {
		s := u.question(approve)
		s.Text = "Because."
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Answer{Answer: s}}
	}),
	"restore": stepping("restore", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Restore{Restore: u.question(approve, archive)}}
	}),
	"edit": stepping("edit", func(u *undoing) *gatewayv1.Moderate {
		s := u.question(approve)
		s.Text = "Mended?"
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Edit{Edit: s}}
	}),
	"label": stepping("label", func(u *undoing) *gatewayv1.Moderate {
		s := u.question(approve)
		s.Label = "Price"
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Label{Label: s}}
	}),
	"reorder": stepping("reorder", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Reorder{Reorder: u.question(approve)}}
	}),
	"merge": stepping("merge", func(u *undoing) *gatewayv1.Moderate {
		into, s := u.question(approve), u.question(approve)
		s.Into = into.GetQuestion()
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Merge{Merge: s}}
	}),
	"unmerge": stepping("unmerge", func(u *undoing) *gatewayv1.Moderate {
		into := u.question(approve)
		return unmerge(u.question(approve, func(s *gatewayv1.QuestionStep) *gatewayv1.Moderate {
			s.Into = into.GetQuestion()
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Merge{Merge: s}}
		}))
	}),
	"delete_comment": {
		{"one that stands", "delete_comment", func(u *undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: u.comment().GetComment()}}}
		}},
		{"one that waits", "delete_comment", func(u *undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: u.held().GetComment()}}}
		}},
		{"one that is pinned", "delete_comment", func(u *undoing) *gatewayv1.Moderate {
			c := u.pinned()
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_DeleteComment{DeleteComment: &gatewayv1.RemoveComment{Comment: c.GetComment()}}}
		}},
	},
	"pin": {{"", "pin_comment", func(u *undoing) *gatewayv1.Moderate {
		u.pinned()
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Pin{Pin: &gatewayv1.PinComment{Comment: u.comment().GetComment()}}}
	}}},
	"unpin": {{"", "unpin_comment", func(u *undoing) *gatewayv1.Moderate {
		u.pinned()
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unpin{Unpin: new(gatewayv1.UnpinComment)}}
	}}},
	"timeout": {{"", "time_out_person", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Timeout{Timeout: &gatewayv1.PersonStep{Person: u.comment().GetPerson(), Seconds: 600}}}
	}}},
	"ban": {
		{"out of sight", "shadow_ban_person", func(u *undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: u.comment().GetPerson(), Hidden: true}}}
		}},
		{"out of the room", "ban_person", func(u *undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: strings.Repeat("p", 26)}}}
		}},
	},
	"unban": {{"", "unban_person", func(u *undoing) *gatewayv1.Moderate {
		troll := &gatewayv1.PersonStep{Person: strings.Repeat("t", 26)}
		moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: troll}})
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unban{Unban: troll}}
	}}},
	"remove_all": {{"", "remove_person_comments", func(u *undoing) *gatewayv1.Moderate {
		asks(u.T, u.ada, "May I?")
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RemoveAll{RemoveAll: &gatewayv1.PersonStep{Person: u.comment().GetPerson()}}}
	}}},
	"release": {
		{"one that waits", "release_comment", func(u *undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: u.held().GetComment()}}}
		}},
		{"one that was reported", "dismiss_reports", func(u *undoing) *gatewayv1.Moderate {
			c := post(u.T, u.host, "an announcement")
			until(u.T, u.ada, "the announcement", has("an announcement"))
			report(u.T, u.ada, &gatewayv1.Report{Comment: c.GetComment(), Reason: "spam"})
			until(u.T, u.host, "the report", func(w *viewer.View) bool { return w.Reports[c.GetComment()].GetPeople() > 0 })
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: c.GetComment()}}}
		}},
	},
	"reject_held": {{"", "reject_comment", func(u *undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RejectHeld{RejectHeld: &gatewayv1.HeldStep{Comment: u.held().GetComment(), Reason: "rude"}}}
	}}},
	"calm": {
		{"on", "calm_room", func(*undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Calm{Calm: &gatewayv1.SetCalm{On: true}}}
		}},
		{"off, after a mode was changed", "end_calm", func(u *undoing) *gatewayv1.Moderate {
			moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Calm{Calm: &gatewayv1.SetCalm{On: true}}})
			moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Modes{Modes: &gatewayv1.ChangeModes{SlowModeSeconds: new(uint32(90))}}})
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Calm{Calm: new(gatewayv1.SetCalm)}}
		}},
	},
	"modes": {{"", "update_room", func(*undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Modes{Modes: &gatewayv1.ChangeModes{UniqueComments: new(true), Links: new("moderators")}}}
	}}},
	"terms": {
		{"blocked", "block_terms", func(*undoing) *gatewayv1.Moderate {
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{"casino"}}}}
		}},
		{"allowed", "allow_terms", func(u *undoing) *gatewayv1.Moderate {
			moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{"viagra"}}}})
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Remove: []string{"viagra"}}}}
		}},
	},
	"on_air": {
		{"another", "set_on_air", func(u *undoing) *gatewayv1.Moderate {
			u.aired()
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_OnAir{OnAir: &gatewayv1.PutOnAir{Comment: u.comment().GetComment()}}}
		}},
		{"cleared", "set_on_air", func(u *undoing) *gatewayv1.Moderate {
			u.aired()
			return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_OnAir{OnAir: new(gatewayv1.PutOnAir)}}
		}},
	},
	"end": {{"", "end_room", func(*undoing) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_End{End: new(gatewayv1.RoomStep)}}
	}}},
}

// pinned is a comment that is pinned.
func (u *undoing) pinned() *gatewayv1.Comment {
	u.Helper()
	c := u.comment()
	moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Pin{Pin: &gatewayv1.PinComment{Comment: c.GetComment()}}})
	until(u.T, u.host, "the pin", func(w *viewer.View) bool { return w.Pinned.GetComment() == c.GetComment() })
	return c
}

// aired is a comment that is on the overlay.
func (u *undoing) aired() {
	u.Helper()
	c := u.comment()
	moderate(u.T, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_OnAir{OnAir: &gatewayv1.PutOnAir{Comment: c.GetComment()}}})
	until(u.T, u.host, "the overlay", func(w *viewer.View) bool { return w.OnAir.GetComment().GetComment() == c.GetComment() })
}

// Every act of moderation of the socket is done and taken back by undo, which names it; after that everything is as it was.
func TestUndoTakesBackEveryActOfTheSocket(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	u := &undoing{T: t, rooms: roomsv1.NewRoomsServiceClient(conn), comments: commentsv1.NewCommentsServiceClient(conn), questions: questionsv1.NewQuestionsServiceClient(conn)}
	settle(t, u.rooms, "talk", &roomsv1.Settings{Labels: []string{"Price"}}, "settings.labels")
	u.host = join(t, &s.Ready, viewer.Options{Room: "talk", Client: "console", Token: staffToken(t, u.rooms, "talk", "host")})
	u.ada = join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	fields := new(gatewayv1.Moderate).ProtoReflect().Descriptor().Oneofs().ByName("act").Fields()
	for i := range fields.Len() {
		verb := string(fields.Get(i).Name())
		if _, known := stays[verb]; known == (len(trials[verb]) > 0) {
			t.Errorf("%s: say how undo takes it back, or why it does not", verb)
		}
		for _, one := range trials[verb] {
			t.Run(verb+" "+one.name, func(t *testing.T) {
				u.T = t
				if _, err := u.rooms.CalmRoom(t.Context(), &roomsv1.CalmRoomRequest{Room: "talk", Actor: producer}); err != nil {
					t.Fatal(err)
				}
				act := one.prepare(u)
				before := u.settled()
				moderate(t, u.host, act)
				wait(t, "the act", func() bool { return u.look() != before })
				if a := moderate(t, u.host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Undo{Undo: new(gatewayv1.RoomStep)}}); a.GetUndone() != one.undone {
					t.Errorf("undone was %q, want %q", a.GetUndone(), one.undone)
				}
				after := ""
				defer func() {
					if t.Failed() {
						t.Logf("before:\n%s\nafter:\n%s", before, after)
					}
				}()
				wait(t, "everything as it was", func() bool { after = u.look(); return after == before })
			})
		}
	}
}
