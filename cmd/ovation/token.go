package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/text"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func newToken() *cobra.Command {
	return group("token", "Make tokens, read them and take them back", newTokenMint(), newTokenInspect(), newTokenRevoke())
}

// mintFlags are what a token is made of.
type mintFlags struct {
	role, subject, name, base string
	rooms                     []string
	life                      time.Duration
	link                      bool
}

func newTokenMint() *cobra.Command {
	var m mintFlags
	cmd := &cobra.Command{
		Use:   "mint",
		Short: "Make a token, or a link with one, with the keys of --keys-files or of the data directory",
		Long: `Make a token with the keys of --keys-files, or of the data directory. It needs no running server. With --link it
is printed as the page to open; a link for an overlay may do nothing, and each one who opens a link for a guest is a new
guest. Each token has an id, by which 'ovation token revoke' takes it back.`,
		Example: `  ovation token mint --role host --room launch --subject anna --name Anna
  ovation token mint --link --role moderator --room launch --base https://live.example.com
  ovation token mint --role service --room '*' --life 24h`,
		Args: want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			claims, err := m.claims(cmd)
			if err != nil {
				return err
			}
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			keys, err := localKeys(c.Config)
			if err != nil {
				return err
			}
			if !keys.CanSign() {
				return errors.New("the keys can only verify; a secret file (HS256) or a private key among --keys-files could sign")
			}
			token, err := keys.Mint(claims, m.life)
			if err != nil {
				return fmt.Errorf("make the token: %w", err)
			}
			if m.link {
				if m.base == "" {
					m.base = "http://" + reachable(c.Listen)
				}
				token = auth.LinkURL(m.base, m.rooms[0], m.role, token)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	config.Flags(cmd.Flags(), "data", "listen", "keys.files", "keys.audience", "keys.issuer")
	f := cmd.Flags()
	f.StringVar(&m.role, "role", "viewer", "viewer, moderator, host or service; overlay or guest for a link")
	f.StringSliceVar(&m.rooms, "room", nil, "Room the token admits to; may stand several times. 'acme-*' is every room whose id begins so, '*' every room")
	f.StringVar(&m.subject, "subject", "", "Who: any string of 1 to 255 bytes. Default: the role, with --link a random one")
	f.StringVar(&m.name, "name", "", "Name that others see, at most 40 letters")
	f.DurationVar(&m.life, "life", 12*time.Hour, "How long it is good for")
	f.BoolVar(&m.link, "link", false, "Print the page to open instead of the token alone")
	f.StringVar(&m.base, "base", "", "With --link, where the pages are, such as https://live.example.com. Default: the address of --listen")
	return cmd
}

// claims checks the flags.
func (m *mintFlags) claims(cmd *cobra.Command) (auth.Claims, error) {
	claims, ok := auth.LinkClaims(m.role)
	if m.role == string(auth.Service) && !m.link {
		claims, ok = auth.Claims{Role: auth.Service}, true
	}
	switch {
	case !ok && m.link:
		return claims, misuse(cmd, "--role %q is none of %s", m.role, strings.Join(auth.LinkKinds, ", "))
	case !ok:
		return claims, misuse(cmd, "--role %q is none of %s, service", m.role, strings.Join(auth.LinkKinds, ", "))
	case len(m.rooms) == 0:
		return claims, misuse(cmd, "give at least one --room, or --room '*' for all")
	case m.link && (len(m.rooms) != 1 || strings.HasSuffix(m.rooms[0], "*")):
		return claims, misuse(cmd, "a link is the page of one room: give one --room")
	case m.life <= 0:
		return claims, misuse(cmd, "--life must be above 0")
	}
	for _, room := range m.rooms {
		prefix, pattern := strings.CutSuffix(room, "*")
		if pattern {
			prefix += "x" // whatever an id goes on with
		}
		if err := text.RoomID(prefix); err != nil {
			return claims, misuse(cmd, "--room %q is no room: %s; a * may stand at its end, for all rooms that begin so", room, sentence(err))
		}
	}
	if m.base != "" {
		if u, err := url.Parse(m.base); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return claims, misuse(cmd, "--base %q is no address such as https://live.example.com", m.base)
		}
	}
	claims.ID, claims.Rooms, claims.Subject = auth.NewID(), m.rooms, m.subject
	if !m.link {
		claims.Name = ""
	}
	if m.name != "" {
		claims.Name = m.name
	}
	if claims.Subject == "" {
		if claims.Subject = m.role; m.link {
			claims.Subject += "-" + auth.NewID()
		}
	}
	return claims, nil
}

func newTokenRevoke() *cobra.Command {
	var room string
	cmd := &cobra.Command{
		Use:   "revoke ID|TOKEN|LINK",
		Short: "Take a token back in a room: its sockets and calls end within 5 s",
		Long: `Take a token back in a room: its sockets and calls end within 5 s. A room remembers 1,000 tokens that were made
elsewhere. Give the token or link itself where you have it: what it says of its end makes room again then. Links
that were made with it go, too.`,
		Example: `  ovation token revoke --room launch kq3xn5vjzq2m7w4t6y8b5c9d2f
  ovation token revoke --room launch 'https://live.example.com/r/launch/host#t=eyJhbGciOi…'`,
		Args: want("ID|TOKEN|LINK"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := args[0]
			if _, token, isLink := strings.Cut(id, "#t="); isLink {
				id = token
			}
			var ends *timestamppb.Timestamp // makes room for others when it has come
			if said, err := readToken(id); err == nil {
				if said.ID == "" {
					return errors.New("this token has no id (jti): it cannot be taken back, it ends by itself or with its key")
				}
				if id = said.ID; said.Expires > 0 {
					ends = timestamppb.New(said.end())
				}
			}
			if err := text.RoomID(room); err != nil {
				return misuse(cmd, "--room: %s", sentence(err))
			}
			return call(cmd, func(ctx context.Context, c *client) error {
				if _, err := roomsv1.NewRoomsServiceClient(c).RevokeLink(ctx, &roomsv1.RevokeLinkRequest{Room: room, Link: id, ExpireTime: ends, Actor: c.actor}); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is taken back in %s\n", id, room)
				return err
			})
		},
	}
	clientFlags(cmd)
	cmd.Flags().StringVar(&room, "room", "", "Room in which it ends. Required")
	return cmd
}

func newTokenInspect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect [TOKEN]",
		Short: "Show what a token says, and whether our keys made it; without TOKEN it is read from standard input",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			token := strings.Join(args, "")
			if token == "" || token == "-" {
				body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 64<<10))
				if err != nil {
					return fmt.Errorf("read the token: %w", err)
				}
				token = string(body)
			}
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return inspect(cmd.OutOrStdout(), strings.TrimSpace(token), c.Config)
		},
	}
	config.Flags(cmd.Flags(), append([]string{"data"}, keySettings...)...)
	return cmd
}

