package journey_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func report(t *testing.T, v *viewer.Viewer, r *gatewayv1.Report) {
	t.Helper()
	if _, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Report{Report: r}}); err != nil {
		t.Fatal(err)
	}
}

// settle changes settings of a room as its host.
func settle(t *testing.T, rooms roomsv1.RoomsServiceClient, room string, s *roomsv1.Settings, paths ...string) {
	t.Helper()
	_, err := rooms.UpdateRoom(t.Context(), &roomsv1.UpdateRoomRequest{
		Room: &roomsv1.Room{Room: room, Settings: s}, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}, Actor: producer,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What people report reaches moderators, leaves everybody's screen at the threshold, and none of it is among the bytes of
// whoever comes then. What a moderator releases is back where it was, and stays.
func TestReportedCommentsLeaveTheScreenAndComeBack(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	settle(t, rooms, "talk", &roomsv1.Settings{ReportThreshold: new(uint32(2))}, "settings.report_threshold")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	links, err := rooms.CreateLinks(t.Context(), &roomsv1.CreateLinksRequest{Room: "talk", Roles: []string{"viewer", "viewer", "viewer"}})
	if err != nil {
		t.Fatal(err)
	}
	var people []*viewer.Viewer
	for _, l := range links.GetLinks() {
		people = append(people, join(t, &s.Ready, viewer.Options{Room: "talk", Token: l.GetToken()}))
	}
	const secret = "zebra-in-the-tall-grass"
	troll, ada, ben := people[0], people[1], people[2]
	c := post(t, troll, secret)
	post(t, ada, "hello")
	for _, v := range []*viewer.Viewer{ada, ben, mod} {
		until(t, v, "the comment", has(secret))
	}
	report(t, ada, &gatewayv1.Report{Comment: c.GetComment(), Reason: "harassment"})
	until(t, mod, "the report", func(w *viewer.View) bool {
		r := w.Reports[c.GetComment()]
		return r.GetPeople() == 1 && r.GetReasons()["harassment"] == 1 && r.GetComment().GetText() == secret && !r.GetHeld()
	})
	report(t, ben, &gatewayv1.Report{Comment: c.GetComment(), Reason: "spam"})
	until(t, ben, "that it is gone", func(w *viewer.View) bool { return !has(secret)(w) })
	until(t, mod, "that it waits", func(w *viewer.View) bool {
		return w.Held[c.GetComment()].GetWhy() == "reports" && w.Held[c.GetComment()].GetComment().GetText() == secret && w.Reports[c.GetComment()].GetHeld()
	})
	until(t, troll, "that their comment waits", func(w *viewer.View) bool {
		return len(w.Verdicts) > 0 && w.Verdicts[0].GetComment() == c.GetComment() && w.Verdicts[0].GetState() == "held"
	})
	var received recorded
	late := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received.add})
	post(t, ada, "a marker behind it")
	until(t, late, "the marker", has("a marker behind it"))
	if received.hold(secret) || !received.hold("hello") {
		t.Error("a newcomer received what was taken away, or this test does not see what it receives")
	}
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: c.GetComment()}}})
	for _, v := range []*viewer.Viewer{ada, late} {
		until(t, v, "the comment, first of all", func(w *viewer.View) bool { return has(secret)(w) && texts(w)[0] == secret })
	}
	until(t, mod, "that nothing is to be decided", func(w *viewer.View) bool { return len(w.Held) == 0 && len(w.Reports) == 0 })

	// Everything by one person goes with one act, and comes back with one.
	post(t, troll, "more of it")
	until(t, ada, "what the troll writes", has("more of it"))
	waits, shown := asks(t, troll, "What does nobody want to know?"), asks(t, troll, "Why me?")
	step(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Approve{Approve: &gatewayv1.QuestionStep{Question: shown.GetQuestion(), Revision: shown.GetRevision()}}})
	until(t, ada, "the question", questionIs(shown.GetQuestion(), "open"))
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RemoveAll{RemoveAll: &gatewayv1.PersonStep{Person: you(troll).GetPerson()}}}); a.GetCount() != 4 {
		t.Errorf("%d comments and questions were removed", a.GetCount())
	}
	until(t, ada, "an end of it", func(w *viewer.View) bool {
		return !has(secret)(w) && !has("more of it")(w) && w.Questions[shown.GetQuestion()] == nil && has("hello")(w)
	})
	until(t, mod, "nothing that waits", func(w *viewer.View) bool { return w.Pending[waits.GetQuestion()].GetQuestion().GetState() != "pending" })
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Undo{Undo: &gatewayv1.RoomStep{}}}); a.GetUndone() != "remove_person_comments" {
		t.Errorf("undone was %q", a.GetUndone())
	}
	until(t, ada, "all of it again", func(w *viewer.View) bool {
		return has(secret)(w) && has("more of it")(w) && questionIs(shown.GetQuestion(), "open")(w)
	})
	until(t, mod, "what waits again", func(w *viewer.View) bool { return w.Pending[waits.GetQuestion()].GetQuestion().GetState() == "pending" })
}

func asks(t *testing.T, v *viewer.Viewer, text string) *gatewayv1.Question {
	t.Helper()
	q, err := v.Ask(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
