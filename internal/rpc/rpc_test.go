package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// tokens are what callers say they are.
type tokens map[string]auth.Claims

func (v tokens) Verify(token string) (auth.Claims, error) {
	if token == "" {
		return auth.Claims{}, fault.New(fault.Unauthenticated, "no token was sent")
	}
	if c, ok := v[token]; ok {
		return c, nil
	}
	return auth.Claims{}, fault.New(fault.TokenInvalid, "the token is not valid")
}

var people = tokens{
	"host":   {Subject: "h", Role: auth.Host, Rooms: []string{"*"}},
	"viewer": {Subject: "v", Role: auth.Viewer, Rooms: []string{"*"}},
}

const (
	get  = "/ovation.rooms.v1.RoomsService/GetRoom"
	list = "/ovation.rooms.v1.RoomsService/ListRooms"
)

// desk answers GetRoom as it is told to.
type desk struct {
	roomsv1.UnimplementedRoomsServiceServer
	get func(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error)
}

func (d desk) GetRoom(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
	return d.get(ctx, r)
}

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func serve(t *testing.T, answer func(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error)) (address string, log *lines) {
	t.Helper()
	log = new(lines)
	s := rpc.NewServer(rpc.ServerOptions{
		Verifier: people, Policy: auth.Policy{get: {auth.Host, auth.Service}}, Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	roomsv1.RegisterRoomsServiceServer(s.GRPC(), desk{get: answer})
	return listen(t, s), log
}

func listen(t *testing.T, s *rpc.Server) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return l.Addr().String()
}

func dial(t *testing.T, target string, token func() string) *grpc.ClientConn {
	t.Helper()
	c, err := rpc.Dial(rpc.DialOptions{Target: target, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func as(token string) func() string { return func() string { return token } }

func fine(_ context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
	return &roomsv1.GetRoomResponse{Room: &roomsv1.Room{Room: r.GetRoom()}}, nil
}

func TestWhoMayCall(t *testing.T) {
	address, _ := serve(t, fine)
	for name, c := range map[string]struct {
		token func() string
		call  func(roomsv1.RoomsServiceClient) error
		want  fault.Reason
	}{
		"the right role":         {as("host"), getRoom("launch"), ""},
		"no token":               {nil, getRoom("launch"), fault.Unauthenticated},
		"an empty token":         {as(""), getRoom("launch"), fault.Unauthenticated},
		"a token of nobody":      {as("stolen"), getRoom("launch"), fault.TokenInvalid},
		"a role too low":         {as("viewer"), getRoom("launch"), fault.PermissionDenied},
		"a method without a row": {as("host"), func(c roomsv1.RoomsServiceClient) error { _, err := c.ListRooms(t.Context(), nil); return err }, fault.PermissionDenied},
	} {
		err := c.call(roomsv1.NewRoomsServiceClient(dial(t, address, c.token)))
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if f := fault.FromGRPC(err); f.Reason != c.want || status.Code(err) != c.want.Code() {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if info := detail[*errdetails.ErrorInfo](err); info.GetReason() != string(c.want) || info.GetDomain() == "" {
			t.Errorf("%s: ErrorInfo is %v", name, info)
		}
	}
	health, err := healthv1.NewHealthClient(dial(t, address, nil)).Check(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil || health.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("health needs a token: %v %v", health, err)
	}
}

// Reflection, where an operator turned it on, asks for no token, and gives away no more than names; elsewhere it is not there.
func Test54ReflectionIsOpenOnlyWhereItIsOn(t *testing.T) {
	for _, on := range []bool{true, false} {
		s := rpc.NewServer(rpc.ServerOptions{Verifier: people, Policy: auth.Policy{}, Logger: slog.New(slog.DiscardHandler), Reflection: on})
		roomsv1.RegisterRoomsServiceServer(s.GRPC(), desk{get: fine})
		address := listen(t, s)
		stream, err := reflectionv1.NewServerReflectionClient(dial(t, address, nil)).ServerReflectionInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}); err != nil && !errors.Is(err, io.EOF) { // refused before it was out: Recv has the reason
			t.Fatal(err)
		}
		answer, err := stream.Recv()
		if !on {
			if status.Code(err) != codes.Unimplemented {
				t.Errorf("off: %v %v", answer, err)
			}
			continue
		}
		if err != nil || !strings.Contains(answer.String(), "ovation.rooms.v1.RoomsService") {
			t.Errorf("on: %v %v", answer, err)
		}
		if err := getRoom("launch")(roomsv1.NewRoomsServiceClient(dial(t, address, nil))); status.Code(err) == codes.OK {
			t.Error("with reflection on, a call needs no token")
		}
	}
}

func getRoom(room string) func(roomsv1.RoomsServiceClient) error {
	return func(c roomsv1.RoomsServiceClient) error {
		_, err := c.GetRoom(context.Background(), &roomsv1.GetRoomRequest{Room: room})
		return err
	}
}

func detail[T any](err error) (none T) {
	for _, d := range status.Convert(err).Details() {
		if found, ok := d.(T); ok {
			return found
		}
	}
	return none
}

// A path without its first slash names no method in grpc-go, but a policy that compares strings would not have known it: it
// must be refused before any handler (grpc-go GHSA-p77j-4mvh-x3m3).
func Test48APathWithoutSlashReachesNobody(t *testing.T) {
	called := make(chan bool, 8)
	address, _ := serve(t, func(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		called <- true
		return new(roomsv1.GetRoomResponse), nil
	})
	for _, path := range []string{get[1:], "//" + get[1:], get + "/", strings.ToLower(get), "", "*"} {
		got := rawCall(t, address, path)
		if got == "0" || got == "" {
			t.Errorf("path %q: grpc-status %q", path, got)
		}
	}
	select {
	case <-called:
		t.Error("a strange path reached the handler without a token")
	default:
	}
}

// rawCall sends one call by hand and gives its grpc-status, or "RST" or "HTTP" with a status.
func rawCall(t *testing.T, address, path string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	f := http2.NewFramer(c, c)
	f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	var head bytes.Buffer
	enc := hpack.NewEncoder(&head)
	for _, h := range [][2]string{{":method", "POST"}, {":scheme", "http"}, {":authority", address}, {":path", path}, {"content-type", "application/grpc"}, {"te", "trailers"}} {
		if err := enc.WriteField(hpack.HeaderField{Name: h[0], Value: h[1]}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.WriteSettings(), f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head.Bytes(), EndHeaders: true}), f.WriteData(1, true, make([]byte, 5))); err != nil {
		t.Fatal(err)
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return "closed"
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			for _, h := range frame.Fields {
				if h.Name == "grpc-status" {
					return h.Value
				}
			}
			if s := frame.PseudoValue("status"); s != "200" {
				return "HTTP " + s
			}
		case *http2.RSTStreamFrame:
			return "RST"
		case *http2.GoAwayFrame:
			return "GOAWAY"
		}
	}
}

func TestAPanicCostsItsCallOnly(t *testing.T) {
	address, log := serve(t, func(_ context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		if r.GetRoom() == "bad" {
			panic("the secret is hunter2")
		}
		return new(roomsv1.GetRoomResponse), nil
	})
	c := roomsv1.NewRoomsServiceClient(dial(t, address, as("host")))
	err := getRoom("bad")(c)
	if status.Code(err) != codes.Internal || fault.FromGRPC(err).Reason != fault.Internal || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the caller is told %v", err)
	}
	if err := getRoom("good")(c); err != nil {
		t.Errorf("the next call: %v", err)
	}
	if !strings.Contains(log.String(), "hunter2") || !strings.Contains(log.String(), "GetRoom") {
		t.Errorf("the log does not tell what and where: %s", log)
	}
}

