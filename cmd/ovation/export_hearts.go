package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/fault"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// exporter writes a room.
type exporter func(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error

// exportAs gives what writes a room in a form, with the times of files counted from zero.
func exportAs(cmd *cobra.Command, as, zero string, resolution time.Duration) (exporter, error) {
	request := new(heartsv1.ExportHeartsRequest)
	switch as {
	case "lines", "questions", "questions-csv":
		if zero != "" || resolution != 0 {
			return nil, misuse(cmd, "--zero and --resolution are for --as vtt, chapters or json")
		}
		switch as {
		case "questions":
			return exportQuestions, nil
		case "questions-csv":
			return exportQuestionsCSV, nil
		}
		return export, nil
	case "vtt":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES
	case "chapters":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS
	case "json":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_JSON
	default:
		return nil, misuse(cmd, "--as is lines, questions, questions-csv, vtt, chapters or json, not %q", as)
	}
	if zero != "" {
		at, err := time.Parse(time.RFC3339Nano, zero)
		if err != nil {
			return nil, misuse(cmd, "--zero is a time such as 2026-05-01T20:00:00Z, not %q", zero)
		}
		request.ZeroTime = timestamppb.New(at)
	}
	if resolution != 0 {
		request.Resolution = durationpb.New(resolution)
	}
	return func(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error {
		request.Room = room
		file, err := heartsv1.NewHeartsServiceClient(conn).ExportHearts(ctx, request)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, file.GetBody()); err != nil {
			return fmt.Errorf("write the export: %w", err)
		}
		return nil
	}, nil
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
