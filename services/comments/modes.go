package comments

import (
	"context"
	"errors"
	"fmt"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/emoji"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/lookalike"
	"github.com/ovation-live/ovation/internal/once"
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

// wordsID is the message id that claims what a comment says for 2 minutes in a room that takes no repeats, whoever says it to
// whichever replica; empty where repeats are taken.
func wordsID(r *eventv1.Room, role auth.Role, clean string) string {
	if !r.GetSettings().GetUniqueComments() || role.AtLeast(auth.Moderator) {
		return ""
	}
	said := lookalike.Letters(clean)
	if said == "" { // pictures only
		said = clean
	}
	return once.Of("unique", r.GetId(), said).Message()
}

// claim has words count as said, or refuses them as a repeat. Their message id is that of an entry that tells who says them: so
// of two at once the store takes the first, and a retry finds its own. The comment itself is stored under the message id of its
// request, which is the same whatever the room takes by then.
func (s *Service) claim(ctx context.Context, words, value string) error {
	stored, err := s.bus.Append(ctx, claimKey, words, nil, bus.Header{Name: bus.ClaimHeader, Value: value})
	if err != nil {
		return fmt.Errorf("claim words: %w", err)
	}
	if !stored.Duplicate {
		return nil
	}
	said, err := s.bus.At(ctx, bus.Log, stored.Sequence)
	if err != nil && !errors.Is(err, bus.ErrNotFound) {
		return fmt.Errorf("look who said these words: %w", err)
	}
	if err == nil && said.Header(bus.ClaimHeader) == value {
		return nil
	}
	return repeated()
}

func repeated() error {
	return fault.New(fault.TextRepeated, "somebody wrote this within the last 2 minutes; write something else").On("text")
}
