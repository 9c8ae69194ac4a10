package judge

import (
	"regexp"
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/lookalike"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Links is the rule of who may write links, for those who are neither moderators nor hosts: LINKS_NOT_ALLOWED.
func Links(r *eventv1.Room, guest bool, clean string) error {
	switch policy := r.GetSettings().GetLinks(); {
	case policy == eventv1.LinkPolicy_LINK_POLICY_UNSPECIFIED, policy == eventv1.LinkPolicy_LINK_POLICY_MEMBERS && !guest:
		return nil
	case hasLink(clean):
		return fault.New(fault.LinksNotAllowed, "no links here just now; take it out").On("text")
	}
	return nil
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
