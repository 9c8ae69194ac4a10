package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"
)

func newExport() *cobra.Command {
	var out, as, zero string
	var resolution time.Duration
	cmd := &cobra.Command{
		Use:   "export ROOM",
		Short: "Write a room as lines of JSON, or its hearts and highlights as WebVTT for players and editors",
		Long: `Write a room as lines of JSON. Each line is an object with one key that says what it is:
{"room": …} first, {"hearts": …}, {"series": …} with the hearts by second, a {"highlight": …} each, {"log": …} with
whether all comments are still there or a bound has dropped the oldest, then a {"comment": …} each, oldest first, a {"question": …} each and an {"audit": …} each, newest first. Fields are those of
the protos. Removed comments are not in it. While the room is live the lines are of slightly different moments.

With --as vtt, chapters or json it writes the hearts alone, for players and editors: a metadata track, a chapter for each
highlight, or both as one object. Their times count from --zero, the moment at which the recording begins.

With --as questions it is all about questions: a {"question": …} each with votes, answers and times, a {"ballot": …} for
each vote, under names that lead to nobody but let anyone count again, and an {"entry": …} for each act of a moderator.
--as questions-csv, comments-csv and audit-csv write a row for each question, each comment that stands, and each act of a
moderator, safe to open in a spreadsheet.`,
		Args: want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, err := exportAs(cmd, as, zero, resolution)
			if err != nil {
				return err
			}
			c, err := dial(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = c.Close() }() // the answers are in
			if out == "" || out == "-" {
				return explainCall(c, write(cmd.Context(), c, args[0], cmd.OutOrStdout()))
			}
			return explainCall(c, writeFile(out, cmd.ErrOrStderr(), func(w io.Writer) error { return write(cmd.Context(), c, args[0], w) }))
		},
	}
	clientFlags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "File to write, readable by you alone; one that stands is replaced once the new one is whole. Default: standard output")
	cmd.Flags().StringVar(&as, "as", "lines", "What to write: lines, questions, questions-csv, comments-csv, audit-csv, vtt, chapters or json")
	cmd.Flags().StringVar(&zero, "zero", "", "Where the recording begins, as 2026-05-01T20:00:00Z. Default: when the room went live")
	cmd.Flags().DurationVar(&resolution, "resolution", 0, "Length of a point of vtt and json: 1s, 10s or 1m. Default 10s")
	return cmd
}
