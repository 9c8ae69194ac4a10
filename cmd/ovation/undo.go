package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/takeback"
)

func newUndo() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "undo ROOM",
		Short: "Take back what you did last in a room, within 60 s",
		Long: `Take back what you did last in a room, within 60 s, and say what it was.

It is your last act there, wherever you did it: one on a person or on what they wrote, a change of the room's settings, a step
on a question, the end of the show. Who you are is said by the token; without one it is the user of this machine, whose acts on
the command line it takes back. What somebody else did since stays: then, and after 60 s, it is refused with UNDO_EXPIRED.

A room that is deleted does not come back, a start is not undone, and hearts that are excluded stay so.`,
		Example: "  ovation people remove launch bnqkvv4i6wgl2ej2ijtacf7xpg\n  ovation undo launch",
		Args:    want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				last, err := takeback.New(c).Last(ctx, takeback.Who{Room: args[0], Actor: c.actor, Request: rand.Text()})
				if err != nil {
					return err
				}
				if asJSON(cmd.Flags()) {
					return printJSON(cmd, last)
				}
				what := last.GetAction()
				if last.GetTarget() != "" {
					what += " " + last.GetTarget()
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "taken back: %s of %s\n", what, last.GetTime().AsTime().Format(time.RFC3339))
				return err
			})
		},
	}
	roomFlags(cmd)
	return cmd
}
