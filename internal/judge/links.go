package judge

import (
	"regexp"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

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

var (
	// plain finds addresses that say that they are some: with a scheme, or with www.
	plain = regexp.MustCompile(`[a-z][a-z0-9+.-]*://\S|\bwww\.\S`)
	// host finds what may be a name of a host, or its number.
	host = regexp.MustCompile(`[\pL\pM\pN-]+(?:\.[\pL\pM\pN-]+)+`)
	// further finds what may follow only a host: a port, a path, a query.
	further = regexp.MustCompile(`^(?::\d{2,5})?(?:/[\pL\pN~@%_.?#-]|\?\S*=)|^:\d{2,5}`)
	// line is the number of one behind the name of a file, which looks like a port.
	line = regexp.MustCompile(`^:\d+(?:$|[^\pL\pN/])`)
	// number is an IPv4 address.
	number = regexp.MustCompile(`^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$`)
)

// hasLink tells whether a text holds an address that somebody would type or touch. It looks at folded text, so that one in
// fancy letters is one, too, and at the text as it is, since top-level domains of other scripts do not outlast the folding.
func hasLink(s string) bool {
	if !strings.ContainsAny(s, ".:。．｡․：") {
		return false
	}
	var folded strings.Builder
	for _, r := range s {
		switch r {
		case '。', '．', '｡', '․':
			folded.WriteByte('.')
		case '：':
			folded.WriteByte(':')
		case '／':
			folded.WriteByte('/')
		default:
			folded.WriteString(lookalike.Fold(r))
		}
	}
	return plain.MatchString(folded.String()) || holds(folded.String(), latinDomain) || holds(dots.Replace(strings.ToLower(s)), otherDomain)
}

// holds tells whether a text holds a host under a domain of a kind, or an IPv4 address with something behind it: alone such a
// number is as often one of a version.
func holds(s string, domain func(labels []string) (top, always bool)) bool {
	for _, at := range host.FindAllStringIndex(s, -1) {
		name, rest := s[at[0]:at[1]], s[at[1]:]
		goesOn := further.MatchString(rest)
		if number.MatchString(name) {
			if goesOn {
				return true
			}
			continue
		}
		labels := strings.Split(name, ".")
		top, always := domain(labels)
		if !top {
			continue
		}
		last, first := labels[len(labels)-1], labels[len(labels)-2]
		switch {
		case always, goesOn && !(files[last] && line.MatchString(rest)):
			return true
		case words[last], files[last], titles[first], len(labels) == 2 && len(first) <= 2 && digits(first):
			// Not by itself: "ok.so", "main.rs", "mr.green", "2.best".
		default:
			return true
		}
	}
	return false
}

// latinDomain tells whether a name ends in a top-level domain that ICANN gave out, and whether its ending is one that leaves no
// doubt, such as com.au.
func latinDomain(labels []string) (top, always bool) {
	last := labels[len(labels)-1]
	if last == "onion" {
		return true, true
	}
	if !under(last) {
		return false, false
	}
	suffix, icann := publicsuffix.PublicSuffix(strings.Join(labels, "."))
	return true, icann && strings.Contains(suffix, ".") && len(labels) > 2
}

// otherDomain is latinDomain for those of other scripts.
func otherDomain(labels []string) (top, always bool) {
	last := labels[len(labels)-1]
	ascii, err := idna.ToASCII(last)
	return err == nil && ascii != last && under(ascii), false
}

// under tells whether ICANN gave a top-level domain out. Some, like bd, give out names below others of theirs alone, so a name
// is asked about.
func under(top string) bool {
	_, icann := publicsuffix.PublicSuffix("example." + top)
	return icann
}

// dots are full stops for which no sentence of these scripts has a use. After an ideographic one stands the next sentence.
var dots = strings.NewReplacer("．", ".", "․", ".")

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Some top-level domains are more often something else where nothing follows them. With a path, a query or a port they are
// addresses all the same, and so are those under com.my and its like.
var (
	// words begin a sentence whose writer left out the space: "lol.no wait", "bien.la suite". Endings that are words, too, but
	// under which people are sent to many pages (it, me, to, in, be), are addresses: a space mends it, and the fault says so.
	words = set("am as by do er et how hot here il im is je la ma my na ne new no now open pm ps sa save so talk you")
	// files are the names of files and of what belongs to programs: "readme.md", "main.rs". js, txt and their like are no domains.
	files = set("as cab map md mk mm mov ps pub py rs sh so zip")
	// titles stand before names: "mr.green".
	titles = set("dr jr mr mrs ms mx no nr prof sr st vs")
)

func set(list string) map[string]bool {
	all := make(map[string]bool)
	for word := range strings.FieldsSeq(list) {
		all[word] = true
	}
	return all
}
