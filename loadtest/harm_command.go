package loadtest

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/harm"
)

func newHarm() *cobra.Command {
	var o harm.Options
	var to string
	c := &cobra.Command{
		Use:   "harm",
		Short: "Measure what hostile clients cost the others",
		Long: `Measure what hostile clients cost the others. A server of its own has good viewers, who are given comments at an even
rate, in turns beside an attack and beside a process that burns as much CPU as the attackers did. But for stalled all of
them take only what the server leaves of the cores: what they took from it would count as harm. Compared is the gateway's
lateness of ticks, p99; the figure is the middle one of the pairs' ratios.

The attacks: stalled (viewers who read nothing more until their sockets are full and the ring has gone round, and do in
the calm stretch; then they are asked what came), loris (requests of a byte a second, and
sockets without a hello), handshakes (20,000 who come in one moment, and come and go as fast as can be), pings and frames
(floods); none has nobody, and tells how far the measure wanders by itself. It needs Linux, and ends with 1 when a good
viewer or one who was woken is missing anything.`,
		Example: "  ovation loadtest harm --attack stalled --viewers 1000 --pairs 5 --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Binary, err = os.Executable(); err != nil {
				return fmt.Errorf("find the own binary: %w", err)
			}
			o.Log = cmd.ErrOrStderr()
			r, err := harm.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if r.Lost > 0 || r.Duplicated > 0 || r.Ended > 0 {
				return fmt.Errorf("%w: good viewers lost %d frames, had %d twice, %d of their sockets ended", ErrMissing, r.Lost, r.Duplicated, r.Ended)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.Attack, "attack", "stalled", "Attack: "+harm.Names())
	f.IntVar(&o.Viewers, "viewers", 1000, "Good viewers, up to 16,000")
	f.IntVar(&o.Attackers, "sockets", 0, "Sockets of the attack; 0 takes its own number")
	f.IntVar(&o.Pairs, "pairs", 5, "Pairs of a hostile and a calm stretch")
	f.DurationVar(&o.Duration, "duration", 15*time.Second, "How long each stretch lasts")
	f.DurationVar(&o.Stall, "stall", 12*time.Second, "How long viewers have stalled before it counts; those who take nothing for a minute are closed")
	f.BoolVar(&o.Elsewhere, "elsewhere", false, "Attack another server beside, which nobody measures: what the machine alone does to ticks")
	f.Float64Var(&o.Rate, "rate", 10, "Comments a second")
	f.StringArrayVar(&o.Server, "server", nil, "One more `ARGUMENT` for ovation serve; may stand several times")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}

// newAttack and newSpin are the processes that harm starts.
func newAttack() *cobra.Command {
	var kind string
	var o audience.Options
	c := &cobra.Command{
		Use: "attack", Short: "Be hostile for another command", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return harm.Strike(cmd.Context(), kind, o, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "kind", "", "Attack")
	f.StringVar(&o.Address, "address", "", "Server; on loopback")
	f.StringVar(&o.Room, "room", "", "Room")
	f.IntVar(&o.Viewers, "sockets", 1, "Sockets")
	f.IntVar(&o.From, "from", 256, "First address of 127.0.0.0/16, by its `NUMBER`, to come from")
	return c
}

func newSpin() *cobra.Command {
	var cores float64
	c := &cobra.Command{
		Use: "spin", Short: "Burn CPU for another command", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return harm.Spin(cmd.Context(), cores, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	c.Flags().Float64Var(&cores, "cores", 1, "Cores to burn")
	return c
}
