package archive

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// pageSize is the most that one page may hold.
const pageSize = 500

// Lines writes everything in a room: a line of JSON for each thing, {"room": …} first.
func Lines(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
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
	reach, err := comments.GetLogReach(ctx, &commentsv1.GetLogReachRequest{Room: room})
	if err != nil {
		return err
	}
	if err := line("log", reach); err != nil {
		return err
	}
	if err := rpc.Pages(func(token string) (string, error) {
		page, err := comments.ListComments(ctx, &commentsv1.ListCommentsRequest{Room: room, PageSize: pageSize, PageToken: token})
		return page.GetNextPageToken(), each(err, page.GetComments(), "comment", line)
	}); err != nil {
		return err
	}
	questions := questionsv1.NewQuestionsServiceClient(conn)
	if err := rpc.Pages(func(token string) (string, error) {
		page, err := questions.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: room, PageSize: pageSize, PageToken: token})
		return page.GetNextPageToken(), each(err, page.GetQuestions(), "question", line)
	}); err != nil {
		return err
	}
	if err := rpc.Pages(func(token string) (string, error) {
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

// resolutions of a series, the finest first.
var resolutions = []time.Duration{time.Second, 10 * time.Second, time.Minute}

// exportHearts writes totals, the series as fine as one answer holds it, and highlights.
func exportHearts(ctx context.Context, c heartsv1.HeartsServiceClient, room string, line func(string, proto.Message) error) error {
	totals, err := c.GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		return err
	}
	if err := line("hearts", totals); err != nil {
		return err
	}
	for i, resolution := range resolutions {
		series, err := c.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: room, Resolution: durationpb.New(resolution)})
		if err != nil && fault.FromGRPC(err).Field == "resolution" && i+1 < len(resolutions) {
			continue // a long show
		}
		if err != nil {
			return err
		}
		if err := line("series", series); err != nil {
			return err
		}
		break
	}
	highlights, err := c.ListHighlights(ctx, &heartsv1.ListHighlightsRequest{Room: room, Limit: 100})
	return each(err, highlights.GetHighlights(), "highlight", line)
}
