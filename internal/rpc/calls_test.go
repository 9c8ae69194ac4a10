package rpc_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/telemetry"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Each call is timed under its method and result, on both sides, and a caller's trace and baggage go along although nobody
// makes spans.
func TestCallsAreTimedAndTracesPassedOn(t *testing.T) {
	measures, err := telemetry.Start(t.Context(), telemetry.Options{Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = measures.Close(context.Background()) })
	var seen trace.SpanContext
	var carried string
	address, _ := serve(t, func(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		seen, carried = trace.SpanContextFromContext(ctx), baggage.FromContext(ctx).Member("show").Value()
		if r.GetRoom() == "none" {
			return nil, fault.New(fault.RoomNotFound, "there is no such room")
		}
		return &roomsv1.GetRoomResponse{}, nil
	})
	conn := dial(t, address, func() string { return "host" })
	rooms := roomsv1.NewRoomsServiceClient(conn)
	id, _ := trace.TraceIDFromHex("0af7651916cd43dd8448eb211c80319c")
	span, _ := trace.SpanIDFromHex("b7ad6b7169203331")
	member, err := baggage.NewMember("show", "tonight")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span, TraceFlags: trace.FlagsSampled}))
	if _, err := rooms.GetRoom(baggage.ContextWithBaggage(ctx, bag), &roomsv1.GetRoomRequest{}); err != nil {
		t.Fatal(err)
	}
	if seen.TraceID() != id || !seen.IsSampled() || carried != "tonight" {
		t.Errorf("the caller's trace arrived as %v, its baggage as %q", seen.TraceID(), carried)
	}
	if _, err := rooms.GetRoom(t.Context(), &roomsv1.GetRoomRequest{Room: "none"}); err == nil {
		t.Error("a room that is none was found")
	}
	if seen.IsValid() || carried != "" {
		t.Errorf("a call without a trace has %v and %q", seen.TraceID(), carried)
	}
	if err := conn.Invoke(t.Context(), "/made.up/Method", &roomsv1.GetRoomRequest{}, &roomsv1.GetRoomResponse{}); err == nil {
		t.Error("a method that is none was called")
	}
	if _, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	measures.Metrics.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	const method = `rpc_method="ovation.rooms.v1.RoomsService/GetRoom",rpc_response_status_code=`
	for _, series := range []string{
		`rpc_server_call_duration_seconds_count{` + method + `"OK",rpc_system_name="grpc"} 1`,
		`rpc_server_call_duration_seconds_count{` + method + `"NOT_FOUND",rpc_system_name="grpc"} 1`, // no failure of the server's
		`rpc_client_call_duration_seconds_count{` + method + `"OK",rpc_system_name="grpc"} 1`,
		`rpc_client_call_duration_seconds_count{error_type="NOT_FOUND",` + method + `"NOT_FOUND",rpc_system_name="grpc"} 1`,
		`rpc_client_call_duration_seconds_count{error_type="UNIMPLEMENTED",rpc_method="made.up/Method",rpc_response_status_code="UNIMPLEMENTED",rpc_system_name="grpc"} 1`,
	} {
		if !strings.Contains(page.Body.String(), series+"\n") {
			t.Errorf("there is no %s", series)
		}
	}
	if strings.Contains(page.Body.String(), `rpc_server_call_duration_seconds_count{rpc_method="grpc.health.v1.Health/Check"`) {
		t.Error("looks at the server's health are counted")
	}
	if t.Failed() {
		for line := range strings.Lines(page.Body.String()) {
			if strings.Contains(line, "duration_seconds_count") {
				t.Log(line)
			}
		}
	}
}

// Where somebody collects spans each call has one on both sides, the server's below the client's.
func TestCallsHaveSpansWhereSomebodyCollectsThem(t *testing.T) {
	recorder := telemetry.NewRecorder()
	traces, err := telemetry.Start(t.Context(), telemetry.Options{Log: io.Discard, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	var seen trace.SpanContext
	address, _ := serve(t, func(ctx context.Context, _ *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		seen = trace.SpanContextFromContext(ctx)
		return &roomsv1.GetRoomResponse{}, nil
	})
	if _, err := roomsv1.NewRoomsServiceClient(dial(t, address, func() string { return "host" })).GetRoom(t.Context(), &roomsv1.GetRoomRequest{}); err != nil {
		t.Fatal(err)
	}
	var server, client telemetry.Span
	for until := time.Now().Add(5 * time.Second); (server.Name == "" || client.Name == "") && time.Now().Before(until); time.Sleep(time.Millisecond) {
		for _, s := range recorder.Spans() { // the server's ends a moment after the answer
			switch {
			case s.Name != "ovation.rooms.v1.RoomsService/GetRoom":
				t.Errorf("there is a span %q", s.Name)
			case s.Kind == "server":
				server = s
			case s.Kind == "client":
				client = s
			}
		}
	}
	if server.ParentID != client.SpanID || server.SpanID != seen.SpanID().String() || server.Attributes["rpc.response.status_code"] != "OK" {
		t.Errorf("the server's span is %+v, the client's %+v, the handler's %v", server, client, seen.SpanID())
	}
	if err := traces.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := telemetry.Start(t.Context(), telemetry.Options{Log: io.Discard}); err != nil { // the tests after this one are not traced
		t.Fatal(err)
	}
}
