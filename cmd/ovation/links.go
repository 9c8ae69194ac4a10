package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/ovation-live/ovation/internal/auth"
)

// linkLife is how long the tokens of the printed links are good for. The keys stay, so a link outlives a restart.
const linkLife = 30 * 24 * time.Hour

// tokenSet is a token for each role; empty where the keys cannot sign.
type tokenSet struct {
	Viewer    string `json:"viewer"`
	Moderator string `json:"moderator"`
	Host      string `json:"host"`
	Service   string `json:"service"`
	Overlay   string `json:"-"` // reads and does nothing; it stands in the link alone
	EveryRoom bool   `json:"-"` // whether those of people are for every room
}

// linkSet are the pages of a room. The viewer's holds no token, so that every browser becomes a guest of its own; the
// others hold theirs in the fragment, which a browser sends to nobody.
type linkSet struct {
	Viewer    string `json:"viewer"`
	Host      string `json:"host"`
	Moderator string `json:"moderator"`
	Overlay   string `json:"overlay"`
	Rooms     string `json:"rooms"`         // the host's page of all rooms; empty where the host's token is for one
	LAN       string `json:"lan,omitempty"` // the viewer's page for others on the network
}

// mintTokens makes the tokens of serve, each with an id by which it can be revoked. Those of people are for the rooms of a
// pattern or for one: the start page of a machine's own makes rooms, and needs a host of every one.
func mintTokens(keys *auth.Keys, room string) (tokenSet, error) {
	var set tokenSet
	if !keys.CanSign() {
		return set, nil
	}
	set.EveryRoom = room == "*"
	for _, t := range []struct {
		into   *string
		holder string
		claims auth.Claims
	}{
		{&set.Viewer, "viewer", auth.Claims{Role: auth.Viewer}},
		{&set.Overlay, "overlay", auth.Claims{Role: auth.Viewer, ReadOnly: true}},
		{&set.Moderator, "moderator", auth.Claims{Role: auth.Moderator, Name: "Moderator"}},
		{&set.Host, "host", auth.Claims{Role: auth.Host, Name: "Host"}},
		{&set.Service, "service", auth.Claims{Role: auth.Service}},
	} {
		t.claims.ID, t.claims.Subject, t.claims.Rooms = auth.NewID(), "local-"+t.holder, []string{room}
		if t.claims.Role == auth.Service { // scripts act with it in rooms that they make
			t.claims.Rooms = []string{"*"}
		}
		token, err := keys.Mint(t.claims, linkLife)
		if err != nil {
			return set, fmt.Errorf("make the %s token: %w", t.holder, err)
		}
		*t.into = token
	}
	return set, nil
}

// makeLinks are the pages of a room on a server at base, such as http://127.0.0.1:8080.
func makeLinks(base, room string, tokens tokenSet) linkSet {
	page := base + "/r/" + url.PathEscape(room)
	set := linkSet{Viewer: page}
	if tokens.Host != "" {
		set.Host = page + "/host#t=" + tokens.Host
		set.Moderator = page + "/host#t=" + tokens.Moderator
		set.Overlay = page + "/overlay#t=" + tokens.Overlay
	}
	if tokens.EveryRoom {
		set.Rooms = base + "/host#t=" + tokens.Host
	}
	return set
}

// printQR draws a code for w, two modules to a line of text, into b. Colours are set on a terminal, where a code in its own
// colours may be light on dark, which some phones do not read.
func printQR(w io.Writer, b *strings.Builder, text string) error {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return fmt.Errorf("draw the QR code: %w", err)
	}
	const quiet = 2
	before, after := "", ""
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			before, after = "\x1b[30;107m", "\x1b[0m"
		}
	}
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString("  " + before)
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := code.Black(x, y), code.Black(x, y+1); {
			case upper && lower:
				b.WriteString("█")
			case upper:
				b.WriteString("▀")
			case lower:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteString(after + "\n")
	}
	return nil
}