func Test48WhatIsTooLarge(t *testing.T) {
	address, _ := serve(t, fine)
	c := roomsv1.NewRoomsServiceClient(dial(t, address, as("host")))
	if err := getRoom(strings.Repeat("x", 200<<10))(c); err != nil {
		t.Errorf("200 KiB: %v", err)
	}
	if err := getRoom(strings.Repeat("x", 257<<10))(c); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("257 KiB: %v", err)
	}
	if err := getRoom("launch")(c); err != nil {
		t.Errorf("the call after it: %v", err)
	}
}

func TestFaultsCrossTheWireWhole(t *testing.T) {
	sent := fault.New(fault.FieldInvalid, "title has 1 to 100 grapheme clusters").On("title").After(1500 * time.Millisecond).Because(errors.New("kept inside"))
	address, _ := serve(t, func(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		return nil, fmt.Errorf("get: %w", sent)
	})
	err := getRoom("launch")(roomsv1.NewRoomsServiceClient(dial(t, address, as("host"))))
	got := fault.FromGRPC(err)
	if got.Reason != sent.Reason || got.Message != sent.Message || got.Field != "title" || got.RetryAfter != sent.RetryAfter {
		t.Errorf("sent %+v, got %+v", sent, got)
	}
	if v := detail[*errdetails.BadRequest](err).GetFieldViolations(); len(v) != 1 || v[0].GetField() != "title" {
		t.Errorf("BadRequest is %v", v)
	}
	if r := detail[*errdetails.RetryInfo](err); r.GetRetryDelay().AsDuration() != sent.RetryAfter {
		t.Errorf("RetryInfo is %v", r)
	}
	if strings.Contains(err.Error(), "kept inside") {
		t.Errorf("the cause crossed: %v", err)
	}
}

