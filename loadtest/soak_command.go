package loadtest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/soak"
)

// ErrGrows says that something of the server grew under an even load.
var ErrGrows = errors.New("under an even load something grows")

func newSoak() *cobra.Command {
	var o soak.Options
	var to string
	c := &cobra.Command{
		Use:   "soak",
		Short: "Hold a server under an even load and look whether anything of it grows",
		Long: `Hold a server of its own under an even load for a long time: half of its viewers stay, half come and go within a minute,
all tap, some write. Each 10 s it is made to collect its garbage, and says how much memory, how many goroutines and how
many files it has. The first half of the time warms it up. In the second the heap without the broker may grow by 1 KiB for
each visit, since what a person may still tap is known for an hour; the broker's may hold its buffers of 8 MiB a stream;
goroutines and files may not grow, and must be what they were before when everybody has gone.

It needs Linux, and ends with 1 when something grows.`,
		Example: "  ovation loadtest soak --for 20m --viewers 1000 --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := soak.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			for _, g := range r.Growth {
				_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%s: %.0f on average, %+.0f an hour (%.0f allowed)\n", g.What, g.Mean, g.PerHour, g.Allowed)
			}
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%.0f bytes of heap for each of the last visits; what grew most:\n", r.OwnPerVisit)
			for _, p := range r.Places {
				_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%9.0f bytes more by %s\n", p.Bytes, p.Function)
			}
			if len(r.Growing) > 0 {
				return fmt.Errorf("%w: %s", ErrGrows, strings.Join(r.Growing, "; "))
			}
			return nil
		},
	}
	f := c.Flags()
	f.DurationVar(&o.Span, "for", 20*time.Minute, "How long, at least 1m")
	f.IntVar(&o.Viewers, "viewers", 1000, "Viewers at once, 2 to 15,000")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}
