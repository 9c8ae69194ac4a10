package rooms_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

func TestAPictureComesFromTheOperatorsOrigins(t *testing.T) {
	g := newStage(t)
	g.create("main")
	none := g.s
	named := rooms.New(rooms.Options{Bus: g.bed.Bus, Logger: g.bed.Log, Media: []string{"https://media.example", "https://*.cdn.example"}})
	set := func(s *rooms.Service, source string) error {
		_, err := s.UpdateRoom(g.host, &roomsv1.UpdateRoomRequest{
			Room: &roomsv1.Room{Room: "main", Settings: &roomsv1.Settings{Source: &source}}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.source"}},
		})
		return err
	}
	for source, allowed := range map[string]bool{
		"https://media.example/live.m3u8":       true,
		"https://MEDIA.example:443/x?token=a.b": true,
		"https://eu.cdn.example/player/1":       true,
		"https://media.example.evil.test/x":     false,
		"http://media.example/x.mp4":            false,
		"https://media.example:8443/x.mp4":      false,
		"https://other.example/x.mp4":           false,
	} {
		err := set(named, source)
		if allowed && err != nil {
			t.Errorf("%s: %v", source, err)
		}
		if !allowed {
			if f := g.refused(fault.FieldInvalid, err); f.Field != "settings.source" {
				t.Errorf("%s: the fault is on %q", source, f.Field)
			}
		}
	}
	source := "https://media.example/main.m3u8" // none that is stored already
	g.refused(fault.FieldInvalid, set(none, source))
	_, err := none.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: "second", Settings: &roomsv1.Settings{Source: &source}})
	g.refused(fault.FieldInvalid, err)

	// An origin that was struck off leaves what is stored: other settings can be changed, and the source be taken away.
	if err := set(named, source); err != nil {
		t.Fatal(err)
	}
	changed, err := none.UpdateRoom(g.host, update("main", 0, "New title"))
	if err != nil || changed.GetRoom().GetSettings().GetSource() != source {
		t.Fatalf("%v, %v", changed, err)
	}
	if err := set(none, ""); err != nil {
		t.Errorf("take it away: %v", err)
	}
}
