package comments

import (
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func TestWhatACommentMayHold(t *testing.T) {
	guest, member, mod := auth.Person{Role: auth.Viewer, Guest: true}, auth.Person{Role: auth.Viewer}, auth.Person{Role: auth.Moderator}
	for name, c := range map[string]struct {
		settings *eventv1.RoomSettings
		who      auth.Person
		text     string
		want     fault.Reason
	}{
		"a link":                    {&eventv1.RoomSettings{}, guest, "example.com", ""},
		"a guest's link":            {&eventv1.RoomSettings{Links: eventv1.LinkPolicy_LINK_POLICY_MEMBERS}, guest, "example.com", fault.LinksNotAllowed},
		"a guest's word":            {&eventv1.RoomSettings{Links: eventv1.LinkPolicy_LINK_POLICY_MEMBERS}, guest, "hello", ""},
		"a member's link":           {&eventv1.RoomSettings{Links: eventv1.LinkPolicy_LINK_POLICY_MEMBERS}, member, "example.com", ""},
		"a link in a strict room":   {&eventv1.RoomSettings{Links: eventv1.LinkPolicy_LINK_POLICY_MODERATORS}, member, "example.com", fault.LinksNotAllowed},
		"words among emoji":         {&eventv1.RoomSettings{EmojiOnly: true}, member, "hello", fault.EmojiOnly},
		"emoji":                     {&eventv1.RoomSettings{EmojiOnly: true}, member, "🎉🎉", ""},
		"a member among moderators": {&eventv1.RoomSettings{CommentMode: eventv1.CommentMode_COMMENT_MODE_MODERATORS}, member, "x", fault.CommentsModeratorsOnly},
		"a guest among members":     {&eventv1.RoomSettings{CommentMode: eventv1.CommentMode_COMMENT_MODE_MEMBERS}, guest, "x", fault.CommentsMembersOnly},
		"a member among members":    {&eventv1.RoomSettings{CommentMode: eventv1.CommentMode_COMMENT_MODE_MEMBERS}, member, "x", ""},
		"a moderator in the cold":   {&eventv1.RoomSettings{CommentMode: eventv1.CommentMode_COMMENT_MODE_FROZEN}, mod, "x", fault.CommentsFrozen},
	} {
		r := &eventv1.Room{State: eventv1.RoomState_ROOM_STATE_LIVE, Settings: c.settings}
		err := writable(c.who)(r)
		if err == nil {
			err = fits(r, c.who, c.text)
		}
		if c.want == "" && err != nil || c.want != "" && !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
