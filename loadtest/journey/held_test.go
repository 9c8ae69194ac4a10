package journey_test

import (
	"bytes"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

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
	cursor := watcher.Cursor()
	watcher.Close()
	back := join(t, &s.Ready, viewer.Options{Room: "talk", JSON: true, Cursor: cursor, OnFrame: received[2].add})
	until(t, back, "its welcome", func(w *viewer.View) bool { return w.Welcome != nil })
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
