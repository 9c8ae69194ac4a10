package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// recountTime is how long a room may be counted: every vote is read, of which there may be millions.
const recountTime = 10 * time.Minute

func newRoomRecount() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recount ROOM",
		Short: "Count every vote of a room anew and compare with the tallies",
		Long: `Count every vote of a room anew and compare with the tallies that everybody is shown.
It changes nothing. It fails when a tally differs from its recount.`,
		Args: want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return connected(cmd, func(ctx context.Context, c *client) error {
				ctx, cancel := context.WithTimeout(ctx, recountTime)
				defer cancel()
				r, err := questionsv1.NewQuestionsServiceClient(c).RecountVotes(ctx, &questionsv1.RecountVotesRequest{Room: args[0]})
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				_, _ = fmt.Fprintln(w, "QUESTION\tVOTES\tRECOUNT\tGUESTS\tRECOUNT\tWAITING") // to a terminal
				for _, q := range r.GetQuestions() {
					_, _ = fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", q.GetQuestion(), q.GetVotes(), q.GetRecountedVotes(),
						q.GetGuestVotes(), q.GetRecountedGuestVotes(), q.GetWaiting())
				}
				if err := w.Flush(); err != nil {
					return fmt.Errorf("write the recount: %w", err)
				}
				if !r.GetEqual() {
					return errors.New("a tally differs from its recount: keep the store as it is and report it; 'ovation export --as questions' has the ballots")
				}
				return nil
			})
		},
	}
	clientFlags(cmd)
	return cmd
}
