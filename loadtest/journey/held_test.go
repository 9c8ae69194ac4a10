package journey_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// recorded is every byte of the frames that a socket received.
type recorded struct {
	mu    sync.Mutex
	bytes []byte
}

func (r *recorded) add(frame []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes = append(append(r.bytes, frame...), 0)
}

func (r *recorded) hold(word string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Contains(r.bytes, []byte(word))
}

// heldBack posts what must wait for a moderator.
func heldBack(t *testing.T, v *viewer.Viewer, text string) *gatewayv1.Comment {
	t.Helper()
	a, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{
		Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: text},
	}})
	if err != nil || a.GetHeld() == nil {
		t.Fatalf("%q was not held: %v, %v", text, a, err)
	}
	return a.GetHeld().GetComment()
}

// holdAll has a room hold every comment.
func holdAll(t *testing.T, rooms roomsv1.RoomsServiceClient, room string) {
	t.Helper()
	_, err := rooms.UpdateRoom(t.Context(), &roomsv1.UpdateRoomRequest{
		Room:       &roomsv1.Room{Room: room, Settings: &roomsv1.Settings{HoldComments: roomsv1.Settings_HOLD_MODE_ALL.Enum()}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.hold_comments"}}, Actor: producer,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Nothing that waits is among the bytes that viewers' sockets receive: not in ticks, not in a newcomer's snapshot, not when
// somebody comes back.
func TestWhatWaitsReachesModeratorsOnly(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	holdAll(t, rooms, "talk")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	var received [3]recorded
	watcher := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[0].add})
	until(t, watcher, "that comments wait here", func(w *viewer.View) bool { return w.Room.GetHoldComments() == "everybody" })
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	const secret, fine, rude = "zebra-in-the-tall-grass", "a fine comment", "rude-rhinoceros"
	one := heldBack(t, ada, secret)
	two := heldBack(t, ada, fine)
	three := heldBack(t, ada, rude)
	for _, id := range []string{one.GetComment(), two.GetComment(), three.GetComment()} {
		until(t, mod, "what waits, among moderators", func(w *viewer.View) bool { return w.Held[id].GetWhy() == "all" })
	}
	late := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[1].add})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: two.GetComment()}}})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RejectHeld{RejectHeld: &gatewayv1.HeldStep{Comment: three.GetComment(), Reason: "off topic"}}})
	until(t, watcher, "what was released", has(fine))
	until(t, late, "what was released", has(fine))
	until(t, ada, "both verdicts", func(w *viewer.View) bool {
		if len(w.Verdicts) < 2 {
			return false
		}
		for _, v := range w.Verdicts {
			switch v.GetComment() {
			case two.GetComment():
				if v.GetState() != "released" {
					t.Errorf("the verdict on what was released is %v", v)
				}
			case three.GetComment():
				if v.GetState() != "rejected" || v.GetReason() != "off topic" {
					t.Errorf("the verdict on what was rejected is %v", v)
				}
			}
		}
		return true
	})
	until(t, mod, "only one waiting", func(w *viewer.View) bool { return len(w.Held) == 1 })
	// Their author learns of all three also after having been away; who comes and goes besides does not.
	again := join(t, &s.Ready, viewer.Options{Room: "talk", Token: you(ada).GetGuestToken()})
	until(t, again, "one's own held comments", func(w *viewer.View) bool { return len(w.Mine.GetHeld()) == 3 })
	again.Look(func(w *viewer.View) {
		own := w.Mine.GetHeld()
		if own[0].GetState() != "rejected" || own[0].GetReason() != "off topic" || own[1].GetState() != "released" ||
			own[2].GetState() != "held" || own[2].GetComment().GetText() != secret {
			t.Errorf("one's own held comments are %v", own)
		}
	})
	if a := moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Undo{Undo: &gatewayv1.RoomStep{}}}); a.GetUndone() != "reject_comment" {
		t.Errorf("undone is %q", a.GetUndone())
	}
	until(t, mod, "what was rejected, waiting again with its text", func(w *viewer.View) bool { return w.Held[three.GetComment()].GetComment().GetText() == rude })
	cursor := watcher.Cursor()
	watcher.Close()
	back := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, Cursor: cursor, OnFrame: received[2].add})
	until(t, back, "its welcome", func(w *viewer.View) bool { return w.Welcome != nil })
	for _, v := range []*viewer.Viewer{late, back} {
		if _, err := v.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Mine{Mine: &gatewayv1.GetMine{}}}); err != nil {
			t.Error(err)
		}
	}
	for i := range received {
		for _, word := range []string{secret, rude, one.GetComment(), three.GetComment()} {
			if received[i].hold(word) {
				t.Errorf("viewer %d received %q", i, word)
			}
		}
	}
	if !received[0].hold(fine) || !received[1].hold(fine) {
		t.Error("this test does not see what viewers receive")
	}
}

