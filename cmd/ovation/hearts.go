package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

func newHearts() *cobra.Command {
	return group("hearts", "See a room's hearts, and say which were bots'", newHeartsShow(), newHeartsExclude())
}

func newHeartsShow() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ROOM",
		Short: "Show the totals of a room, and how many of them were excluded",
		Args:  want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return call(cmd, func(ctx context.Context, c *client) error {
				r, err := heartsv1.NewHeartsServiceClient(c).GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: args[0]})
				if err != nil {
					return err
				}
				rows := [][]any{{"KIND", "TOTAL", "EXCLUDED"}}
				for _, kind := range slices.Sorted(maps.Keys(r.GetTotals())) {
					rows = append(rows, []any{kind, r.GetTotals()[kind], r.GetExcluded()[kind]})
				}
				return table(cmd.OutOrStdout(), rows)
			})
		},
	}
	clientFlags(cmd)
	return cmd
}

func newHeartsExclude() *cobra.Command {
	r := new(heartsv1.ExcludeHeartsRequest)
	cmd := &cobra.Command{
		Use:   "exclude ROOM",
		Short: "Say that hearts which were counted came from bots",
		Long: `Say that hearts which were counted came from bots.
No total goes down: they are added to a second figure beside it. It cannot be taken back, and is in the audit trail.`,
		Example: "  ovation hearts exclude launch --kind heart --count 12000 --reason 'a farm of phones'",
		Args:    want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Kind == "" || r.Count == 0 {
				return misuse(cmd, "say which hearts and how many with --kind and --count")
			}
			if r.RequestId == "" {
				r.RequestId = rand.Text()
			}
			return unsure(call(cmd, func(ctx context.Context, c *client) error {
				r.Room, r.Actor = args[0], c.actor
				now, err := heartsv1.NewHeartsServiceClient(c).ExcludeHearts(ctx, r)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d of %d are excluded\n", r.GetKind(), now.GetExcluded(), now.GetTotal())
				return err
			}), "counted", r.GetRequestId())
		},
	}
	clientFlags(cmd)
	cmd.Flags().StringVar(&r.Kind, "kind", "", "Kind of the hearts.")
	cmd.Flags().Uint64Var(&r.Count, "count", 0, "How many, 1 or more; with those excluded before not more than the total.")
	cmd.Flags().StringVar(&r.Reason, "reason", "", "Why, for the audit trail.")
	cmd.Flags().StringVar(&r.RequestId, "request-id", "", "8 to 64 letters and digits: sent again with the same one within 24 hours it counts once. Default: a random one.")
	return cmd
}
