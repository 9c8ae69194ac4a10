package loadtest

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/fanout"
)

func newTaps() *cobra.Command {
	var o fanout.TapOptions
	var to string
	c := &cobra.Command{
		Use:   "taps",
		Short: "Measure what taps cost where they come in, and where they are shown",
		Long: `Measure what taps cost where they come in, and where they are shown. Viewers watch at one gateway, taps come in at
another: first at a rate, then at ten times that rate. What those who watch are sent must stay the same, since a tick
carries totals.

It needs Linux, and ends with 1 when a tap that was sent is not in the total.`,
		Example: "  ovation loadtest taps --viewers 2000 --per-second 2000 --sockets 1000 --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := fanout.Taps(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if r.Sent != r.Counted {
				return fmt.Errorf("%w: %d taps were sent, %d counted", ErrMissing, r.Sent, r.Counted)
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Viewers, "viewers", 2000, "Viewers who watch")
	f.IntVar(&o.PerSecond, "per-second", 2000, "Tap frames a second of the first stretch")
	f.IntVar(&o.Times, "times", 10, "What they are multiplied by for the second")
	f.Uint32Var(&o.Count, "count", 1, "Taps in a frame, 1 to 1,000")
	f.IntVar(&o.Sockets, "sockets", 1000, "Sockets that tap, each at most 50 frames a second")
	f.DurationVar(&o.Duration, "duration", 15*time.Second, "How long each stretch lasts")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}

// newTapper is the process that taps starts.
func newTapper() *cobra.Command {
	var o fanout.TapperOptions
	c := &cobra.Command{
		Use: "tapper", Short: "Tap for another command", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fanout.Tap(cmd.Context(), o, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := c.Flags()
	f.StringVar(&o.Address, "address", "", "Gateway")
	f.StringVar(&o.Room, "room", "", "Room")
	f.IntVar(&o.Sockets, "sockets", 1, "Sockets")
	f.IntVar(&o.PerSecond, "per-second", 1, "Frames a second, in all")
	f.Uint32Var(&o.Count, "count", 1, "Taps in a frame")
	return c
}