// inspect prints what a token says, then everything that is wrong with it: a token of other keys, or one that is over,
// still shows.
func inspect(w io.Writer, token string, c config.Config) error {
	said, err := readToken(token)
	if err != nil {
		return err
	}
	if said.Guest {
		said.Name = strings.TrimSpace(said.Name + " (guest)")
	}
	var kind []string
	for _, k := range []struct {
		is   bool
		word string
	}{{said.ReadOnly, "may only watch"}, {said.Invite, "makes guests"}, {said.Invited, "came by an invite"}} {
		if k.is {
			kind = append(kind, k.word)
		}
	}
	var b strings.Builder
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, value)
		}
	}
	row("subject", strconv.Quote(said.Subject))
	row("name", strconv.Quote(said.Name))
	row("role", strconv.Quote(said.Role))
	row("", strings.Join(kind, ", "))
	row("rooms", strconv.Quote(strings.Join(append(said.Rooms, said.Room...), ", ")))
	row("id", said.ID)
	row("issuer", said.Issuer)
	row("audience", strings.Join(said.Audience, ", "))
	row("signed", strings.TrimSpace(said.head.Algorithm+" "+said.head.Key))
	if said.Expires > 0 {
		expires := said.end()
		row("expires", fmt.Sprintf("%s (in %s)", expires.Format(time.RFC3339), time.Until(expires).Round(time.Second)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	keys, err := localKeys(c)
	if err != nil {
		return fmt.Errorf("that is what it says; nothing to check it with: %w", err)
	}
	if wrong := keys.Problems(token); len(wrong) > 0 {
		all := make([]string, len(wrong))
		for i, err := range wrong {
			all[i] = err.Error()
		}
		return errors.New("that is what it says, but: " + strings.Join(all, "; "))
	}
	_, err = fmt.Fprintln(w, "made by our keys")
	return err
}

// said is what a token says, checked by nobody.
type said struct {
	Subject string   `json:"sub"`
	Name    string   `json:"name"`
	Room    oneOrAll `json:"room"`
	Rooms   []string `json:"rooms"`
	Role    string   `json:"role"`
	Guest   bool     `json:"guest"`
	Expires float64  `json:"exp"`

	ReadOnly bool     `json:"read_only"`
	Invite   bool     `json:"invite"`
	Invited  bool     `json:"invited"`
	ID       string   `json:"jti"`
	Issuer   string   `json:"iss"`
	Audience oneOrAll `json:"aud"`

	head struct {
		Algorithm string `json:"alg"`
		Key       string `json:"kid"`
	}
}

// end is when it says that it ends; claims beyond the year 6000 are cut there.
func (s said) end() time.Time { return time.Unix(int64(min(s.Expires, 1<<37)), 0).UTC() }

// oneOrAll reads a claim that is a word or a list of words.
type oneOrAll []string

func (o *oneOrAll) UnmarshalJSON(body []byte) error {
	var one string
	if err := json.Unmarshal(body, &one); err == nil {
		*o = oneOrAll{one}
		return nil
	}
	return json.Unmarshal(body, (*[]string)(o))
}

// readToken decodes a token without checking it: enough to show it, or to know whether the services will want an actor.
func readToken(token string) (said, error) {
	var s said
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return s, errors.New("this is no token: it should have three parts with dots between them")
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return s, fmt.Errorf("this is no token: its second part is no base64url: %w", err)
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("this is no token: its second part holds no claims: %w", err)
	}
	if head, err := base64.RawURLEncoding.DecodeString(parts[0]); err == nil {
		_ = json.Unmarshal(head, &s.head) // what cannot be read is not shown; Problems says so
	}
	return s, nil
}
