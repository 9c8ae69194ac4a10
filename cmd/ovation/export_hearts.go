package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/gateway/archive"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// exporter writes a room.
type exporter func(ctx context.Context, conn grpc.ClientConnInterface, room string, w io.Writer) error

// exportAs gives what writes a room in a form, with the times of files counted from zero.
func exportAs(cmd *cobra.Command, as, zero string, resolution time.Duration) (exporter, error) {
	request := new(heartsv1.ExportHeartsRequest)
	switch as {
	case "lines", "questions", "questions-csv", "comments-csv", "audit-csv":
		if zero != "" || resolution != 0 {
			return nil, misuse(cmd, "--zero and --resolution are for --as vtt, chapters or json")
		}
		switch as {
		case "questions":
			return archive.Questions, nil
		case "questions-csv":
			return archive.QuestionRows, nil
		case "comments-csv":
			return archive.CommentRows, nil
		case "audit-csv":
			return archive.AuditRows, nil
		}
		return archive.Lines, nil
	case "vtt":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES
	case "chapters":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS
	case "json":
		request.Format = heartsv1.ExportHeartsRequest_FORMAT_JSON
	default:
		return nil, misuse(cmd, "--as is lines, questions, questions-csv, comments-csv, audit-csv, vtt, chapters or json, not %q", as)
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
