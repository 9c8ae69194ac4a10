package journey_test

import (
	"context"
	"testing"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func staffToken(t *testing.T, rooms roomsv1.RoomsServiceClient, room, role string) string {
	t.Helper()
	links, err := rooms.CreateLinks(t.Context(), &roomsv1.CreateLinksRequest{Room: room, Roles: []string{role}})
	if err != nil {
		t.Fatal(err)
	}
	return links.GetLinks()[0].GetToken()
}

func you(v *viewer.Viewer) (y *gatewayv1.You) {
	v.Look(func(w *viewer.View) { y = w.Welcome.GetYou() })
	return y
}

func moderate(t *testing.T, v *viewer.Viewer, m *gatewayv1.Moderate) *gatewayv1.Ack {
	t.Helper()
	a, err := v.Moderate(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A troll meets everything that a moderator can do, with sockets on two gateways.
func TestAModeratorDealsWithATroll(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	troll := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Troll"})
	token := you(troll).GetGuestToken()
	other := join(t, &s.Ready, viewer.Options{Room: "talk", Token: token})
	person := you(troll).GetPerson()

	// Muted: the socket stays, what is sent is refused with the time to wait, and others are not touched.
	post(t, troll, "first")
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Timeout{Timeout: &gatewayv1.PersonStep{Person: person, Seconds: 600, Reason: "calm down"}}})
	until(t, troll, "the mute", func(w *viewer.View) bool { return w.Muted.GetUntilMs() > 0 && w.Muted.GetReason() == "calm down" })
	until(t, mod, "the mute among moderators", func(w *viewer.View) bool { return w.People[person].GetTimeout() != nil })
	_, err := troll.Post(t.Context(), "may I?")
	refused(t, string(fault.TimedOut), err)
	_, err = other.Ask(t.Context(), "may I ask?")
	refused(t, string(fault.TimedOut), err)
	post(t, ada, "hello")
	until(t, troll, "what others write", has("hello"))
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Undo{Undo: &gatewayv1.RoomStep{}}}); a.GetUndone() != "time_out_person" {
		t.Errorf("undone was %q", a.GetUndone())
	}
	until(t, troll, "the end of the mute", func(w *viewer.View) bool { return w.Muted.GetUntilMs() == 0 })
	post(t, troll, "thanks")

	// Out of sight: they and moderators see it, nobody else.
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: person, Hidden: true}}})
	until(t, mod, "the shadow ban", func(w *viewer.View) bool { return w.People[person].GetShadow() != nil })
	post(t, troll, "buy my coins")
	until(t, mod, "what is out of sight", has("buy my coins"))
	post(t, ada, "a marker behind it")
	until(t, ada, "the marker", has("a marker behind it"))
	late := join(t, &s.Ready, viewer.Options{Room: "talk"})
	until(t, late, "the marker", has("a marker behind it"))
	for _, v := range []*viewer.Viewer{ada, late} {
		v.Look(func(w *viewer.View) {
			if has("buy my coins")(w) || w.NotShown != 0 {
				t.Errorf("a viewer was shown what is out of sight, or told of it: %q, not shown %d", texts(w), w.NotShown)
			}
		})
	}

	// Their own page shows it also after a reload, as the ack did; nobody else's does.
	again := join(t, &s.Ready, viewer.Options{Room: "talk", Token: token})
	until(t, again, "one's own comment", func(w *viewer.View) bool { return len(w.Mine.GetComments()) > 0 })
	again.Look(func(w *viewer.View) {
		if own := w.Mine.GetComments(); len(own) != 1 || own[0].GetText() != "buy my coins" || own[0].GetPerson() != person {
			t.Errorf("after a reload one's own are %v", own)
		}
	})
	for _, v := range []*viewer.Viewer{ada, late} {
		if _, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Mine{Mine: &gatewayv1.GetMine{}}}); err != nil {
			t.Error(err)
		}
		v.Look(func(w *viewer.View) {
			if len(w.Mine.GetComments()) != 0 {
				t.Errorf("somebody else's own comments are %v", w.Mine.GetComments())
			}
		})
	}

	// Banned: all their sockets go, and the door stays shut until it is lifted.
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: person, Seconds: 3600, Reason: "advertising"}}})
	for _, v := range []*viewer.Viewer{troll, other, again} {
		gone(t, v)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if back, err := viewer.Dial(ctx, viewer.Options{URL: s.URL(), Room: "talk", Token: token}); err == nil {
		gone(t, back)
		back.Close()
	}
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unban{Unban: &gatewayv1.PersonStep{Person: person}}})
	until(t, mod, "the end of the ban", func(w *viewer.View) bool { return w.People[person].GetBan() == nil })
	back := join(t, &s.Ready, viewer.Options{Room: "talk", Token: token})
	post(t, back, "I am sorry")
	until(t, ada, "who came back", has("I am sorry"))

	// Viewers do none of this.
	_, err = ada.Moderate(t.Context(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Ban{Ban: &gatewayv1.PersonStep{Person: person}}})
	refused(t, string(fault.PermissionDenied), err)
}

// gone wants a socket to end because of a ban.
func gone(t *testing.T, v *viewer.Viewer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-v.Done():
	case <-ctx.Done():
		t.Fatal("the socket of somebody who is banned stays open")
	}
	v.Look(func(w *viewer.View) {
		if w.Goodbye.GetReason() != fault.CloseBanned.Reason {
			t.Errorf("the goodbye was %v, and the end %v", w.Goodbye, v.Err())
		}
	})
}
