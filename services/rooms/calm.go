package rooms

import (
	"context"
	"strconv"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// calmSlow is the slow mode of a calm room, in seconds, where it was not slower before.
const calmSlow = 30

// CalmRoom calms a room, or gives back what stood before.
func (s *Service) CalmRoom(ctx context.Context, r *roomsv1.CalmRoomRequest) (*roomsv1.CalmRoomResponse, error) {
	action := "calm_room"
	if !r.GetOn() {
		action = "end_calm"
	}
	act := change{room: r.GetRoom(), actor: r.GetActor(), need: auth.Moderator, action: action, content: strconv.FormatBool(r.GetOn())}
	act.do = func(doc *eventv1.Room, _ *eventv1.Author) (bool, error) { return calm(doc, r.GetOn(), s.clock()) }
	room, change, err := s.change(ctx, act)
	if err != nil {
		return nil, err
	}
	return &roomsv1.CalmRoomResponse{Room: room, Change: change}, nil
}

// calm is one act for both ways. What it changes it keeps, so that its end gives back exactly what stood before, whatever
// was changed in between: whoever ends a calm wants the room as it was. Guests' comments wait while it lasts.
func calm(r *eventv1.Room, on bool, now time.Time) (changed bool, err error) {
	if on == (r.GetCalm() != nil) {
		return false, nil
	}
	if err := judge.Live(r); err != nil && on {
		return false, err
	}
	s := r.GetSettings()
	if !on {
		s.SlowModeSeconds, s.Links = r.GetCalm().GetSlowModeSeconds(), r.GetCalm().GetLinks()
		r.Calm = nil
		return true, nil
	}
	r.Calm = &eventv1.Calm{SinceMs: now.UnixMilli(), SlowModeSeconds: s.GetSlowModeSeconds(), Links: s.GetLinks(), HoldGuests: true}
	s.SlowModeSeconds, s.Links = max(s.GetSlowModeSeconds(), calmSlow), eventv1.LinkPolicy_LINK_POLICY_MODERATORS
	return true, nil
}
