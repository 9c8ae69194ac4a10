package rooms_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

func (h *house) get() *roomsv1.Room {
	h.Helper()
	r, err := h.s.GetRoom(testbed.As(h.Context(), auth.Moderator, "mod"), &roomsv1.GetRoomRequest{Room: "main"})
	if err != nil {
		h.Fatal(err)
	}
	return r.GetRoom()
}

func (h *house) update(role auth.Role, by string, s *roomsv1.Settings, paths ...string) {
	h.Helper()
	for i := range paths {
		paths[i] = "settings." + paths[i]
	}
	_, err := h.s.UpdateRoom(testbed.As(h.Context(), role, by), &roomsv1.UpdateRoomRequest{
		Room: &roomsv1.Room{Room: "main", Settings: s}, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) calm(by string, on bool) {
	h.Helper()
	if _, err := h.s.CalmRoom(testbed.As(h.Context(), auth.Moderator, by), &roomsv1.CalmRoomRequest{Room: "main", On: on}); err != nil {
		h.Fatal(err)
	}
}

func (h *house) undo(role auth.Role, by string) error {
	_, err := h.s.UndoRoomChange(testbed.As(h.Context(), role, by), &roomsv1.UndoRoomChangeRequest{Room: "main"})
	return err
}

// same fails where a room's settings or calm are not what they were.
func (h *house) same(what string, was *roomsv1.Room) {
	h.Helper()
	is := h.get()
	if !proto.Equal(is.GetSettings(), was.GetSettings()) || !proto.Equal(is.GetCalmTime(), was.GetCalmTime()) || is.GetTitle() != was.GetTitle() {
		h.Fatalf("%s: the room is\n%v\nit was\n%v", what, is, was)
	}
}

func TestAChangeOfARoomIsTakenBack(t *testing.T) {
	slow := func(seconds uint32) *roomsv1.Settings { return &roomsv1.Settings{SlowModeSeconds: new(seconds)} }
	for name, act := range map[string]func(h *house) (before *roomsv1.Room){
		"modes": func(h *house) *roomsv1.Room {
			before := h.get()
			h.update(auth.Moderator, "mod", slow(90), "slow_mode_seconds")
			return before
		},
		"calm": func(h *house) *roomsv1.Room {
			before := h.get()
			h.calm("mod", true)
			return before
		},
		"the end of a calm, with what was changed in it": func(h *house) *roomsv1.Room {
			h.calm("mod", true)
			h.update(auth.Moderator, "other", &roomsv1.Settings{SlowModeSeconds: new(uint32(300)), EmojiOnly: new(true)}, "slow_mode_seconds", "emoji_only")
			before := h.get()
			h.calm("mod", false)
			return before
		},
		"the last of two changes": func(h *house) *roomsv1.Room {
			h.update(auth.Moderator, "mod", slow(90), "slow_mode_seconds")
			before := h.get()
			h.update(auth.Moderator, "mod", &roomsv1.Settings{EmojiOnly: new(true)}, "emoji_only")
			return before
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			before := act(h)
			changed := h.get()
			h.reason(fault.UndoExpired, h.undo(auth.Moderator, "other"))
			if err := h.undo(auth.Moderator, "mod"); err != nil {
				t.Fatal(err)
			}
			h.same("taken back", before)
			after := h.get()
			if after.GetRevision() != changed.GetRevision()+1 {
				t.Errorf("revision %d after %d: whoever has a form open must be told", after.GetRevision(), changed.GetRevision())
			}
			if err := h.undo(auth.Moderator, "mod"); err != nil {
				t.Errorf("a second time: %v", err)
			}
			h.same("a second time", before)
			if all := strings.Join(h.actions(), " "); strings.Count(all, "undo_room_change") != 1 {
				t.Errorf("the trail says %s", all)
			}
		})
	}
}

func TestWhatOthersChangedSinceIsNotOverwritten(t *testing.T) {
	h := newHouse(t)
	h.update(auth.Moderator, "mod", &roomsv1.Settings{SlowModeSeconds: new(uint32(90))}, "slow_mode_seconds")
	h.update(auth.Host, "host", &roomsv1.Settings{EmojiOnly: new(true)}, "emoji_only")
	before := h.get()
	h.reason(fault.UndoExpired, h.undo(auth.Moderator, "mod"))
	h.same("refused", before)
	h.reason(fault.PermissionDenied, h.undo(auth.Moderator, "host")) // who is a host no more
	h.later(61 * time.Second)
	h.reason(fault.UndoExpired, h.undo(auth.Host, "host"))
	h.same("too late", before)
	h.reason(fault.PermissionDenied, h.undo(auth.Viewer, "viewer"))
}

func TestAnUpdateThatChangesNothingIsNoChange(t *testing.T) {
	h := newHouse(t)
	emoji := func(by string) *roomsv1.UpdateRoomResponse {
		t.Helper()
		r, err := h.s.UpdateRoom(testbed.As(t.Context(), auth.Moderator, by), &roomsv1.UpdateRoomRequest{
			Room:       &roomsv1.Room{Room: "main", Settings: &roomsv1.Settings{EmojiOnly: new(true)}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.emoji_only"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := h.get()
	first := emoji("mod")
	for range 2 {
		if r := emoji("other"); r.GetChange() != 0 || r.GetRoom().GetRevision() != first.GetRoom().GetRevision() || !r.GetRoom().GetSettings().GetEmojiOnly() {
			t.Fatalf("after %v the same is answered %v", first, r)
		}
	}
	if r := emoji("mod"); r.GetChange() != first.GetChange() || r.GetRoom().GetRevision() != first.GetRoom().GetRevision() { // perhaps its answer was lost
		t.Fatalf("sent again it is answered %v, and was %v", r, first)
	}
	h.reason(fault.UndoExpired, h.undo(auth.Moderator, "other"))
	_, err := h.s.UndoRoomChange(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.UndoRoomChangeRequest{Room: "main", Change: first.GetChange()})
	if err != nil {
		t.Fatal(err)
	}
	h.same("taken back", before)
	if got := strings.Join(h.actions(), " "); got != "undo_room_change update_room" {
		t.Errorf("the trail says %s", got)
	}
}

func TestTheTrailSaysWhatWasChanged(t *testing.T) {
	h := newHouse(t)
	h.update(auth.Host, "host", &roomsv1.Settings{}, "emoji_only") // which fills in what a room of the bed lacks
	h.update(auth.Host, "host", &roomsv1.Settings{
		SlowModeSeconds: new(uint32(90)), CommentMode: roomsv1.Settings_COMMENT_MODE_FROZEN.Enum(), CommentHook: roomsv1.Settings_HOOK_MODE_FAIL_CLOSED.Enum(),
		Labels: []string{strings.Repeat("long", 8), strings.Repeat("more", 9)},
	}, "slow_mode_seconds", "comment_mode", "comment_hook", "labels")
	h.calm("mod", true)
	if err := h.undo(auth.Moderator, "mod"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.SetOnAir(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.SetOnAirRequest{Room: "main", Question: anItem}); err != nil {
		t.Fatal(err)
	}
	r, err := h.s.ListAuditEntries(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.ListAuditEntriesRequest{Room: "main"})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range r.GetEntries()[:4] {
		said = append(said, e.GetAction()+": "+e.GetReason())
	}
	want := []string{
		"set_on_air: a question",
		"undo_room_change: links everyone, hold_guests false",
		"calm_room: links moderators, hold_guests true",
		"update_room: labels " + strings.Repeat("long", 8) + " " + strings.Repeat("more", 6) + "mo…, slow_mode_seconds 90, comment_mode frozen, comment_hook fail_closed",
	}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("the trail says\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheOverlayShowsAgainWhatItShowed(t *testing.T) {
	h := newHouse(t)
	set := func(by string, r *roomsv1.SetOnAirRequest) {
		t.Helper()
		r.Room = "main"
		if _, err := h.s.SetOnAir(testbed.As(t.Context(), auth.Moderator, by), r); err != nil {
			t.Fatal(err)
		}
		h.later(time.Second)
	}
	back := func(by string) (*roomsv1.UndoOnAirResponse, error) {
		return h.s.UndoOnAir(testbed.As(t.Context(), auth.Moderator, by), &roomsv1.UndoOnAirRequest{Room: "main"})
	}
	_, err := back("mod")
	h.reason(fault.UndoExpired, err)
	set("mod", &roomsv1.SetOnAirRequest{Comment: anItem, Sequence: 3})
	set("mod", &roomsv1.SetOnAirRequest{Question: anItem})
	_, err = back("other")
	h.reason(fault.UndoExpired, err)
	for range 2 { // a second time is a success
		if shows, err := back("mod"); err != nil || shows.GetComment() != anItem || shows.GetQuestion() != "" {
			t.Fatalf("the overlay shows %v (%v)", shows, err)
		}
	}
	set("other", &roomsv1.SetOnAirRequest{})
	_, err = back("mod")
	h.reason(fault.UndoExpired, err)
	if shows, err := back("other"); err != nil || shows.GetComment() != anItem {
		t.Fatalf("after a clearing was taken back the overlay shows %v (%v)", shows, err)
	}
	set("mod", &roomsv1.SetOnAirRequest{Question: anItem})
	h.later(time.Minute)
	_, err = back("mod")
	h.reason(fault.UndoExpired, err)
	if all := strings.Join(h.actions(), " "); strings.Count(all, "undo_on_air") != 2 {
		t.Errorf("the trail says %s", all)
	}
}

func TestOnesOwnActsAreListed(t *testing.T) {
	h := newHouse(t)
	h.calm("mod", true)
	h.calm("other", false)
	h.must(h.ban(auth.Moderator, "mod", "troll", 0))
	own := func(by string, since time.Time, token string) *roomsv1.ListAuditEntriesResponse {
		t.Helper()
		r, err := h.s.ListAuditEntries(testbed.As(t.Context(), auth.Moderator, by), &roomsv1.ListAuditEntriesRequest{
			Room: "main", Own: true, StartTime: timestamppb.New(since), PageSize: 1, PageToken: token,
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := own("mod", time.Unix(0, 0), "")
	second := own("mod", time.Unix(0, 0), first.GetNextPageToken())
	if len(first.GetEntries()) != 1 || first.GetEntries()[0].GetAction() != "ban_person" || len(second.GetEntries()) != 1 || second.GetEntries()[0].GetAction() != "calm_room" {
		t.Errorf("mod did %v, and before it %v", first, second)
	}
	if r := own("mod", time.Now().Add(time.Hour), ""); len(r.GetEntries()) != 0 || r.GetNextPageToken() != "" {
		t.Errorf("since later there is %v", r)
	}
	_, err := h.s.ListAuditEntries(testbed.As(t.Context(), auth.Moderator, "other"), &roomsv1.ListAuditEntriesRequest{
		Room: "main", Own: true, StartTime: timestamppb.New(time.Unix(0, 0)), PageToken: first.GetNextPageToken(),
	})
	h.reason(fault.PageTokenInvalid, err)
}

// A source may hold a key that opens it, and a list of labels may be long: the trail is read by every moderator.
func TestTheTrailSaysNoSecretsAndNotTooMuch(t *testing.T) {
	with := func(s *eventv1.RoomSettings) *eventv1.Room { return &eventv1.Room{Title: "Show", Settings: s} }
	bare := with(new(eventv1.RoomSettings))
	if said := rooms.Difference(bare, with(&eventv1.RoomSettings{Source: "https://media.example.com/live.m3u8?key=secret"})); said != "source another" {
		t.Errorf("of a source it says %q", said)
	}
	if said := rooms.Difference(with(&eventv1.RoomSettings{Source: "https://media.example.com/"}), bare); said != "source none" {
		t.Errorf("of no source it says %q", said)
	}
	many := &eventv1.RoomSettings{MaxPostsPerSecond: 1, SlowModeSeconds: 2, TapBurst: 3, HeartCap: 4, MinTickMs: 5, EditWindowSeconds: 6, PreviewDelayMs: 7, DisplayBudget: 8,
		TapsPerSecond: 9, ModeratorDisplayBudget: 10, AnsweringSlots: 2, ReportThreshold: 12, HeartsPaused: true, QuestionsPaused: true, KeepOriginals: true, EmojiOnly: true}
	for range 20 {
		many.Labels = append(many.Labels, strings.Repeat("é", 40))
	}
	if said := []rune(rooms.Difference(bare, with(many))); len(said) != 300 || said[299] != '…' {
		t.Errorf("of everything it says %d characters: %s", len(said), string(said))
	}
	if said := rooms.Difference(bare, bare); said != "" {
		t.Errorf("of nothing it says %q", said)
	}
}

// Several who came by one link are one person to the service.
func TestAnUndoThatNamesTheChangeTakesBackNoOther(t *testing.T) {
	host := func(h *house) context.Context { return testbed.As(h.Context(), auth.Host, "host") }
	calm := func(h *house, on bool) (uint64, error) {
		r, err := h.s.CalmRoom(host(h), &roomsv1.CalmRoomRequest{Room: "main", On: on})
		return r.GetChange(), err
	}
	slow := func(h *house, seconds uint32) (uint64, error) {
		r, err := h.s.UpdateRoom(host(h), &roomsv1.UpdateRoomRequest{
			Room:       &roomsv1.Room{Room: "main", Settings: &roomsv1.Settings{SlowModeSeconds: &seconds}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.slow_mode_seconds"}},
		})
		return r.GetChange(), err
	}
	clears := func(h *house) (uint64, error) {
		r, err := h.s.SetOnAir(host(h), &roomsv1.SetOnAirRequest{Room: "main"})
		return r.GetChange(), err
	}
	airs := func(h *house) (uint64, error) {
		r, err := h.s.SetOnAir(host(h), &roomsv1.SetOnAirRequest{Room: "main", Question: strings.Repeat("a", 26)})
		return r.GetChange(), err
	}
	ends := func(h *house) (uint64, error) {
		r, err := h.s.EndRoom(host(h), &roomsv1.EndRoomRequest{Room: "main"})
		return r.GetChange(), err
	}
	for name, c := range map[string]struct {
		act, since, idle func(h *house) (uint64, error)
		undo             func(h *house, change uint64) error
	}{
		"setting": {
			func(h *house) (uint64, error) { return slow(h, 90) },
			func(h *house) (uint64, error) { return calm(h, true) },
			func(h *house) (uint64, error) { return slow(h, 90) }, // so it is, in the calm as well
			func(h *house, change uint64) error {
				_, err := h.s.UndoRoomChange(host(h), &roomsv1.UndoRoomChangeRequest{Room: "main", Change: change})
				return err
			},
		},
		"overlay": {clears, airs, airs, func(h *house, change uint64) error {
			_, err := h.s.UndoOnAir(host(h), &roomsv1.UndoOnAirRequest{Room: "main", Change: change})
			return err
		}},
		"end": {
			ends,
			func(h *house) (uint64, error) {
				if _, err := h.s.ReopenRoom(host(h), &roomsv1.ReopenRoomRequest{Room: "main"}); err != nil {
					return 0, err
				}
				return ends(h)
			},
			func(h *house) (uint64, error) {
				r, err := h.s.EndRoom(testbed.As(h.Context(), auth.Host, "other"), &roomsv1.EndRoomRequest{Room: "main"})
				return r.GetChange(), err
			},
			func(h *house, change uint64) error {
				_, err := h.s.ReopenRoom(host(h), &roomsv1.ReopenRoomRequest{Room: "main", Own: true, Change: change})
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			does := func(act func(h *house) (uint64, error)) uint64 {
				t.Helper()
				change, err := act(h)
				if err != nil {
					t.Fatal(err)
				}
				return change
			}
			first, second := does(c.act), does(c.since)
			if first == 0 || second == 0 || first == second {
				t.Fatalf("the changes are %d and %d", first, second)
			}
			if idle := does(c.idle); idle != 0 {
				t.Errorf("what changed nothing is the change %d", idle)
			}
			h.reason(fault.UndoExpired, c.undo(h, first))
			for range 2 {
				if err := c.undo(h, second); err != nil {
					t.Fatal(err)
				}
			}
			h.reason(fault.UndoExpired, c.undo(h, first))
		})
	}
	h := newHouse(t)
	if _, err := slow(h, 90); err != nil {
		t.Fatal(err)
	}
	if _, err := calm(h, false); err != nil {
		t.Fatal(err)
	}
	h.update(auth.Moderator, "other", &roomsv1.Settings{EmojiOnly: new(true)}, "emoji_only")
	if change, err := slow(h, 90); err != nil || change != 0 {
		t.Errorf("the mode that was already is the change %d, %v", change, err)
	}
	if change, err := calm(h, false); err != nil || change != 0 {
		t.Errorf("the end of a calm that was none is the change %d, %v", change, err)
	}
}
