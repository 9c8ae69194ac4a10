package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func newExport() *cobra.Command {
	var out, as, zero string
	var resolution time.Duration
	cmd := &cobra.Command{
		Use:   "export ROOM",
		Short: "Write a room as lines of JSON, or its hearts and highlights as WebVTT for players and editors",
		Long: `Write a room as lines of JSON. Each line is an object with one key that says what it is:
{"room": …} first, {"hearts": …}, {"series": …} with the hearts by second, a {"highlight": …} each, then a
{"comment": …} each, oldest first, a {"question": …} each and an {"audit": …} each, newest first. Fields are those of
the protos. Removed comments are not in it. While the room is live the lines are of slightly different moments.

With --as vtt, chapters or json it writes the hearts alone, for players and editors: a metadata track, a chapter for each
highlight, or both as one object. Their times count from --zero, the moment at which the recording begins.

With --as questions it is all about questions: a {"question": …} each with votes, answers and times, a {"ballot": …} for
each vote, under names that lead to nobody but let anyone count again, and an {"entry": …} for each act of a moderator.
--as questions-csv writes a row for each question, safe to open in a spreadsheet.`,
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
			f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // it holds what people wrote
			if err != nil {
				return fmt.Errorf("open the export: %w", err)
			}
			if err := write(cmd.Context(), c, args[0], f); err != nil {
				_ = f.Close()
				return explainCall(c, err)
			}
			if err := f.Close(); err != nil {
				return fmt.Errorf("write %s: %w", out, err)
			}
			return nil
		},
	}
	clientFlags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "File to write, readable by you alone. Default: standard output")
	cmd.Flags().StringVar(&as, "as", "lines", "What to write: lines, questions, questions-csv, vtt, chapters or json")
	cmd.Flags().StringVar(&zero, "zero", "", "Where the recording begins, as 2026-05-01T20:00:00Z. Default: when the room went live")
	cmd.Flags().DurationVar(&resolution, "resolution", 0, "Length of a point of vtt and json: 1s, 10s or 1m. Default 10s")
	return cmd
}

// export reads a room page by page and writes a line for each thing in it.
func export(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
	buffered := bufio.NewWriter(w)
	line := func(kind string, m proto.Message) error {
		return writeLine(buffered, kind, m)
	}
	rooms := roomsv1.NewRoomsServiceClient(conn)
	r, err := rooms.GetRoom(ctx, &roomsv1.GetRoomRequest{Room: room})
	if err != nil {
		return err
	}
	if err := line("room", r.GetRoom()); err != nil {
		return err
	}
	if err := exportHearts(ctx, heartsv1.NewHeartsServiceClient(conn), room, line); err != nil {
		return err
	}
	comments := commentsv1.NewCommentsServiceClient(conn)
	if err := pages(func(token string) (string, error) {
		page, err := comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: pageSize, PageToken: token})
		return page.GetNextPageToken(), each(err, page.GetComments(), "comment", line)
	}); err != nil {
		return err
	}
	questions := questionsv1.NewQuestionsServiceClient(conn)
	if err := pages(func(token string) (string, error) {
		page, err := questions.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: room, PageSize: pageSize, PageToken: token})
		return page.GetNextPageToken(), each(err, page.GetQuestions(), "question", line)
	}); err != nil {
		return err
	}
	if err := pages(func(token string) (string, error) {
		page, err := rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: room, PageSize: pageSize, PageToken: token})
		return page.GetNextPageToken(), each(err, page.GetEntries(), "audit", line)
	}); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

func each[M proto.Message](err error, items []M, kind string, line func(string, proto.Message) error) error {
	for _, m := range items {
		if err != nil {
			break
		}
		err = line(kind, m)
	}
	return err
}

// writeLine writes {"kind": message}. protojson puts spaces where it likes on purpose; a line is compacted so that the
// same room gives the same bytes.
func writeLine(w io.Writer, kind string, m proto.Message) error {
	body, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return fmt.Errorf("render a %s: %w", kind, err)
	}
	var line bytes.Buffer
	fmt.Fprintf(&line, "{%q:", kind)
	if err := json.Compact(&line, body); err != nil {
		return fmt.Errorf("render a %s: %w", kind, err)
	}
	line.WriteString("}\n")
	if _, err := w.Write(line.Bytes()); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}
