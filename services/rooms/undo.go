package rooms

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// UndoRoomChange takes back one's own last change of a room's title, settings or calm, or none where the request names another
// one.
func (s *Service) UndoRoomChange(ctx context.Context, r *roomsv1.UndoRoomChangeRequest) (*roomsv1.UndoRoomChangeResponse, error) {
	act := change{room: r.GetRoom(), actor: r.GetActor(), need: auth.Moderator, action: "undo_room_change", content: takingBack(ctx, r.GetActor(), r.GetChange()), again: judge.UndoAgain}
	act.do = func(doc *eventv1.Room, by *eventv1.Author) (bool, error) {
		return true, takeBack(doc, by, r.GetChange(), s.clock())
	}
	room, _, err := s.change(ctx, act)
	if err != nil {
		return nil, err
	}
	return &roomsv1.UndoRoomChangeResponse{Room: room}, nil
}

// takeBack makes a room what it was before its last change. What stood before is kept whole: since the last change is the one
// that is undone, nothing but what that changed differs from it.
func takeBack(r *eventv1.Room, by *eventv1.Author, change uint64, now time.Time) error {
	last := r.GetChange()
	switch {
	case last.GetBefore() == nil || last.GetRevision() != r.GetRevision() || !judge.Named(change, last.GetRevision()) || last.GetBy() != by.GetPerson() || now.Sub(time.UnixMilli(last.GetAtMs())) > judge.UndoFor:
		return fault.New(fault.UndoExpired, "there is no change of this room by you in the last 60 s that is still the last one")
	case last.GetRole() > by.GetRole():
		return fault.New(fault.PermissionDenied, "you were a %s when you changed this", roleNames[last.GetRole()])
	}
	was := last.GetBefore()
	if was.GetSameSource() {
		was.Settings.Source = r.GetSettings().GetSource()
	}
	r.Title, r.Settings, r.Calm = was.GetTitle(), was.GetSettings(), was.GetCalm()
	return nil
}

// takingBack tells undos apart, by who asks and for which change.
func takingBack(ctx context.Context, actor *roomsv1.Actor, change uint64) string {
	if change == 0 {
		return asker(ctx, actor)
	}
	return asker(ctx, actor) + "\x00" + strconv.FormatUint(change, 10)
}

// nameOf names a room's last change for its undo; 0 where somebody else made it.
func nameOf(r *eventv1.Room, by *eventv1.Author) uint64 {
	last := r.GetChange()
	if last.GetBy() != by.GetPerson() || last.GetRevision() != r.GetRevision() {
		return 0
	}
	return last.GetRevision()
}

// changeOf is what a room's document keeps of a change.
func (s *Service) changeOf(action string, by *eventv1.Author, was, is *eventv1.Room) *eventv1.RoomChange {
	c := &eventv1.RoomChange{Action: action, By: by.GetPerson(), Role: by.GetRole(), AtMs: s.clock().UnixMilli(), Said: difference(was, is), Revision: is.GetRevision()}
	if audit.Acts[action].Undo == audit.Setting {
		c.Before = &eventv1.RoomBefore{Title: was.GetTitle(), Settings: was.GetSettings(), Calm: was.GetCalm()}
		if c.Before.SameSource = was.GetSettings().GetSource() == is.GetSettings().GetSource(); c.Before.SameSource && was.GetSettings() != nil {
			was.Settings.Source = ""
		}
	}
	return c
}

// How much the trail says of a change, in characters.
const (
	mostSaid  = 300
	mostValue = 60
)

// difference puts into words what a change made of a room: each setting that differs, with its new value. The source may hold
// a key that opens it, and is only said to be there.
func difference(was, is *eventv1.Room) string {
	var said []string
	if was.GetTitle() != is.GetTitle() {
		said = append(said, "title "+cut(is.GetTitle(), mostValue))
	}
	before, after := was.GetSettings().ProtoReflect(), is.GetSettings().ProtoReflect()
	fields := after.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if before.Get(f).Equal(after.Get(f)) {
			continue
		}
		value := spoken(f, after.Get(f))
		if f.Name() == "source" && value != "" {
			value = "another"
		}
		said = append(said, string(f.Name())+" "+cut(cmp.Or(value, "none"), mostValue))
	}
	if was.GetCalm().GetHoldGuests() != is.GetCalm().GetHoldGuests() {
		said = append(said, fmt.Sprintf("hold_guests %t", is.GetCalm().GetHoldGuests()))
	}
	return cut(strings.Join(said, ", "), mostSaid)
}

// plain are the words of values that an enum leaves unspecified.
var plain = map[protoreflect.Name]string{
	"CommentMode": "everyone", "LinkPolicy": "everyone", "HoldMode": "none", "ViewerCount": "exact", "QuestionRanking": "votes", "HookMode": "fail_open",
}

// spoken is a setting's value in a word or a few.
func spoken(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch {
	case f.IsList():
		list := make([]string, v.List().Len())
		for i := range list {
			list[i] = v.List().Get(i).String()
		}
		return strings.Join(list, " ")
	case f.Kind() == protoreflect.EnumKind && v.Enum() == 0:
		return plain[f.Enum().Name()]
	case f.Kind() == protoreflect.EnumKind:
		values := f.Enum().Values()
		prefix := strings.TrimSuffix(string(values.ByNumber(0).Name()), "UNSPECIFIED")
		return strings.ToLower(strings.TrimPrefix(string(values.ByNumber(v.Enum()).Name()), prefix))
	}
	return v.String()
}

// cut shortens what is longer than so many characters.
func cut(s string, most int) string {
	if all := []rune(s); len(all) > most {
		return string(all[:most-1]) + "…"
	}
	return s
}
