package journey_test

import (
	"testing"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Whatever moderators do with questions that wait, no byte of it reaches a viewer's socket: of somebody who was there all
// the time, by either subprotocol, of a newcomer, and of one who comes back.
func TestNothingThatWaitsReachesAViewer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	ctx, conn := t.Context(), dial(t, &s.Ready)
	if _, err := roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{Room: "quiet", Actor: producer}); err != nil {
		t.Fatal(err)
	}
	var tapes [4]tape
	json := join(t, &s.Ready, viewer.Options{Room: "quiet", Name: "Ada", JSON: true, OnFrame: tapes[0].keep})
	binary := join(t, &s.Ready, viewer.Options{Room: "quiet", Name: "Bo", OnFrame: tapes[1].keep})
	asker := join(t, &s.Ready, viewer.Options{Room: "quiet", Name: "Asker"})
	mo := join(t, &s.Ready, viewer.Options{Room: "quiet", Token: s.Tokens.Moderator, Client: "console"})
	waits := func(text string) *gatewayv1.Question {
		t.Helper()
		q, err := asker.Ask(ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		until(t, mo, "moderators see it wait", func(w *viewer.View) bool { return w.Pending[q.GetQuestion()] != nil })
		return q
	}
	edited, rejected, merged := waits("Secretoriginal"), waits("Secretrejected"), waits("Secretmerged")
	claim := func(q *gatewayv1.Question) {
		t.Helper()
		if _, err := mo.Moderate(ctx, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Claim{Claim: &gatewayv1.ClaimQuestion{Question: q.GetQuestion()}}}); err != nil {
			t.Fatal(err)
		}
	}
	claim(edited)
	edited = step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Edit{Edit: &gatewayv1.QuestionStep{
		Question: edited.GetQuestion(), Revision: edited.GetRevision(), Text: "Shown after approval", Claimed: true,
	}}})
	step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Reject{Reject: &gatewayv1.QuestionStep{
		Question: rejected.GetQuestion(), Revision: rejected.GetRevision(), Reason: "Secretreason",
	}}})
	step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Merge{Merge: &gatewayv1.QuestionStep{
		Question: merged.GetQuestion(), Revision: merged.GetRevision(), Into: edited.GetQuestion(),
	}}})
	cursor := binary.Cursor()
	binary.Close()
	post(t, json, "whatever was to come has come by now")
	back := join(t, &s.Ready, viewer.Options{Room: "quiet", Name: "Bo", Cursor: cursor, OnFrame: tapes[2].keep})
	newcomer := join(t, &s.Ready, viewer.Options{Room: "quiet", Name: "New", JSON: true, OnFrame: tapes[3].keep})
	found, err := newcomer.Call(ctx, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Similar{Similar: &gatewayv1.FindSimilar{Text: "Shown after approval"}}})
	if err != nil || len(found.GetSimilar().GetQuestions()) != 0 {
		t.Errorf("who types is suggested what waits: %v, %v", found, err)
	}
	step(t, mo, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{
		Question: edited.GetQuestion(), Revision: edited.GetRevision() + 1, // the merge has touched it
	}}})
	for _, v := range []*viewer.Viewer{json, back, newcomer} {
		until(t, v, "the open question", questionIs(edited.GetQuestion(), "open"))
	}
	for i := range tapes {
		for _, secret := range []string{"Secret", rejected.GetQuestion(), merged.GetQuestion()} {
			if tapes[i].holds(secret) {
				t.Errorf("the socket of viewer %d was sent %q", i, secret)
			}
		}
	}
	if !tapes[0].holds("Shown after approval") || !tapes[2].holds("Shown after approval") {
		t.Error("the tapes hold nothing")
	}
}
