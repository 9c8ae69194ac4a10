package loadtest

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/fanout"
)

func newFanout() *cobra.Command {
	var o fanout.Options
	var to string
	c := &cobra.Command{
		Use:   "fanout",
		Short: "Measure what a delivered frame and an idle viewer cost, beside a bare loop of writes",
		Long: `Measure what a delivered frame and an idle viewer cost. In one run it compares a bare loop of non-blocking writes with
the gateway, over the same kind of sockets, with the viewers in processes of their own: CPU of the serving process for
each delivered frame, resident memory for each idle viewer, and whether every viewer was given everything once.

It needs Linux. From 16,001 viewers on there are several gateways, over one broker. It ends with 1 when anything is
missing.`,
		Example: "  ovation loadtest fanout --viewers 10000 --rate 5 --bytes 200 --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := fanout.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if r.Lost > 0 || r.Duplicated > 0 || r.Ended > 0 {
				return fmt.Errorf("%w: %d frames lost, %d twice, %d sockets ended", ErrMissing, r.Lost, r.Duplicated, r.Ended)
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Viewers, "viewers", 10_000, "Viewers")
	f.Float64Var(&o.Rate, "rate", 5, "Frames a second")
	f.IntVar(&o.Bytes, "bytes", 200, "Bytes of a frame, 160 to 1,000")
	f.DurationVar(&o.Duration, "duration", 20*time.Second, "How long to load each of the two")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}

// newAudience and newBare are the processes that fanout starts.
func newAudience() *cobra.Command {
	var o audience.Options
	c := &cobra.Command{
		Use: "audience", Short: "Hold viewers for another command", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return audience.Serve(cmd.Context(), o, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := c.Flags()
	f.StringVar(&o.Address, "address", "", "Server")
	f.StringVar(&o.Room, "room", "", "Room; empty joins none")
	f.IntVar(&o.Viewers, "viewers", 1, "Viewers")
	f.BoolVar(&o.Patient, "patient", false, "Come back when told to")
	f.IntVar(&o.From, "from", 2, "First address 127.0.0.x to dial from")
	return c
}

func newBare() *cobra.Command {
	return &cobra.Command{
		Use: "bare", Short: "Write frames in a bare loop for another command", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fanout.Bare(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
}
