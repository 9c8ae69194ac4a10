package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

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
	var out string
	cmd := &cobra.Command{
		Use:   "export ROOM",
		Short: "Write a room as lines of JSON: the room, its hearts, comments, questions and audit trail",
		Long: `Write a room as lines of JSON. Each line is an object with one key that says what it is:
{"room": …} first, {"hearts": …}, then a {"comment": …} each, oldest first, a {"question": …} each and an
{"audit": …} each, newest first. Fields are those of the protos. Removed comments are not in it.
While the room is live the lines are of slightly different moments.`,
		Args: want("ROOM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := dial(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = c.Close() }() // the answers are in
			if out == "" || out == "-" {
				return explainCall(c, export(cmd.Context(), c, args[0], cmd.OutOrStdout()))
			}
			f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // it holds what people wrote
			if err != nil {
				return fmt.Errorf("open the export: %w", err)
			}
			if err := export(cmd.Context(), c, args[0], f); err != nil {
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
	hearts, err := heartsv1.NewHeartsServiceClient(conn).GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		return err
	}
	if err := line("hearts", hearts); err != nil {
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
