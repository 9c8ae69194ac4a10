package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ovation-live/ovation/internal/fault"
)

// Bounds of a token, checked before anything is parsed.
const (
	maxToken   = 8 << 10
	maxSubject = 255
	leeway     = 30 * time.Second
)

// Claims are what a verified token says.
type Claims struct {
	// Subject is any string of 1 to 255 bytes: who it is.
	Subject string
	// Name to show; may be empty.
	Name string
	// Rooms it admits to; "*" is every room.
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
	return c.Role == Service || slices.Contains(c.Rooms, room) || slices.Contains(c.Rooms, "*")
}

// AllRooms tells whether the token is for every room, which making and listing rooms needs.
func (c Claims) AllRooms() bool { return c.Role == Service || slices.Contains(c.Rooms, "*") }

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
	// Verify checks a token and gives its claims, or the fault TOKEN_MISSING, TOKEN_INVALID or TOKEN_EXPIRED.
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
	w.Subject, w.IssuedAt, w.ExpiresAt = c.Subject, jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(life))
	token, err := jwt.NewWithClaims(signer.method, w).SignedString(signer.sign)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return token, nil
}

// Verify implements Verifier.
func (k *Keys) Verify(token string) (Claims, error) {
	if token == "" {
		return Claims{}, fault.New(fault.Unauthenticated, "no token was sent")
	}
	if len(token) > maxToken || strings.Count(token, ".") != 2 {
		return Claims{}, invalid("it is no token of three parts and at most 8 KB")
	}
	var firstErr error
	for _, one := range k.keys {
		var w wire
		_, err := jwt.ParseWithClaims(token, &w, func(*jwt.Token) (any, error) { return one.verify, nil },
			jwt.WithValidMethods([]string{one.method.Alg()}), jwt.WithExpirationRequired(), jwt.WithLeeway(leeway))
		if err == nil {
			return w.claims()
		}
		if firstErr == nil || !errors.Is(err, jwt.ErrTokenSignatureInvalid) {
			firstErr = err
		}
	}
	switch {
	case errors.Is(firstErr, jwt.ErrTokenExpired):
		return Claims{}, fault.New(fault.TokenExpired, "the token has expired; get a new one")
	case errors.Is(firstErr, jwt.ErrTokenRequiredClaimMissing):
		return Claims{}, invalid("it must say when it expires (exp)")
	case errors.Is(firstErr, jwt.ErrTokenNotValidYet), errors.Is(firstErr, jwt.ErrTokenUsedBeforeIssued):
		return Claims{}, invalid("it is not valid yet; check the issuer's clock")
	case errors.Is(firstErr, jwt.ErrTokenSignatureInvalid):
		return Claims{}, invalid("it was not signed with a key of this server")
	}
	return Claims{}, invalid("it cannot be read")
}

func invalid(why string) error {
	return fault.New(fault.TokenInvalid, "the token is not valid: %s", why)
}

func (w wire) claims() (Claims, error) {
	c := Claims{Subject: w.Subject, Name: w.Name, Rooms: w.Rooms, Role: w.Role, Guest: w.Guest, Expires: w.ExpiresAt.Time,
		Invite: w.Invite, Invited: w.Invited, ReadOnly: w.ReadOnly, ID: w.ID}
	if w.Room != "" {
		c.Rooms = append(slices.Clone(c.Rooms), w.Room)
	}
	return c, c.check()
}

func (c Claims) check() error {
	switch {
	case c.Subject == "" || len(c.Subject) > maxSubject:
		return invalid("its sub must have 1 to 255 bytes")
	case !c.Role.Valid():
		return invalid("its role must be viewer, moderator, host or service")
	case len(c.Rooms) == 0 && c.Role != Service:
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
