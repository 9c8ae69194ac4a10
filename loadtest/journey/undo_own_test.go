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

// named is an undo that names the change.
func named(undo *gatewayv1.Moderate, change uint64) *gatewayv1.Moderate {
	m := proto.CloneOf(undo)
	step := &gatewayv1.RoomStep{Change: change}
	switch act := m.GetAct().(type) {
	case *gatewayv1.Moderate_UndoSetting:
		act.UndoSetting = step
	case *gatewayv1.Moderate_UndoTerms:
		act.UndoTerms = step
	case *gatewayv1.Moderate_UndoPin:
		act.UndoPin = step
	case *gatewayv1.Moderate_UndoOnAir:
		act.UndoOnAir = step
	case *gatewayv1.Moderate_UndoEnd:
		act.UndoEnd = step
	}
	return m
}

// Several who came by one link are one person to the server, as is one at two desks.
func TestAnUndoThatNamesTheChangeLeavesAnotherOfTheSamePersonAlone(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	conn := open(t, &s.Ready, "talk")
	u := &undoing{T: t, rooms: roomsv1.NewRoomsServiceClient(conn), comments: commentsv1.NewCommentsServiceClient(conn), questions: questionsv1.NewQuestionsServiceClient(conn)}
	token := staffToken(t, u.rooms, "talk", "host")
	u.host = join(t, &s.Ready, viewer.Options{Room: "talk", Client: "console", Token: token})
	there := join(t, &s.Ready, viewer.Options{Room: "talk", Client: "console", Token: token})
	u.ada = join(t, &s.Ready, viewer.Options{Room: "talk", Name: "Ada"})
	call := func(at *viewer.Viewer, m *gatewayv1.Moderate) (*gatewayv1.Ack, error) {
		m = proto.CloneOf(m)
		m.RequestId = viewer.NewRequestID()
		return at.Call(u.Context(), &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Moderate{Moderate: m}})
	}
	does := func(at *viewer.Viewer, m *gatewayv1.Moderate) uint64 {
		u.Helper()
		ack, err := call(at, m)
		if err != nil {
			u.Fatal(err)
		}
		return ack.GetChange()
	}
	pin := func() *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Pin{Pin: &gatewayv1.PinComment{Comment: u.comment().GetComment()}}}
	}
	air := func() *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_OnAir{OnAir: &gatewayv1.PutOnAir{Comment: u.comment().GetComment()}}}
	}
	block := func(term string) *gatewayv1.Moderate {
		return &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Terms{Terms: &gatewayv1.ChangeTerms{Add: []string{term}}}}
	}
	modes := &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Modes{Modes: &gatewayv1.ChangeModes{Links: new("moderators")}}}
	calm := &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Calm{Calm: &gatewayv1.SetCalm{On: true}}}
	end := &gatewayv1.Moderate{Act: &gatewayv1.Moderate_End{End: new(gatewayv1.RoomStep)}}
	does(u.host, block("present"))
	for _, one := range []struct {
		undo string
		// since is by the same person at another desk, and idle changes nothing after it.
		act, since, idle *gatewayv1.Moderate
	}{
		{"modes", modes, calm, calm},
		{"terms", block("casino"), block("scam"), block("present")},
		{"unpin", pin(), pin(), &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Unpin{Unpin: &gatewayv1.UnpinComment{Comment: u.comment().GetComment()}}}},
		{"on_air", air(), air(), nil},
		{"end", end, nil, end},
	} {
		t.Run(one.undo, func(t *testing.T) {
			u.T = t
			undo := byName[one.undo].undo
			first := does(u.host, one.act)
			if first == 0 {
				t.Fatal("the ack names no change")
			}
			settled := u.settled
			if one.undo == "end" { // the same person reopens the room at the other desk, and ends it again
				does(there, &gatewayv1.Moderate{Act: &gatewayv1.Moderate_Reopen{Reopen: new(gatewayv1.RoomStep)}})
				one.since, settled = end, u.look
			}
			second := does(there, one.since)
			then := settled()
			if one.idle == nil { // on air already
				one.idle = one.since
			}
			if change := does(u.host, one.idle); change != 0 && change != second {
				t.Errorf("what changed nothing names the change %d", change)
			}
			_, err := call(u.host, named(undo, first))
			refused(t, "UNDO_EXPIRED", err)
			if now := settled(); now != then {
				t.Errorf("another act of the same person was taken back:\n%s\nit was\n%s", now, then)
			}
			for range 2 { // a second time is a success
				does(there, named(undo, second))
			}
			wait(t, "the named act taken back", func() bool { return u.look() != then })
			_, err = call(u.host, named(undo, first))
			refused(t, "UNDO_EXPIRED", err)
		})
	}
}
