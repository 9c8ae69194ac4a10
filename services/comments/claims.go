package comments

import (
	"context"
	"errors"
	"fmt"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/lookalike"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// claimKey is where claims of words stand.
var claimKey = bus.Singleton(bus.Log, "claim")

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

// claimEdit has a new text count as said where a room takes no repeats, or refuses it as one.
func (s *Service) claimEdit(ctx context.Context, room *eventv1.Room, who editor, c *eventv1.Comment, clean string, sequence uint64) error {
	words := wordsID(room, who.Role, clean)
	if words == "" || words == wordsID(room, who.Role, c.GetText()) {
		return nil
	}
	return s.claim(ctx, words, told(room.GetId(), number(sequence)))
}

func repeated() error {
	return fault.New(fault.TextRepeated, "somebody wrote this within the last 2 minutes; write something else").On("text")
}
