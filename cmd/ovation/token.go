package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
)

func newToken() *cobra.Command {
	return group("token", "Make and read tokens", newTokenMint(), newTokenInspect())
}

func newTokenMint() *cobra.Command {
	var (
		claims auth.Claims
		role   string
		life   time.Duration
	)
	cmd := &cobra.Command{
		Use:   "mint",
		Short: "Make a token with the keys of --keys-files, or of the data directory",
		Example: `  ovation token mint --role host --room launch --subject anna --name Anna
  ovation token mint --role service --room '*' --life 24h`,
		Args: want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			claims.Role = auth.Role(role)
			if roles := []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}; !slices.Contains(roles, claims.Role) {
				return misuse(cmd, "--role %q is none of viewer, moderator, host, service", role)
			}
			if len(claims.Rooms) == 0 {
				return misuse(cmd, "give at least one --room, or --room '*' for all")
			}
			if life <= 0 {
				return misuse(cmd, "--life must be above 0")
			}
			if claims.Subject == "" {
				claims.Subject = role
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
				return errors.New("the keys can only verify; a secret file (HS256) among --keys-files could sign")
			}
			token, err := keys.Mint(claims, life)
			if err != nil {
				return fmt.Errorf("make the token: %w", err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	config.Flags(cmd.Flags(), "data", "keys.files")
	f := cmd.Flags()
	f.StringVar(&role, "role", "viewer", "viewer, moderator, host or service")
	f.StringSliceVar(&claims.Rooms, "room", nil, "Room the token admits to; may stand several times, '*' is every room")
	f.StringVar(&claims.Subject, "subject", "", "Who: any string of 1 to 255 bytes. Default: the role")
	f.StringVar(&claims.Name, "name", "", "Name that others see, at most 40 letters")
	f.DurationVar(&life, "life", 12*time.Hour, "How long it is good for")
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
	config.Flags(cmd.Flags(), "data", "keys.files")
	return cmd
}

// inspect prints what a token says, then whether it is true: a token of other keys, or one that is over, still shows.
func inspect(w io.Writer, token string, c config.Config) error {
	said, err := readToken(token)
	if err != nil {
		return err
	}
	rooms := strings.Join(append(said.Rooms, said.Room...), ", ")
	if said.Guest {
		said.Name = strings.TrimSpace(said.Name + " (guest)")
	}
	expires := time.Unix(int64(said.Expires), 0).UTC()
	if _, err := fmt.Fprintf(w, "subject  %q\nname     %q\nrole     %q\nrooms    %q\nexpires  %s (in %s)\n",
		said.Subject, said.Name, said.Role, rooms, expires.Format(time.RFC3339), time.Until(expires).Round(time.Second)); err != nil {
		return err
	}
	keys, err := localKeys(c)
	if err != nil {
		return fmt.Errorf("that is what it says; nothing to check it with: %w", err)
	}
	if _, err := keys.Verify(token); err != nil {
		return fmt.Errorf("that is what it says, but: %w", err)
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
}

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
	return s, nil
}
