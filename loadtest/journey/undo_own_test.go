package journey_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// byName are acts with the undo that names what they were; each leaves alone what somebody else did since.
var byName = map[string]struct {
	act, undo *gatewayv1.Moderate
	since     func(u *undoing) error
}{
	"modes": {
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_Modes{Modes: &gatewayv1.ChangeModes{Links: new("moderators")}}},
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoSetting{UndoSetting: new(gatewayv1.RoomStep)}},
		func(u *undoing) error {
			_, err := u.rooms.UpdateRoom(u.Context(), &roomsv1.UpdateRoomRequest{
				Room:       &roomsv1.Room{Room: "talk", Settings: &roomsv1.Settings{UniqueComments: new(true)}},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"settings.unique_comments"}}, Actor: producer,
			})
			return err
		},
	},
	"terms": {
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{"casino"}}}},
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoTerms{UndoTerms: new(gatewayv1.RoomStep)}},
		func(u *undoing) error {
			_, err := u.comments.ChangeBlockedTerms(u.Context(), &commentsv1.ChangeBlockedTermsRequest{Room: "talk", Add: []string{"scam"}, Actor: producer})
			return err
		},
	},
	"on_air": {
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_OnAir{OnAir: new(gatewayv1.PutOnAir)}},
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoOnAir{UndoOnAir: new(gatewayv1.RoomStep)}},
		func(u *undoing) error {
			_, err := u.rooms.SetOnAir(u.Context(), &roomsv1.SetOnAirRequest{Room: "talk", Actor: producer})
			return err
		},
	},
	"unpin": {
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unpin{Unpin: new(gatewayv1.UnpinComment)}},
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoPin{UndoPin: new(gatewayv1.RoomStep)}},
		func(u *undoing) error {
			_, err := u.comments.PinComment(u.Context(), &commentsv1.PinCommentRequest{Room: "talk", Comment: u.comment().GetComment(), Actor: producer})
			return err
		},
	},
	"end": {
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_End{End: new(gatewayv1.RoomStep)}},
		&gatewayv1.Moderate{Act: &gatewayv1.Moderate_UndoEnd{UndoEnd: new(gatewayv1.RoomStep)}},
		func(u *undoing) error {
			_, err := u.rooms.ReopenRoom(u.Context(), &roomsv1.ReopenRoomRequest{Room: "talk", Actor: producer})
			return err
		},
	},
}

func TestAnUndoThatNamesTheActLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	u := &undoing{T: t, rooms: roomsv1.NewRoomsServiceClient(conn), comments: commentsv1.NewCommentsServiceClient(conn), questions: questionsv1.NewQuestionsServiceClient(conn)}
	u.host = join(t, &s.Ready, viewer.Options{Room: "talk", Client: "console", Token: staffToken(t, u.rooms, "talk", "host")})
	u.ada = join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	call := func(m *gatewayv1.Moderate) error {
		m = proto.CloneOf(m)
		m.RequestId = viewer.NewRequestID()
		_, err := u.host.Call(u.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Moderate{Moderate: m}})
		return err
	}
	for name, one := range byName {
		t.Run(name, func(t *testing.T) {
			u.T = t
			u.pinned()
			u.aired()
			before := u.settled()
			moderate(t, u.host, proto.CloneOf(one.act))
			wait(t, "the act", func() bool { return u.look() != before })
			for range 2 { // a second time is a success
				if err := call(one.undo); err != nil {
					t.Fatal(err)
				}
			}
			wait(t, "everything as it was", func() bool { return u.look() == before })
			moderate(t, u.host, proto.CloneOf(one.act))
			if err := one.since(u); err != nil {
				t.Fatal(err)
			}
			then := u.settled()
			refused(t, "UNDO_EXPIRED", call(one.undo))
			if now := u.settled(); now != then {
				t.Errorf("somebody else's act was taken back:\n%s\nit was\n%s", now, then)
			}
		})
	}
}
