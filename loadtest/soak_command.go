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
many files it has. After a quarter of the time, which warms it up, none of them may grow; when everybody has gone,
goroutines and files must be what they were before.

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
