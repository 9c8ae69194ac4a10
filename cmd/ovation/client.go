package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// keysName is the file in the data directory that holds the keys made on loopback.
const keysName = "keys"

// callTimeout is how long a call of a tool may take: a store that lost its leader answers again within 7 s.
const callTimeout = 15 * time.Second

// clientFlags adds what every command that speaks gRPC needs.
func clientFlags(cmd *cobra.Command) {
	config.Flags(cmd.Flags(), append([]string{"grpc", "data", "keys.files", "keys.audience", "keys.issuer"}, grpcTLSKeys[:4]...)...)
	cmd.Flags().String("token", "", "Token to call with (variable OVATION_TOKEN). Default: one made with the keys of --keys-files or --data.")
	cmd.Flags().String("token-file", "", "File that holds the token.")
}

// client is a connection to the services and who acts through it.
type client struct {
	*grpc.ClientConn
	target string
	actor  *roomsv1.Actor // set for a service token, which must name a person
}

// dial connects to the services with the token that the flags, the environment or the local keys give.
func dial(cmd *cobra.Command) (*client, error) {
	c, err := loadConfig(cmd)
	if err != nil {
		return nil, err
	}
	token, err := clientToken(cmd, c)
	if err != nil {
		return nil, err
	}
	secure, err := callTLS(c.Config, c.GRPC)
	if err != nil {
		return nil, err
	}
	conn, err := rpc.Dial(rpc.DialOptions{Target: reachable(c.GRPC), Token: func() string { return token }, TLS: secure})
	if err != nil {
		return nil, fmt.Errorf("connect to the services at %s: %w", c.GRPC, err)
	}
	return &client{ClientConn: conn, target: c.GRPC, actor: cliActor(token)}, nil
}

// clientToken finds the token of a call.
func clientToken(cmd *cobra.Command, c *config.Loaded) (string, error) {
	token, _ := cmd.Flags().GetString("token") // clientFlags added both
	file, _ := cmd.Flags().GetString("token-file")
	switch {
	case token != "" && file != "":
		return "", misuse(cmd, "give --token or --token-file, not both")
	case token != "":
		return token, nil
	case file != "":
		body, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the token: %w", err)
		}
		return string(bytes.TrimSpace(body)), nil
	case os.Getenv("OVATION_TOKEN") != "":
		return os.Getenv("OVATION_TOKEN"), nil
	}
	keys, err := localKeys(c.Config)
	if err != nil {
		return "", err
	}
	if !keys.CanSign() {
		return "", errors.New("the keys can only verify: give a token with --token, --token-file or OVATION_TOKEN")
	}
	return keys.Mint(auth.Claims{Subject: cliSubject(), Rooms: []string{"*"}, Role: auth.Service}, time.Hour)
}

// localKeys are the configured keys, else those that serve made in the data directory. It makes none.
func localKeys(c config.Config) (*auth.Keys, error) {
	rules := rulesOf(c)
	if c.Keys.Given() {
		s := auth.Settings{Files: c.Keys.Files, Rules: rules}
		if c.Keys.JWKS != "" {
			s.Published = auth.NewJWKS(auth.JWKSOptions{URL: c.Keys.JWKS, Retain: c.Keys.Retain})
		}
		return auth.Open(s)
	}
	path := filepath.Join(c.Data, keysName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no keys in %s: give --data with the directory of 'ovation serve', --keys-files, or a token with --token", c.Data)
	}
	keys, err := auth.OpenKeys(path)
	if err != nil {
		return nil, fmt.Errorf("read the keys in %s: %w", c.Data, err)
	}
	return keys.WithRules(rules), nil
}

// cliSubject is who the audit trail shows for what is done on the command line.
func cliSubject() string {
	if u, err := user.Current(); err == nil && u.Username != "" && len(u.Username) < 200 {
		return "cli:" + u.Username
	}
	return "cli"
}

// cliActor is the person a service token acts for on the command line; a token of a person acts for itself.
func cliActor(token string) *roomsv1.Actor {
	if said, err := readToken(token); err == nil && said.Role != string(auth.Service) {
		return nil
	}
	return &roomsv1.Actor{Subject: cliSubject(), Name: "Command line", Role: string(auth.Host)}
}

// reachable turns an address to listen on into one to connect to: every interface is reached through loopback.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	switch host {
	case "", "0.0.0.0":
		return net.JoinHostPort("127.0.0.1", port)
	case "::":
		return net.JoinHostPort("::1", port)
	}
	return address
}

// call runs f with a connection and the time that one call may take.
func call(cmd *cobra.Command, f func(ctx context.Context, c *client) error) error {
	return connected(cmd, func(ctx context.Context, c *client) error {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		return f(ctx, c)
	})
}

// connected runs f with a connection; f gives each of its calls its time.
func connected(cmd *cobra.Command, f func(ctx context.Context, c *client) error) error {
	c, err := dial(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // the answer is in; nothing is lost with it
	return explainCall(c, f(cmd.Context(), c))
}

// pages asks a list for page after page, each in the time of a call.
func pages(ctx context.Context, next func(ctx context.Context, token string) (following string, err error)) error {
	return rpc.Pages(func(token string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		return next(ctx, token)
	})
}

// unsure adds to a refusal of an act that may have been carried out how to find out: the same request id again.
func unsure(err error, done, request string) error {
	if f, ok := fault.Of(err); ok && (f.Reason == fault.Unavailable || f.Reason == fault.DeadlineExceeded) {
		return fault.New(f.Reason, "%s; whether it was %s is not known: ask again with --request-id %s", f.Message, done, request)
	}
	return err
}

// oneLine is a text in one line of a table, without what a terminal would obey.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// explainCall adds to a refusal what only the command line knows: where it had asked.
func explainCall(c *client, err error) error {
	if err == nil {
		return nil
	}
	if s, ok := status.FromError(err); ok && s.Code() == codes.Unavailable && len(s.Details()) == 0 {
		return fmt.Errorf("nobody answers at %s: start 'ovation serve', or give --grpc with the address of the services", c.target)
	}
	if _, ok := status.FromError(err); ok {
		return fault.Err(err)
	}
	return err
}
