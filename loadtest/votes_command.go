package loadtest

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/votes"
)

func newVotes() *cobra.Command {
	var o votes.Options
	var to string
	c := &cobra.Command{
		Use:   "votes",
		Short: "Have 100,000 people vote on one question, and count them again",
		Long: `Have a great many people vote on one question, at an open loop, and count them again: every vote that was acknowledged
must be in the tally, once, on the screens of those who watch, and equal to a recount; one in ten is a guest's. Then
look for the highest rate whose acks keep the limit, with questions of their own.

Votes go over gRPC, each for a person of its own, as a gateway sends those of its sockets. The server is a process of
its own, with a data directory that is removed again. It needs Linux, and ends with 1 when a vote that was acknowledged
is missing or counted twice.`,
		Example: "  ovation loadtest votes --identities 100000 --rate 1700 --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := votes.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if missing := r.Missing(); len(missing) > 0 {
				return fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, "; "))
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Identities, "identities", 100_000, "People who vote once each, 100 to 1,000,000")
	f.Float64Var(&o.Rate, "rate", 1700, "Votes a second, 1 to 100,000")
	f.DurationVar(&o.Limit, "limit", 250*time.Millisecond, "What the acks' p99 must keep, 1ms to 30s")
	f.BoolVar(&o.Search, "search", true, "Look for the highest rate within the limit afterwards")
	f.DurationVar(&o.Step, "step", 10*time.Second, "How long each stretch of the search lasts, 2s to 1m")
	f.StringArrayVar(&o.Server, "server", nil, "One more `ARGUMENT` for ovation serve; may stand several times")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}
