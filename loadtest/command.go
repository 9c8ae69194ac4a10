package loadtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/show"
)

// ErrMissing says that something acknowledged was not there at the end.
var ErrMissing = errors.New("the run found something missing")

// Commands are what stands below `ovation loadtest`.
func Commands() []*cobra.Command {
	return []*cobra.Command{newShow(), newFanout(), newHarm(), newHerd(), newSoak(), newTaps(), newVotes(), newPosts(), newTapper(), newAudience(), newBare(), newAttack(), newSpin()}
}

type showFlags struct {
	show.Options
	json, target, grpc, admin, token string
}

func newShow() *cobra.Command {
	var f showFlags
	c := &cobra.Command{
		Use:   "show",
		Short: "Play a whole show with real sockets and check that nothing is lost",
		Long: `Play a whole show with real sockets, at an open loop, and check that nothing is lost: hearts, comments and votes are
sent at their moments whatever the server does, and latencies count from those moments.

Without --target it starts an all-in-one server as a process of its own, with a data directory that is removed again.
It ends with 1 when anything acknowledged is missing.`,
		Example: "  ovation loadtest show --viewers 2000 --hearts 500 --comments 20 --votes 10 --duration 30s --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fl := c.Flags()
	fl.IntVar(&f.Viewers, "viewers", 200, "Viewers, 2 to 18000")
	fl.Float64Var(&f.Hearts, "hearts", 50, "Hearts a second, in all")
	fl.Float64Var(&f.Comments, "comments", 2, "Comments a second, in all")
	fl.Float64Var(&f.Votes, "votes", 1, "Votes a second, in all, on 20 questions")
	fl.DurationVar(&f.Duration, "duration", 10*time.Second, "How long to load")
	fl.StringVar(&f.Trace, "trace", "", "Make comments arrive as in this `FILE` (loadtest/testdata/chat-trace.csv)")
	fl.Float64Var(&f.Speed, "speed", 1, "How many times faster than the trace")
	fl.Uint32Var(&f.DisplayBudget, "display-budget", 0, "Comments a second that viewers are shown; 0 shows all")
	fl.StringVar(&f.json, "json", "", "Write the report to this `FILE`; - is standard output")
	fl.StringVar(&f.target, "target", "", "Server to load, such as http://127.0.0.1:8080, instead of one of its own")
	fl.StringVar(&f.grpc, "grpc", "127.0.0.1:8081", "gRPC address of the target")
	fl.StringVar(&f.admin, "admin", "", "Admin address of the target, to read taps over the cap")
	fl.StringVar(&f.token, "token", os.Getenv("OVATION_TOKEN"), "A service's token for the target; or set OVATION_TOKEN")
	return c
}

func (f *showFlags) run(ctx context.Context, stdout, stderr io.Writer) (err error) {
	f.Log = stderr
	if f.Speed <= 0 || f.Duration <= 0 {
		return fmt.Errorf("--speed and --duration must be above 0")
	}
	if f.target == "" {
		s, stop, startErr := startOwn(ctx, stderr)
		if startErr != nil {
			return startErr
		}
		f.Server, f.PID = &s.Ready, s.PID()
		defer func() { err = errors.Join(err, stop()) }()
	} else if err := f.useTarget(); err != nil {
		return err
	}
	report, err := show.Run(ctx, f.Options)
	if err != nil {
		return err
	}
	if err := write(f.json, report, stdout, stderr); err != nil {
		return err
	}
	if missing := report.Missing(); len(missing) > 0 {
		return fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, "; "))
	}
	return nil
}

// startOwn starts this same binary as the server, with a data directory that goes with it.
func startOwn(ctx context.Context, stderr io.Writer, args ...string) (s *server.Server, stop func() error, err error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find the own binary: %w", err)
	}
	data, err := os.MkdirTemp("", "ovation-loadtest-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a data directory: %w", err)
	}
	s, err = server.Start(ctx, binary, data, stderr, append([]string{"--log-level", "warn", "--gateway-handshakes", "100000"}, args...)...)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(data))
	}
	return s, func() error { return errors.Join(s.Stop(), os.RemoveAll(data)) }, nil
}

func (f *showFlags) useTarget() error {
	u, err := url.Parse(f.target)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("--target must be like http://127.0.0.1:8080, not %q", f.target)
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "80")
	}
	if f.token == "" {
		return errors.New("--target needs --token: a service's token, as ovation serve --json prints it")
	}
	f.Server = &server.Ready{Listen: host, GRPC: f.grpc, Admin: f.admin}
	f.Server.Tokens.Service = f.token
	return nil
}

// write puts a report where --json says.
func write(to string, r any, stdout, stderr io.Writer) error {
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	body = append(body, '\n')
	switch to {
	case "":
		_, err = stderr.Write(body)
	case "-":
		_, err = stdout.Write(body)
	default:
		err = os.WriteFile(to, body, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
