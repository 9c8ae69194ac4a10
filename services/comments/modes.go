package comments

import (
	"context"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/emoji"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// admit judges a cleaned text by the room's modes, and it and its author's name by the blocked terms. Moderators and hosts
// write what they like. In a room that holds what the filter hits it says so, and refuses nothing for that.
func (s *Service) admit(ctx context.Context, room string, who auth.Person, clean string) (hold, error) {
	if who.Role.AtLeast(auth.Moderator) {
		return hold{}, nil
	}
	view, settings, err := s.judge.Room(ctx, room, func(r *eventv1.Room) error { return fits(r, who, clean) })
	if err != nil {
		return hold{}, err
	}
	hit, blocked := s.terms.Find(room, view, clean)
	refusal := blockedTerm
	if !blocked {
		hit, blocked = s.terms.Find(room, view, who.Name)
		refusal = filter.BlockedName
	}
	switch {
	case !blocked:
		return hold{}, nil
	case settings.GetSettings().GetHoldFiltered():
		return hold{eventv1.HoldReason_HOLD_REASON_FILTER, hit.Term}, nil
	}
	return hold{}, refusal()
}

func blockedTerm() error {
	return fault.New(fault.TextBlocked, "the text holds a word that is blocked here; say it otherwise").On("text")
}

// fits is the rule of what a comment may hold.
func fits(r *eventv1.Room, who auth.Person, clean string) error {
	if r.GetSettings().GetEmojiOnly() && !emoji.Only(clean) {
		return fault.New(fault.EmojiOnly, "only emoji just now").On("text")
	}
	return judge.Links(r, who.Guest, clean)
}
