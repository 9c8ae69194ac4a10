package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/bits"

	"github.com/spf13/cobra"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/config"
)

func newStore() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Show how full the streams of the store are, and how their copies stand",
		Long: `Show how full the streams of the store are, and how their copies stand, as a process with services saw it at most 15 s ago.

To give them more space raise store.max_bytes, of ovation broker first where there is one, and start it and the services
again: streams that stand grow to their share of it. They never shrink by themselves.`,
		Example: "  ovation store --admin 127.0.0.1:8083",
		Args:    want(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			var seen storeUsage
			if err := askAdmin(cmd.Context(), "http://"+reachable(c.Admin)+"/store", "ovation serve or services", &seen); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(seen)
			}
			return drawStreams(cmd.OutOrStdout(), seen.Streams)
		},
	}
	config.Flags(cmd.Flags(), "admin")
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print JSON")
	return cmd
}

func drawStreams(w io.Writer, streams []bus.Usage) error {
	rows := [][]any{{"STREAM", "MESSAGES", "BYTES", "LIMIT", "FULL", "COPIES BEHIND"}}
	for _, s := range streams {
		switch {
		case s.Missing:
			rows = append(rows, []any{s.Stream, "deleted", "", "", "", ""})
		case s.Limit == 0:
			rows = append(rows, []any{s.Stream, s.Messages, size(s.Bytes), "none", "", s.Behind})
		default:
			full := fmt.Sprintf("%.0f %%", 100*float64(s.Bytes)/float64(s.Limit))
			rows = append(rows, []any{s.Stream, s.Messages, size(s.Bytes), size(s.Limit), full, s.Behind})
		}
	}
	return table(w, rows)
}

// size writes bytes for a person, to a tenth of the largest unit of which there is one.
func size(n uint64) string {
	const units = "KMGTPE"
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	i := (bits.Len64(n) - 1) / 10
	return fmt.Sprintf("%.1f %ciB", float64(n)/float64(uint64(1)<<(10*i)), units[i-1])
}
