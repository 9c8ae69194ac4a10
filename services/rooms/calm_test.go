package rooms_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestCalmIsOneActAndGivesBackExactlyWhatStood(t *testing.T) {
	for name, before := range map[string]*roomsv1.Settings{
		"defaults":      {},
		"slower":        {SlowModeSeconds: new(uint32(90)), Links: roomsv1.Settings_LINK_POLICY_MEMBERS.Enum()},
		"a little slow": {SlowModeSeconds: new(uint32(5)), UniqueComments: new(true)},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			if _, err := g.s.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: "main", Settings: before}); err != nil {
				t.Fatal(err)
			}
			mod := testbed.As(t.Context(), auth.Moderator, "mo")
			get := func() *roomsv1.Room {
				r, err := g.s.GetRoom(g.host, &roomsv1.GetRoomRequest{Room: "main"})
				if err != nil {
					t.Fatal(err)
				}
				return r.GetRoom()
			}
			calm := func(on bool) *roomsv1.Room {
				r, err := g.s.CalmRoom(mod, &roomsv1.CalmRoomRequest{Room: "main", On: on})
				if err != nil {
					t.Fatal(err)
				}
				return r.GetRoom()
			}
			stood := get()
			on := calm(true)
			if on.GetCalmTime() == nil || on.GetSettings().GetSlowModeSeconds() != max(30, before.GetSlowModeSeconds()) ||
				on.GetSettings().GetLinks() != roomsv1.Settings_LINK_POLICY_MODERATORS {
				t.Fatalf("calm is %v", on)
			}
			if again := calm(true); again.GetRevision() != on.GetRevision() {
				t.Fatal("calming a calm room changed it: what stood before would be forgotten")
			}
			if _, err := g.s.UpdateRoom(mod, &roomsv1.UpdateRoomRequest{
				Room:       &roomsv1.Room{Room: "main", Settings: &roomsv1.Settings{SlowModeSeconds: new(uint32(300))}},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.slow_mode_seconds"}},
			}); err != nil {
				t.Fatal(err)
			}
			off := calm(false)
			if off.GetCalmTime() != nil || !proto.Equal(off.GetSettings(), stood.GetSettings()) {
				t.Fatalf("after it %v, before it %v", off.GetSettings(), stood.GetSettings())
			}
			if again := calm(false); again.GetRevision() != off.GetRevision() {
				t.Fatal("ending no calm changed the room")
			}
			if trail := g.trail("main"); strings.Count(trail, "calm_room") != 1 || strings.Count(trail, "end_calm") != 1 {
				t.Fatalf("the trail says %s", trail)
			}
		})
	}
}

func TestAModeratorChangesModesAndNothingElse(t *testing.T) {
	g := newStage(t)
	g.create("main")
	update := func(role auth.Role, paths ...string) error {
		_, err := g.s.UpdateRoom(testbed.As(t.Context(), role, "somebody"), &roomsv1.UpdateRoomRequest{
			Room: &roomsv1.Room{Room: "main", Title: "Mine"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return err
	}
	allowed := []string{"settings.slow_mode_seconds", "settings.comment_mode", "settings.unique_comments", "settings.emoji_only", "settings.links"}
	fields := new(roomsv1.Settings).ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		path := "settings." + string(fields.Get(i).Name())
		if err := update(auth.Moderator, path); slices.Contains(allowed, path) != (err == nil) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, paths := range [][]string{{"title"}, {"settings"}, {allowed[0], "title"}} {
		g.refused(fault.PermissionDenied, update(auth.Moderator, paths...))
	}
	g.refused(fault.FieldRequired, update(auth.Moderator))
	g.refused(fault.PermissionDenied, update(auth.Viewer, allowed[0]))
	_, err := g.s.CalmRoom(testbed.As(t.Context(), auth.Viewer, "vi"), &roomsv1.CalmRoomRequest{Room: "main", On: true})
	g.refused(fault.PermissionDenied, err)
}
