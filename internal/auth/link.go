package auth

import (
	"crypto/rand"
	"net/url"
	"strings"
)

// LinkKinds are what a link may be for.
var LinkKinds = []string{"viewer", "moderator", "host", "overlay", "guest"}

// LinkClaims are what the token of a kind of link says beside whose and where it is. A name is what somebody who comes by
// the link is called: everyone with the same link is the same person, but for guests. ok is false for a kind there is not.
func LinkClaims(kind string) (c Claims, ok bool) {
	switch kind {
	case "viewer":
		return Claims{Role: Viewer}, true
	case "moderator":
		return Claims{Role: Moderator, Name: "Moderator"}, true
	case "host":
		return Claims{Role: Host, Name: "Host"}, true
	case "overlay":
		return Claims{Role: Viewer, ReadOnly: true}, true
	case "guest":
		return Claims{Role: Viewer, Invite: true}, true
	}
	return Claims{}, false
}

// NewID makes the id (jti) of a token.
func NewID() string { return strings.ToLower(rand.Text()) }

// LinkURL is the page of a room for a kind of link, with its token in the fragment, which a browser sends to nobody. base
// is where the public port is reached, such as https://live.example.com.
func LinkURL(base, room, kind, token string) string {
	page := strings.TrimRight(base, "/") + "/r/" + url.PathEscape(room)
	switch kind {
	case "moderator", "host":
		page += "/host"
	case "overlay":
		page += "/overlay"
	}
	return page + "#t=" + token
}
