package loadtest

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/loadtest/posts"
)

func newPosts() *cobra.Command {
	var o posts.Options
	var own []string
	var to string
	c := &cobra.Command{
		Use:   "posts",
		Short: "Measure how many comments a second are stored and acknowledged over gRPC",
		Long: `Measure how many comments a second are stored and acknowledged over gRPC. Callers post one comment after the other, each
when the one before was answered, to an all-in-one server in a process of its own. Then everything is read back.

It needs Linux, and ends with 1 when a comment that was acknowledged is missing, or stands there twice.`,
		Example: "  ovation loadtest posts --callers 64 --duration 20s --json -\n  ovation loadtest posts --rooms 1 --viewers 500 --json -\n  ovation loadtest posts --rooms 1 --callers 2 --viewers 500 --remove 1200 --duration 60s --json -",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			s, stop, err := startOwn(cmd.Context(), cmd.ErrOrStderr(), own...)
			if err != nil {
				return err
			}
			o.Server, o.PID, o.Log = &s.Ready, s.PID(), cmd.ErrOrStderr()
			r, err := posts.Run(cmd.Context(), o)
			if stopped := stop(); err == nil {
				err = stopped
			}
			if err != nil {
				return err
			}
			if err := write(to, r, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			if r.Lost > 0 || r.Duplicated > 0 {
				return fmt.Errorf("%w: of the acknowledged comments %d are not in their rooms, %d are twice", ErrMissing, r.Lost, r.Duplicated)
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Callers, "callers", 64, "Callers at once")
	f.IntVar(&o.Connections, "connections", 1, "Connections that they share")
	f.IntVar(&o.Rooms, "rooms", 8, "Rooms; each takes in at most 5,000 comments a second")
	f.IntVar(&o.Viewers, "viewers", 0, "Viewers who watch the first room meanwhile: with --rooms 1 a flood, of which the room takes in its share")
	f.IntVar(&o.Remove, "remove", 0, "Comments of one more person that are removed at once, and erased, in the middle of it")
	f.IntVar(&o.People, "people", 100_000, "People who write")
	f.IntVar(&o.Bytes, "bytes", 60, "Bytes of a comment, about")
	f.DurationVar(&o.Duration, "duration", 20*time.Second, "How long to load")
	f.StringArrayVar(&own, "server", nil, "One more `ARGUMENT` for ovation serve; may stand several times")
	f.StringVar(&to, "json", "", "Write the report to this `FILE`; - is standard output")
	return c
}