// A room looks first at people who are new, and at what its filter hits; who is timed out is told how long. None of what
// waits, and nothing of why, is among the bytes of who watches and who comes; also when the process was killed meanwhile.
func TestNewcomersAndFilterHitsWait(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := start(t, data)
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	old := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Old"})
	token := you(old).GetGuestToken()
	post(t, old, "here before")
	settle(t, rooms, "talk", &roomsv1.Settings{HoldComments: roomsv1.Settings_HOLD_MODE_FIRST.Enum(), HoldFiltered: new(true)}, "settings.hold_comments", "settings.hold_filtered")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{"giraffe"}}}})
	var received [3]recorded
	watcher := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[0].add})
	until(t, watcher, "that newcomers wait", func(w *viewer.View) bool { return w.Room.GetHoldComments() == "first" })
	waits := func(c *gatewayv1.Comment, why, detail string) {
		t.Helper()
		until(t, mod, "that it waits, and why", func(w *viewer.View) bool {
			return w.Held[c.GetComment()].GetWhy() == why && w.Held[c.GetComment()].GetDetail() == detail
		})
	}
	first := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "New"})
	hello := heldBack(t, first, "hello from somebody new")
	waits(hello, "first", "")
	waits(heldBack(t, first, "secret-second"), "first", "")
	var hit *gatewayv1.Comment
	wait(t, "the term is followed", func() bool {
		a, err := old.Call(t.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: viewer.NewRequestID(), Text: "secret-third g1raffe"}}})
		if err != nil {
			t.Fatal(err)
		}
		hit = a.GetHeld().GetComment()
		return hit != nil
	})
	waits(hit, "filter", "giraffe")
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: &gatewayv1.HeldStep{Comment: hello.GetComment()}}})
	until(t, watcher, "the first of somebody new", has("hello from somebody new"))
	post(t, first, "known by now")
	until(t, watcher, "who is known", has("known by now"))
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Timeout{Timeout: &gatewayv1.PersonStep{Person: you(first).GetPerson(), Seconds: 60, Reason: "enough"}}})
	var f viewer.Fault
	if _, err := first.Post(t.Context(), "me again"); !errors.As(err, &f) || f.GetReason() != string(fault.TimedOut) || f.GetRetryAfterMs() < 50_000 || f.GetRetryAfterMs() > 60_000 {
		t.Errorf("who is timed out is told %v", err)
	}

	s.Kill()
	s = start(t, data)
	join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, OnFrame: received[1].add})
	back := join(t, &s.Ready, viewer.Options{Room: "talk", Token: token})
	mod = join(t, &s.Ready, viewer.Options{Room: "talk", Token: s.Tokens.Moderator})
	waits(hit, "filter", "giraffe")
	late := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, Cursor: watcher.Cursor(), OnFrame: received[2].add})
	post(t, back, "a marker behind it")
	until(t, late, "the marker", has("a marker behind it"))
	for i := range received {
		for _, word := range []string{"secret-", "giraffe", "raffe", hit.GetComment()} {
			if received[i].hold(word) {
				t.Errorf("viewer %d received %q", i, word)
			}
		}
	}
	if !received[0].hold("known by now") || !received[2].hold("a marker behind it") {
		t.Error("this test does not see what viewers receive")
	}
}

// Each act is taken back by what it was on, whatever was done after it, by whoever else; asked again after a silence that is no
// error, and what somebody else did is left.
func TestActsAreTakenBackByWhatTheyWereOn(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	rooms := roomsv1.NewRoomsServiceClient(open(t, &s.Ready, "talk"))
	holdAll(t, rooms, "talk")
	mod := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "moderator")})
	host := join(t, &s.Ready, viewer.Options{Room: "talk", Token: staffToken(t, rooms, "talk", "host")})
	ada := join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	until(t, ada, "that comments wait here", func(w *viewer.View) bool { return w.Room.GetHoldComments() == "everybody" })
	one, two := heldBack(t, ada, "one").GetComment(), heldBack(t, ada, "two").GetComment()
	person := you(ada).GetPerson()
	on := func(comment string) *gatewayv1.HeldStep { return &gatewayv1.HeldStep{Comment: comment} }
	undoHeld := func(comment string) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoHeld{UndoHeld: on(comment)}}
	}
	undoPerson := &gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoPerson{UndoPerson: &gatewayv1.PersonStep{Person: person}}}
	undoAll := &gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoRemoveAll{UndoRemoveAll: &gatewayv1.PersonStep{Person: person}}}

	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: on(one)}})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Timeout{Timeout: &gatewayv1.PersonStep{Person: person, Seconds: 600}}})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RejectHeld{RejectHeld: on(two)}})
	until(t, mod, "both decided", func(w *viewer.View) bool { return len(w.Held) == 0 && w.People[person].GetTimeout() != nil })
	_, err := host.Moderate(t.Context(), undoHeld(one))
	refused(t, string(fault.UndoExpired), err) // it was somebody else's
	for range 2 {
		moderate(t, mod, undoHeld(one))
		moderate(t, mod, undoPerson)
		moderate(t, mod, undoHeld(two))
	}
	until(t, mod, "all as it was", func(w *viewer.View) bool {
		return len(w.Held) == 2 && w.People[person].GetTimeout() == nil
	})

	// The lifting of a time-out, too; and everything of a person.
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Timeout{Timeout: &gatewayv1.PersonStep{Person: person, Seconds: 600}}})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unban{Unban: &gatewayv1.PersonStep{Person: person}}})
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_RemoveAll{RemoveAll: &gatewayv1.PersonStep{Person: person}}})
	until(t, mod, "that nothing waits", func(w *viewer.View) bool { return len(w.Held) == 0 })
	for range 2 {
		moderate(t, mod, undoPerson)
		moderate(t, mod, undoAll)
	}
	until(t, mod, "the time-out and what waits", func(w *viewer.View) bool { return len(w.Held) == 2 && w.People[person].GetTimeout() != nil })

	// What somebody else decided since stays.
	moderate(t, mod, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: on(one)}})
	moderate(t, mod, undoHeld(one))
	moderate(t, host, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Release{Release: on(one)}})
	moderate(t, mod, undoHeld(one)) // it was taken back before
	until(t, ada, "what the host released", has("one"))
	_, err = ada.Moderate(t.Context(), undoHeld(two))
	refused(t, string(fault.PermissionDenied), err)
}
