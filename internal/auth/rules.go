package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ovation-live/ovation/internal/fault"
)

// DefaultLeeway is how far clocks may be apart.
const DefaultLeeway = 30 * time.Second

// Rules for what a token says. The zero value asks for an end and no audience or issuer.
type Rules struct {
	// Audience: a token must name one of them in aud; empty asks for none.
	Audience []string
	// Issuers: a token's iss must be one of them; empty asks for none.
	Issuers []string
	// Leeway for exp and nbf. 0 is the default, 30 s; below 0 is none.
	Leeway time.Duration
}

func (r Rules) leeway() time.Duration {
	if r.Leeway == 0 {
		return DefaultLeeway
	}
	return max(0, r.Leeway)
}

// judge gives every breach; what a new token would not mend comes first.
func (r Rules) judge(w *wire, now time.Time) (wrong []error) {
	if len(r.Issuers) > 0 && !slices.Contains(r.Issuers, w.Issuer) {
		wrong = append(wrong, invalid("its issuer (iss) is none of keys.issuer"))
	}
	if len(r.Audience) > 0 && !slices.ContainsFunc(w.Audience, func(a string) bool { return slices.Contains(r.Audience, a) }) {
		wrong = append(wrong, invalid("its audience (aud) is none of keys.audience"))
	}
	if err := w.claims().check(); err != nil {
		wrong = append(wrong, err)
	}
	if w.NotBefore != nil && now.Before(w.NotBefore.Add(-r.leeway())) {
		wrong = append(wrong, invalid("it is not valid yet (nbf); check the issuer's clock"))
	}
	switch {
	case w.ExpiresAt == nil:
		wrong = append(wrong, invalid("it must say when it expires (exp)"))
	case !now.Before(w.ExpiresAt.Add(r.leeway())):
		wrong = append(wrong, fault.New(fault.TokenExpired, "the token has expired; get a new one"))
	}
	return wrong
}

// claimNames are the claims that mean something here.
var claimNames = []string{"sub", "name", "room", "rooms", "role", "guest", "invite", "invited", "read_only", "exp", "nbf", "iat", "aud", "iss", "jti"}

// lastSecond is the end of the year 9999: a time beyond it is none, and would not fit.
const lastSecond = 253402300799

// oneMeaning refuses claims that two readers could read differently: a claim that stands twice, or in other letters, which
// encoding/json takes for the same, and times that are no time.
func oneMeaning(token string) error {
	_, rest, _ := strings.Cut(token, ".")
	part, _, _ := strings.Cut(rest, ".")
	body, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return invalid("it cannot be read")
	}
	if !utf8.Valid(body) { // encoding/json puts U+FFFD in its place, whatever it was
		return invalid("its claims are not in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return invalid("its claims are no JSON object")
	}
	var seen [16]bool // by the place in claimNames
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return invalid("its claims are no JSON object")
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return invalid("its claims are no JSON object")
		}
		word, _ := name.(string)
		at := slices.IndexFunc(claimNames, func(known string) bool { return strings.EqualFold(known, word) })
		if at < 0 {
			continue
		}
		if seen[at] || claimNames[at] != word {
			return invalid("its claim " + claimNames[at] + " stands there twice, or in other letters")
		}
		seen[at] = true
		switch word {
		case "exp", "nbf", "iat":
			if n, err := json.Number(value).Float64(); err != nil || n < 0 || n > lastSecond {
				return invalid("its " + word + " is no time in seconds since 1970")
			}
		}
	}
	return nil
}
