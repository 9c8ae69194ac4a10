package gateway

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/fault"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// apiHearts serves what HeartsService reads, as JSON, and its files as they are, for players and editors.
func (g *Gateway) apiHearts(mux *http.ServeMux) {
	c := heartsv1.NewHeartsServiceClient(g.o.Bare)
	handle(g, mux, "GET /v1/rooms/{room}/hearts", func(ctx context.Context, r *http.Request, in *heartsv1.GetHeartTotalsRequest) (proto.Message, error) {
		in.Room = r.PathValue("room")
		return reply(c.GetHeartTotals(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}/hearts/series", func(ctx context.Context, r *http.Request, in *heartsv1.GetHeartSeriesRequest) (proto.Message, error) {
		q := query{values: r.URL.Query().Get}
		in.Room, in.Resolution, in.StartTime, in.EndTime = r.PathValue("room"), q.duration("resolution"), q.time("start"), q.time("end")
		if q.err != nil {
			return nil, q.err
		}
		return reply(c.GetHeartSeries(ctx, in))
	})
	handle(g, mux, "GET /v1/rooms/{room}/hearts/highlights", func(ctx context.Context, r *http.Request, in *heartsv1.ListHighlightsRequest) (proto.Message, error) {
		q := query{values: r.URL.Query().Get}
		in.Room, in.Limit, in.StartTime, in.EndTime = r.PathValue("room"), q.number("limit"), q.time("start"), q.time("end")
		if q.err != nil {
			return nil, q.err
		}
		return reply(c.ListHighlights(ctx, in))
	})
	for name, format := range map[string]heartsv1.ExportHeartsRequest_Format{
		"series.vtt":   heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES,
		"chapters.vtt": heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS,
		"series.json":  heartsv1.ExportHeartsRequest_FORMAT_JSON,
	} {
		handle(g, mux, "GET /v1/rooms/{room}/hearts/"+name, func(ctx context.Context, r *http.Request, in *heartsv1.ExportHeartsRequest) (proto.Message, error) {
			q := query{values: r.URL.Query().Get}
			in.Room, in.Format, in.ZeroTime, in.Resolution = r.PathValue("room"), format, q.time("zero"), q.duration("resolution")
			if q.err != nil {
				return nil, q.err
			}
			return reply(c.ExportHearts(ctx, in))
		})
	}
}

// query reads parameters of an address; the first that cannot be read is its error.
type query struct {
	values func(string) string
	err    error
}

func (q *query) refuse(name, want string) {
	if q.err == nil {
		q.err = fault.New(fault.FieldInvalid, "%s is %s", name, want).On(name)
	}
}

func (q *query) duration(name string) *durationpb.Duration {
	s := q.values(name)
	if s == "" {
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		q.refuse(name, "a length such as 10s")
	}
	return durationpb.New(d)
}

func (q *query) time(name string) *timestamppb.Timestamp {
	s := q.values(name)
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		q.refuse(name, "a time such as 2026-05-01T20:00:00Z")
	}
	return timestamppb.New(t)
}

func (q *query) number(name string) int32 {
	s := q.values(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		q.refuse(name, "a number")
	}
	return int32(n)
}
