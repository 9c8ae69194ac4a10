package loadtest

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/herd"
)

func newHerd() *cobra.Command {
	var o herd.Options
	var to string
	c := &cobra.Command{
		Use:   "herd",
		Short: "Bring an audience in at one moment, and drain it",
		Long: `Bring an audience in at one moment, and drain it: a server of its own, with the admission that it has by default unless
--handshakes says otherwise, gets everybody at once, who come back when they are told to; then it is told to end while
comments go on. Measured is how long until everybody is in, how soon whoever is let in is welcomed, what memory they take,
how a drain spreads its goodbyes, and whether each comment that was acknowledged is there after the next start.

It needs Linux, and ends with 1 when a comment is missing or a second had more than three times the mean of goodbyes.`,
		Example: "  ovation loadtest herd --viewers 10000 --window 20s --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := herd.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if r.Lost > 0 || r.MostOverMean > 3 {
				return fmt.Errorf("%w: %d comments lost, %.1f times the mean of goodbyes in one second", ErrMissing, r.Lost, r.MostOverMean)
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Viewers, "viewers", 10_000, "Viewers, 2 to 16,000, or to 19,900 for each gateway")
	f.IntVar(&o.Gateways, "gateways", 0, "Gateways in processes of their own; 0 is everything in one process")
	f.IntVar(&o.Handshakes, "handshakes", 0, "Handshakes a second that each gateway lets in; 0 is its default")
	f.DurationVar(&o.Window, "window", 20*time.Second, "Over how long the drain spreads its goodbyes")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}
