package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/fault"
)

// Bounds of a token, checked before anything is parsed.
const (
	maxToken   = 8 << 10
	maxSubject = 255
	maxKeyID   = 255
)

// Claims are what a verified token says.
type Claims struct {
	// Subject is any text of 1 to 255 bytes, without U+FFFD: who it is.
	Subject string
	// Name to show; may be empty.
	Name string
	// Rooms it admits to: ids, or patterns that end in "*": "acme-*" is every room whose id begins so, "*" every room. There
	// is one at least, whatever the role.
	Rooms []string
	// Role in those rooms.
	Role Role
	// Guest is true for a token that a gateway gave to a stranger.
	Guest bool
	// Invite is true for a link that makes everyone who opens it a new guest, also where the room takes none.
	Invite bool
	// Invited is true for a guest who came by an invite; its ID is the invite's.
	Invited bool
	// ReadOnly is true for a token that sees and may do nothing: an overlay's.
	ReadOnly bool
	// ID of the token, its jti, of at most 255 bytes; may be empty. A token with one can be revoked in a room.
	ID string
	// Expires is when it ends.
	Expires time.Time
}

// Admits tells whether the token is for a room.
func (c Claims) Admits(room string) bool {
	return slices.Contains(c.Rooms, room) || c.Spans(room)
}

// Admit refuses a room that the token is not for.
func (c Claims) Admit(room string) error {
	if !c.Admits(room) {
		return fault.New(fault.PermissionDenied, "the token is not for this room")
	}
	return nil
}

// Spans tells whether the token is for a room by a pattern, and so for others of such names: making a room needs it.
func (c Claims) Spans(room string) bool {
	return slices.ContainsFunc(c.Rooms, func(pattern string) bool {
		prefix, ok := strings.CutSuffix(pattern, "*")
		return ok && strings.HasPrefix(room, prefix)
	})
}

// Everywhere tells whether the token is for every room that there is.
func (c Claims) Everywhere() bool { return slices.Contains(c.Rooms, "*") }

// Patterned tells whether the token is for rooms by a pattern at all, which listing them needs.
func (c Claims) Patterned() bool {
	return slices.ContainsFunc(c.Rooms, func(pattern string) bool { return strings.HasSuffix(pattern, "*") })
}

// wire is the token's body.
type wire struct {
	jwt.RegisteredClaims
	Name  string   `json:"name,omitempty"`
	Room  string   `json:"room,omitempty"`
	Rooms []string `json:"rooms,omitempty"`
	Role  Role     `json:"role"`
	Guest bool     `json:"guest,omitempty"`

	Invite   bool `json:"invite,omitempty"`
	Invited  bool `json:"invited,omitempty"`
	ReadOnly bool `json:"read_only,omitempty"`
}

// Verifier checks tokens.
type Verifier interface {
	// Verify checks a token and gives its claims, or the fault TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED or, where the
	// key it names is not known and the published set cannot be fetched, KEYS_UNAVAILABLE.
	Verify(token string) (Claims, error)
}

var _ Verifier = (*Keys)(nil)

// Mint signs a token that is good for some time.
func (k *Keys) Mint(c Claims, life time.Duration) (string, error) {
	signer := k.signer()
	if signer == nil {
		return "", fault.New(fault.NoSigningKey, "this server has no key to sign with: name a private key or a shared secret in keys.files")
	}
	if err := c.check(); err != nil {
		return "", err
	}
	now := time.Now()
	w := wire{Name: c.Name, Role: c.Role, Guest: c.Guest, Rooms: c.Rooms, Invite: c.Invite, Invited: c.Invited, ReadOnly: c.ReadOnly}
	if len(c.Rooms) == 1 {
		w.Room, w.Rooms = c.Rooms[0], nil
	}
	w.ID = c.ID
	if len(k.rules.Audience) > 0 {
		w.Audience = jwt.ClaimStrings{k.rules.Audience[0]}
	}
	if len(k.rules.Issuers) > 0 {
		w.Issuer = k.rules.Issuers[0]
	}
	w.Subject, w.IssuedAt, w.ExpiresAt = c.Subject, jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(life))
	token, err := jwt.NewWithClaims(signer.method, w).SignedString(signer.sign)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return token, nil
}

// Verify implements Verifier. The signature comes before anything that the token says of itself is believed.
func (k *Keys) Verify(token string) (Claims, error) {
	w, err := k.authentic(token)
	if err != nil {
		return Claims{}, err
	}
	if wrong := k.rules.judge(w, time.Now()); len(wrong) > 0 {
		return Claims{}, wrong[0]
	}
	return w.claims(), nil
}

// Problems gives everything that is wrong with a token, where Verify gives only what it meets first; for whoever
// wonders why a token is refused.
func (k *Keys) Problems(token string) []error {
	w, err := k.authentic(token)
	if err != nil {
		return []error{err}
	}
	return k.rules.judge(w, time.Now())
}

// authentic reads a token that one of our keys signed.
func (k *Keys) authentic(token string) (*wire, error) {
	if token == "" {
		return nil, fault.New(fault.Unauthenticated, "no token was sent")
	}
	if len(token) > maxToken || strings.Count(token, ".") != 2 {
		return nil, invalid("it is no token of three parts and at most 8 KB")
	}
	w := new(wire)
	var by candidates
	_, err := parser.ParseWithClaims(token, w, func(t *jwt.Token) (_ any, err error) {
		by, err = k.candidates(t)
		return by.set, err
	})
	if f, ok := fault.Of(err); ok {
		return nil, f
	}
	switch {
	case err == nil:
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return nil, by.none()
	default:
		return nil, invalid("it cannot be read: want a header and claims in JSON, with exp and nbf as numbers of seconds")
	}
	return w, oneMeaning(token)
}