// Calls with one key stay at one replica, whatever connection they come over; keys spread over both.
func TestAKeyStaysAtOneReplica(t *testing.T) {
	seen := [2]map[string]int{{}, {}}
	var mu sync.Mutex
	var addresses []resolver.Address
	for i := range 2 {
		address, _ := serve(t, func(_ context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
			mu.Lock()
			defer mu.Unlock()
			seen[i][r.GetRoom()]++
			return new(roomsv1.GetRoomResponse), nil
		})
		addresses = append(addresses, resolver.Address{Addr: address})
	}
	scheme := manual.NewBuilderWithScheme("pair")
	scheme.InitialState(resolver.State{Addresses: addresses})
	resolver.Register(scheme)
	for range 2 { // two gateways
		c := roomsv1.NewRoomsServiceClient(dial(t, "pair:///services", as("host")))
		for n := range 60 {
			key := fmt.Sprintf("room-%d", n)
			if _, err := c.GetRoom(rpc.WithKey(t.Context(), key), &roomsv1.GetRoomRequest{Room: key}, grpc.WaitForReady(true)); err != nil {
				t.Fatal(err)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for key := range seen[0] {
		if seen[1][key] > 0 {
			t.Errorf("%s went to both", key)
		}
	}
	if len(seen[0]) < 10 || len(seen[1]) < 10 || len(seen[0])+len(seen[1]) != 60 {
		t.Errorf("%d keys at one replica, %d at the other", len(seen[0]), len(seen[1]))
	}
}

func Test50PageTokens(t *testing.T) {
	token := rpc.EncodePage("comment 41", "launch", "newest")
	if after, err := rpc.DecodePage(token, "launch", "newest"); err != nil || after != "comment 41" {
		t.Errorf("%q %v", after, err)
	}
	if after, err := rpc.DecodePage("", "launch"); err != nil || after != "" {
		t.Errorf("the first page: %q %v", after, err)
	}
	for name, c := range map[string]struct {
		token     string
		arguments []string
	}{
		"of another room":       {token, []string{"other", "newest"}},
		"with arguments joined": {token, []string{"launchnewest"}},
		"changed":               {"A" + token[1:], []string{"launch", "newest"}},
		"cut":                   {token[:4], []string{"launch", "newest"}},
		"no base64":             {"!!!", []string{"launch", "newest"}},
		"a kilobyte and more":   {token + strings.Repeat("A", 1024), []string{"launch", "newest"}},
		"of nothing":            {rpc.EncodePage("", "launch", "newest"), []string{"launch", "newest"}},
	} {
		if _, err := rpc.DecodePage(c.token, c.arguments...); fault.FromGRPC(fault.Status(err).Err()).Reason != fault.PageTokenInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n, want := range map[int32]int{0: 50, 1: 1, 500: 500, 501: 500, 1 << 30: 500} {
		if got, err := rpc.PageSize(n); err != nil || got != want {
			t.Errorf("page size %d: %d %v", n, got, err)
		}
	}
	if _, err := rpc.PageSize(-1); err == nil {
		t.Error("a negative page size is taken")
	}
}

func TestPages(t *testing.T) {
	following := map[string]string{"": "b", "b": "c", "c": ""}
	var asked []string
	err := rpc.Pages(func(token string) (string, error) {
		asked = append(asked, token)
		return following[token], nil
	})
	if err != nil || !slices.Equal(asked, []string{"", "b", "c"}) {
		t.Errorf("asked for %q, %v", asked, err)
	}
	broken := errors.New("broken")
	if err := rpc.Pages(func(string) (string, error) { return "more", broken }); !errors.Is(err, broken) {
		t.Errorf("an error was lost: %v", err)
	}
}

func FuzzDecodePage(f *testing.F) {
	f.Add(rpc.EncodePage("41", "launch"))
	f.Add("")
	f.Add("====")
	f.Fuzz(func(t *testing.T, token string) {
		after, err := rpc.DecodePage(token, "launch")
		if err != nil || token == "" {
			return
		}
		if again, err := rpc.DecodePage(rpc.EncodePage(after, "launch"), "launch"); err != nil || again != after {
			t.Fatalf("%q stands for %q, and that for %q (%v)", token, after, again, err)
		}
	})
}
