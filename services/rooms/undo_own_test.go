package rooms_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

// doc is the room's document as it is stored.
func (h *house) doc() (*eventv1.Room, bus.Record) {
	h.Helper()
	r, err := h.bed.Bus.Last(h.Context(), bus.InRoom(bus.State, "main", follow.RoomKey))
	if err != nil {
		h.Fatal(err)
	}
	doc := new(eventv1.Room)
	if err := proto.Unmarshal(r.Body, doc); err != nil {
		h.Fatal(err)
	}
	return doc, r
}

func (h *house) end(by string) {
	h.Helper()
	if _, err := h.s.EndRoom(testbed.As(h.Context(), auth.Host, by), &roomsv1.EndRoomRequest{Room: "main"}); err != nil {
		h.Fatal(err)
	}
}

func (h *house) reopen(by string, own bool) error {
	_, err := h.s.ReopenRoom(testbed.As(h.Context(), auth.Host, by), &roomsv1.ReopenRoomRequest{Room: "main", Own: own})
	return err
}

func TestOnesOwnEndAloneIsTakenBack(t *testing.T) {
	h := newHouse(t)
	h.end("hanna")
	h.reason(fault.UndoExpired, h.reopen("otto", true))
	for range 2 { // a second time is a success
		if err := h.reopen("hanna", true); err != nil || h.get().GetState() != roomsv1.Room_STATE_LIVE {
			t.Fatalf("%v, %v", err, h.get().GetState())
		}
	}
	h.end("hanna")
	if err := h.reopen("otto", false); err != nil {
		t.Fatal(err)
	}
	h.reason(fault.UndoExpired, h.reopen("hanna", true)) // somebody else took it back
	h.end("otto")
	h.reason(fault.UndoExpired, h.reopen("hanna", true)) // and ended it anew
	if h.get().GetState() != roomsv1.Room_STATE_ENDED {
		t.Error("another's end was taken back")
	}
	if err := h.reopen("otto", true); err != nil {
		t.Fatal(err)
	}
	h.later(2 * time.Minute)
	h.reason(fault.UndoExpired, h.reopen("otto", true))
}

func TestAnUndoIsASuccessForAWhile(t *testing.T) {
	h := newHouse(t)
	h.calm("mod", true)
	if err := h.undo(auth.Moderator, "mod"); err != nil {
		t.Fatal(err)
	}
	h.later(99 * time.Second)
	if err := h.undo(auth.Moderator, "mod"); err != nil {
		t.Error(err)
	}
	h.later(2 * time.Second)
	h.reason(fault.UndoExpired, h.undo(auth.Moderator, "mod"))
}

// A process of the version before keeps the fields that it does not know: the change that they tell of is not the last one then.
func TestWhatAnOlderProcessChangedIsNotOverwritten(t *testing.T) {
	h := newHouse(t)
	h.update(auth.Moderator, "mod", &roomsv1.Settings{SlowModeSeconds: new(uint32(90))}, "slow_mode_seconds")
	doc, record := h.doc()
	doc.Revision++
	doc.Settings.SlowModeSeconds = 300
	body, err := proto.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", follow.RoomKey), body, record.Sequence); err != nil {
		t.Fatal(err)
	}
	h.reason(fault.UndoExpired, h.undo(auth.Moderator, "mod"))
	if now, _ := h.doc(); now.GetSettings().GetSlowModeSeconds() != 300 {
		t.Errorf("slow mode is %d", now.GetSettings().GetSlowModeSeconds())
	}
}

// The source may hold a key that opens it.
func TestASourceIsKeptForItsUndoAlone(t *testing.T) {
	const first, second = "https://video.example/live.m3u8?key=first", "https://video.example/live.m3u8?key=second"
	h := newHouse(t)
	h.s = rooms.New(rooms.Options{Bus: h.bed.Bus, Views: h.bed.Views, Logger: h.bed.Log, Media: []string{"https://video.example"}})
	source := func(s string) {
		t.Helper()
		h.update(auth.Host, "mod", &roomsv1.Settings{Source: &s}, "source")
	}
	source(first)
	h.update(auth.Host, "mod", &roomsv1.Settings{SlowModeSeconds: new(uint32(90))}, "slow_mode_seconds")
	if doc, _ := h.doc(); doc.GetChange().GetBefore().GetSettings().GetSource() != "" {
		t.Error("the source is kept where another setting was changed")
	}
	if err := h.undo(auth.Host, "mod"); err != nil {
		t.Fatal(err)
	}
	if doc, _ := h.doc(); doc.GetSettings().GetSource() != first || doc.GetSettings().GetSlowModeSeconds() != 0 {
		t.Errorf("taken back the settings are %v", doc.GetSettings())
	}
	source(second)
	if err := h.undo(auth.Host, "mod"); err != nil {
		t.Fatal(err)
	}
	if doc, _ := h.doc(); doc.GetSettings().GetSource() != first {
		t.Errorf("taken back the source is %q", doc.GetSettings().GetSource())
	}
}