// parser takes these algorithms alone, and leaves judging what a token says to us.
var parser = jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{
	jwt.SigningMethodHS256.Alg(), jwt.SigningMethodRS256.Alg(), jwt.SigningMethodES256.Alg(), jwt.SigningMethodEdDSA.Alg(),
}))

// maxUnnamed is how many keys are tried for a token that does not name its own: each costs a signature, whoever sent it.
const maxUnnamed = 4

// candidates are the keys that may have signed a token.
type candidates struct {
	set  jwt.VerificationKeySet
	more bool // there are others, which are not tried
}

// unnamed adds a key that the token does not name, as long as few are tried.
func (c *candidates) unnamed(key any, tried *int) {
	if *tried == maxUnnamed {
		c.more = true
		return
	}
	*tried++
	c.set.Keys = append(c.set.Keys, key)
}

// signed tells whether one of them did, which is the only one then.
func (c *candidates) signed(t *jwt.Token) bool {
	text := t.Raw[:strings.LastIndexByte(t.Raw, '.')]
	i := slices.IndexFunc(c.set.Keys, func(key jwt.VerificationKey) bool { return t.Method.Verify(text, t.Signature, key) == nil })
	if i < 0 {
		return false
	}
	c.set.Keys = c.set.Keys[i : i+1]
	return true
}

// none is the fault where none of them did.
func (c *candidates) none() error {
	if c.more {
		return invalid(fmt.Sprintf("none of the first %d keys for its algorithm signed it, and it names none of the others: its issuer must say which key it is (kid)", maxUnnamed))
	}
	return invalid("it was not signed with a key of this server")
}

// candidates gives the keys that may have signed a token: those whose one algorithm it names, ours first, in the order of
// keys.files; and among published ones the one that it names, or where it names none the first of the set. A published key
// that is not known is looked for only where no key of ours has signed it: whoever signs with one may name it all the same, and
// waits for no other. Where to find keys (jku, x5u, jwk) a token has no say in.
func (k *Keys) candidates(t *jwt.Token) (c candidates, err error) {
	if _, has := t.Header["crit"]; has {
		return c, invalid("its header asks for extensions (crit), and there are none here")
	}
	kid, isText := t.Header["kid"].(string)
	if _, has := t.Header["kid"]; has && !isText || len(kid) > maxKeyID {
		return c, invalid("its kid must be text of at most 255 bytes")
	}
	tried := 0
	for _, one := range k.held.now() {
		if one.method.Alg() == t.Method.Alg() {
			c.unnamed(one.verify, &tried)
		}
	}
	if k.published != nil && t.Method != jwt.SigningMethodHS256 { // nobody publishes a secret
		found, known := k.published.heldFor(kid, t.Method.Alg())
		if !known && (kid != "" || len(c.set.Keys) == 0) {
			if c.signed(t) {
				return c, nil
			}
			c.set.Keys = nil // they have been tried
			if found, err = k.published.find(kid, t.Method.Alg()); err != nil {
				return c, err
			}
		}
		for _, key := range found {
			if kid != "" {
				c.set.Keys = append(c.set.Keys, key)
			} else {
				c.unnamed(key, &tried)
			}
		}
	}
	if len(c.set.Keys) == 0 {
		return c, c.none()
	}
	return c, nil
}

func invalid(why string) error {
	return fault.New(fault.TokenInvalid, "the token is not valid: %s", why)
}

func (w *wire) claims() Claims {
	c := Claims{
		Subject: w.Subject, Name: w.Name, Rooms: w.Rooms, Role: w.Role, Guest: w.Guest,
		Invite: w.Invite, Invited: w.Invited, ReadOnly: w.ReadOnly, ID: w.ID,
	}
	if w.ExpiresAt != nil {
		c.Expires = w.ExpiresAt.Time
	}
	if w.Room != "" {
		c.Rooms = append(slices.Clone(c.Rooms), w.Room)
	}
	return c
}

func (c Claims) check() error {
	switch {
	case c.Subject == "" || len(c.Subject) > maxSubject:
		return invalid("its sub must have 1 to 255 bytes")
	case strings.ContainsRune(c.Subject, utf8.RuneError): // it stands for whatever is no text, and different people would be one
		return invalid("its sub is no text: it holds U+FFFD, or half a surrogate pair that is read as that")
	case !c.Role.Valid():
		return invalid("its role must be viewer, moderator, host or service")
	case len(c.Rooms) == 0 && c.Role == Service:
		return invalid("a service names its rooms; \"*\" is every room")
	case len(c.Rooms) == 0:
		return invalid("it must name a room or rooms")
	case (c.Guest || c.Invite || c.Invited || c.ReadOnly) && c.Role != Viewer:
		return invalid("a guest, an invite and a read_only token are a viewer's")
	case c.Invited && !c.Guest:
		return invalid("who is invited is a guest")
	case len(c.ID) > maxSubject:
		return invalid("its jti may have 255 bytes")
	}
	return nil
}
