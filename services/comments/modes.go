package comments

import (
	"context"
	"regexp"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
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
	if r.GetSettings().GetEmojiOnly() && !onlyEmoji(clean) {
		return fault.New(fault.EmojiOnly, "only emoji just now").On("text")
	}
	switch policy := r.GetSettings().GetLinks(); {
	case policy == eventv1.LinkPolicy_LINK_POLICY_UNSPECIFIED, policy == eventv1.LinkPolicy_LINK_POLICY_MEMBERS && !who.Guest:
		return nil
	case hasLink(clean):
		return fault.New(fault.LinksNotAllowed, "no links here just now; take it out").On("text")
	}
	return nil
}

// messageID is the id under which the store knows a comment for 2 minutes: of its request, or in a room that takes no
// repeats of what it says, so that the same words are one comment whoever sends them to whichever replica.
func messageID(r *eventv1.Room, role auth.Role, id once.ID, clean string) (message string, unique bool) {
	if !r.GetSettings().GetUniqueComments() || role.AtLeast(auth.Moderator) {
		return id.Message(), false
	}
	said := lookalike.Letters(clean)
	if said == "" { // pictures only
		said = clean
	}
	return once.Of("unique", r.GetId(), said).Message(), true
}

func repeated() error {
	return fault.New(fault.TextRepeated, "somebody wrote this within the last 2 minutes; write something else").On("text")
}

// onlyEmoji tells a text of emoji and spaces.
func onlyEmoji(s string) bool {
	for state := -1; s != ""; {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		if cluster != " " && !emoji([]rune(cluster)) {
			return false
		}
	}
	return true
}

// emoji tells a cluster that is shown as a picture: one of a block of pictures, or a character that the sign for that
// follows.
func emoji(cluster []rune) bool {
	r := cluster[0]
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF, r >= 0x2300 && r <= 0x23FF:
		return true
	}
	for _, next := range cluster[1:] {
		if next == 0xFE0F || next == 0x20E3 {
			return true
		}
	}
	return false
}

// link finds addresses: with a scheme, with www, or a host under a domain that people link to. It sees folded text, so
// that an address in fancy letters is one, too.
var link = regexp.MustCompile(`[a-z][a-z0-9+.-]*://\S|\bwww\.\S|[\pL\pN-]+\.(?:com|net|org|info|biz|io|co|tv|gg|me|ly|be|app|dev|xyz|top|shop|site|online|live|link|click|club|vip|win|store|` +
	`ru|su|cn|de|fr|es|it|nl|pl|uk|us|eu|ch|at|br|in|jp|kr|tr|ua|cc|to|ws|tk|ml|cf|ga|pw|onion|` + lookalike.Letters("рф") + `)(?:[/:?#]\S*)?(?:$|[^\pL\pN.-]|\.(?:$|\s))`)

func hasLink(s string) bool {
	if !strings.ContainsAny(s, ".:。．｡․") {
		return false
	}
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '。', '．', '｡', '․':
			b.WriteByte('.')
		case '：':
			b.WriteByte(':')
		case '／':
			b.WriteByte('/')
		default:
			b.WriteString(lookalike.Fold(r))
		}
	}
	return link.MatchString(b.String())
}
