package journey_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// faults.md 51: two hosts end the room at once with 40 questions waiting. It ends once; the questions wait where they
// were, moderators are refused with why, and who comes later finds nothing changed.
func TestFault51TwoHostsEndTheRoomWith40Waiting(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), open(t, &s.Ready, "ending")
	rooms, questions := roomsv1.NewRoomsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)
	var asking sync.WaitGroup
	for i := range 40 {
		asking.Go(func() {
			if _, err := questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
				Room: "ending", RequestId: fmt.Sprintf("request-%d", i), Text: fmt.Sprintf("Question %d?", i), Actor: &roomsv1.Actor{Subject: fmt.Sprint("asker-", i), Role: "viewer"},
			}); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	mo := join(t, &s.Ready, viewer.Options{Room: "ending", Token: s.Tokens.Moderator, Client: "console"})
	until(t, mo, "40 wait", func(w *viewer.View) bool { return len(w.Pending) == 40 })
	var ending sync.WaitGroup
	for i := range 2 {
		ending.Go(func() {
			r, err := rooms.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: "ending", Actor: &roomsv1.Actor{Subject: fmt.Sprint("host-", i), Name: fmt.Sprint("Host ", i), Role: "host"}})
			if err != nil || r.GetRoom().GetState() != roomsv1.Room_STATE_ENDED {
				t.Errorf("host %d: %v, %v", i, r, err)
			}
		})
	}
	ending.Wait()
	until(t, mo, "the room ends", roomIs("ended"))
	var waiting []*gatewayv1.ModeratorQuestion
	mo.Look(func(w *viewer.View) {
		for _, q := range w.Pending {
			waiting = append(waiting, q)
		}
	})
	for _, q := range waiting[:3] {
		_, err := mo.Moderate(ctx, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{
			Question: q.GetQuestion().GetQuestion(), Revision: q.GetQuestion().GetRevision(),
		}}})
		refused(t, "ROOM_ENDED", err)
	}
	trail, err := rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: "ending", PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	for _, e := range trail.GetEntries() {
		if e.GetAction() == "end_room" {
			ended++
		}
		if strings.HasSuffix(e.GetAction(), "_question") {
			t.Errorf("the trail has %v", e)
		}
	}
	if ended != 1 {
		t.Errorf("it ended %d times", ended)
	}
	list, err := questions.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: "ending", PageSize: 100, States: []questionsv1.Question_State{questionsv1.Question_STATE_PENDING}})
	if err != nil || len(list.GetQuestions()) != 40 {
		t.Fatalf("%d wait, %v", len(list.GetQuestions()), err)
	}
	for _, q := range list.GetQuestions() {
		if q.GetRevision() != 1 {
			t.Errorf("it was changed: %v", q)
		}
	}
}

// faults.md 52: a room is deleted and made anew under its name. Questions, votes and cursors of the old one are none of
// the new one's.
func TestFault52ARoomMadeAnewKnowsNoOldQuestions(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), open(t, &s.Ready, "again")
	rooms := roomsv1.NewRoomsServiceClient(conn)
	ask := func(v, mo *viewer.Viewer, text string) *gatewayv1.Question {
		t.Helper()
		q, err := v.Ask(ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		return step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: q.GetQuestion(), Revision: q.GetRevision()}}})
	}
	ada := join(t, &s.Ready, viewer.Options{Room: "again", Name: "Ada"})
	mo := join(t, &s.Ready, viewer.Options{Room: "again", Token: s.Tokens.Moderator, Client: "console"})
	old := ask(ada, mo, "Is it free?")
	if err := ada.Vote(ctx, old.GetQuestion(), true); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "a vote", func(w *viewer.View) bool { return w.Questions[old.GetQuestion()].GetVotes() == 1 })
	cursor := ada.Cursor()
	var token string
	ada.Look(func(w *viewer.View) { token = w.Welcome.GetYou().GetGuestToken() })
	if _, err := rooms.DeleteRoom(ctx, &roomsv1.DeleteRoomRequest{Room: "again", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	until(t, ada, "goodbye", func(w *viewer.View) bool { return w.Goodbye.GetReason() == "ROOM_DELETED" })
	open(t, &s.Ready, "again")

	back := join(t, &s.Ready, viewer.Options{Room: "again", Cursor: cursor, Token: token})
	back.Look(func(w *viewer.View) {
		if w.Welcome.GetRecovered() || w.Cursor.GetEpoch() == cursor.GetEpoch() || len(w.Questions) != 0 || len(w.Mine.GetQuestions())+len(w.Mine.GetVoted()) != 0 {
			t.Errorf("recovered %v, epoch %q as before %q, questions %v, mine %v", w.Welcome.GetRecovered(), w.Cursor.GetEpoch(), cursor.GetEpoch(), w.Questions, w.Mine)
		}
	})
	refused(t, "QUESTION_NOT_FOUND", back.Vote(ctx, old.GetQuestion(), true))
	mo = join(t, &s.Ready, viewer.Options{Room: "again", Token: s.Tokens.Moderator, Client: "console"})
	_, err := mo.Moderate(ctx, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Highlight{Highlight: &gatewayv1.QuestionStep{Question: old.GetQuestion(), Revision: old.GetRevision()}}})
	refused(t, "QUESTION_NOT_FOUND", err)
	fresh := ask(back, mo, "Is it free?")
	if fresh.GetQuestion() == old.GetQuestion() {
		t.Error("the same question in another room has the same id")
	}
	until(t, back, "the new one, without votes", func(w *viewer.View) bool {
		return questionIs(fresh.GetQuestion(), "open")(w) && w.Questions[fresh.GetQuestion()].GetVotes() == 0 && len(w.Questions) == 1
	})
}
