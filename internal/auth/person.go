package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"

	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// PersonKey is a person's key in a room: base32(HMAC-SHA256(room key, subject)), lower case, 26 characters (130 bits). Any
// subject is legal, none can be read from it, and it is another one in each room.
func PersonKey(roomKey []byte, subject string) string {
	mac := hmac.New(sha256.New, roomKey)
	mac.Write([]byte(subject))
	var sum [sha256.Size]byte
	return keyed(mac.Sum(sum[:0]))
}

// LinkKey names a token's document in a room by the token's id (jti), which may be any string: 26 characters of
// base32(SHA-256(id)).
func LinkKey(id string) string {
	sum := sha256.Sum256([]byte(id))
	return keyed(sum[:])
}

var keyEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// keyed is the beginning of a hash as a key.
func keyed(sum []byte) string {
	var text [64]byte // on the stack
	return string(keyEncoding.AppendEncode(text[:0], sum)[:26])
}

// Person is who acts.
type Person struct {
	// Subject of the token.
	Subject string
	// Name to show; may be empty.
	Name string
	// Role in the room.
	Role Role
	// Guest is true for a token that a gateway gave to a stranger.
	Guest bool
	// Uninvited is true for a guest who came by no invite, and is only where a room takes guests. Of somebody whom a service
	// names it is what the service says: one that says nothing has judged the guest itself.
	Uninvited bool
}

// PersonOf is who a request is from: whom it names, where a service acts for somebody, else the caller. What it says is not
// judged here; Acting does that.
func PersonOf(c Claims, request any) Person {
	if r, ok := request.(interface{ GetActor() *roomsv1.Actor }); ok && c.Role == Service && r.GetActor() != nil {
		return named(r.GetActor())
	}
	return c.Person()
}

// Person is who the claims are of.
func (c Claims) Person() Person {
	return Person{Subject: c.Subject, Name: c.Name, Role: c.Role, Guest: c.Guest, Uninvited: c.Guest && !c.Invited}
}

func named(a *roomsv1.Actor) Person {
	return Person{Subject: a.GetSubject(), Name: a.GetName(), Role: Role(a.GetRole()), Guest: a.GetGuest(), Uninvited: a.GetUninvited()}
}
