package rpc_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// hand is an HTTP/2 connection by hand.
type hand struct {
	*testing.T
	net.Conn
	*http2.Framer
	head bytes.Buffer
	enc  *hpack.Encoder
}

func byHand(t *testing.T, address string) *hand {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	h := &hand{T: t, Conn: c, Framer: http2.NewFramer(c, c)}
	h.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	h.enc = hpack.NewEncoder(&h.head)
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	return h
}

// headers encodes a call's.
func (h *hand) headers(more ...string) []byte {
	h.head.Reset()
	all := append([]string{":method", "POST", ":scheme", "http", ":authority", "x", ":path", get, "content-type", "application/grpc", "te", "trailers", "authorization", "Bearer host"}, more...)
	for i := 0; i < len(all); i += 2 {
		if err := h.enc.WriteField(hpack.HeaderField{Name: all[i], Value: all[i+1]}); err != nil {
			h.Fatal(err)
		}
	}
	return bytes.Clone(h.head.Bytes())
}

// ending reads to the end, and tells how the server ended the connection or a call: a GOAWAY's or a reset's code, or a
// call's status. A server that goes on saying nothing has ended nothing.
func (h *hand) ending(of func(http2.Frame) bool) {
	h.Helper()
	for {
		f, err := h.ReadFrame()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			h.Fatalf("neither the call nor the connection has ended: %v", err)
		}
		if err != nil {
			if !of(nil) {
				h.Fatalf("the connection ended: %v", err)
			}
			return
		}
		if of(f) {
			return
		}
	}
}

func blocking(t *testing.T) (answer func(context.Context, *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error), running chan struct{}) {
	running = make(chan struct{}, 20_000)
	return func(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		if r.GetRoom() != "" {
			return new(roomsv1.GetRoomResponse), nil
		}
		running <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}, running
}

// served makes sure that a good client is served meanwhile.
func served(t *testing.T, address string) {
	t.Helper()
	if err := getRoom("good")(roomsv1.NewRoomsServiceClient(dial(t, address, as("host")))); err != nil {
		t.Errorf("a good client meanwhile: %v", err)
	}
}

func Test48TenThousandStreamsOnOneConnection(t *testing.T) {
	answer, running := blocking(t)
	address, _ := serve(t, answer)
	h := byHand(t, address)
	go func() {
		for i := range 10_000 {
			id := uint32(2*i + 1)
			if h.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: h.headers(), EndHeaders: true}) != nil ||
				h.WriteData(id, true, make([]byte, 5)) != nil {
				return
			}
		}
	}()
	refused := 0
	h.ending(func(f http2.Frame) bool {
		if r, ok := f.(*http2.RSTStreamFrame); ok && r.ErrCode == http2.ErrCodeRefusedStream {
			refused++
		}
		return refused > 5000 || f == nil
	})
	if n := len(running); n > 1000 {
		t.Errorf("%d calls of one connection run at once", n)
	}
	served(t, address)
}

// gRPC has no GOAWAY for a rapid reset: it runs no more handlers at once than a connection may have calls, each of which ends with
// its reset, and reads no further while what it has to answer waits. So the flood goes through, and costs what its calls do.
func Test48RapidReset(t *testing.T) {
	var running, most, ran atomic.Int64
	address, _ := serve(t, func(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		if r.GetRoom() == "" {
			defer running.Add(-1)
			ran.Add(1)
			for now := running.Add(1); ; {
				if was := most.Load(); now <= was || most.CompareAndSwap(was, now) {
					break
				}
			}
			<-ctx.Done()
		}
		return new(roomsv1.GetRoomResponse), nil
	})
	h := byHand(t, address)
	heard := make(chan string, 1)
	go func() {
		for {
			f, err := h.ReadFrame()
			if g, ok := f.(*http2.GoAwayFrame); ok {
				heard <- g.ErrCode.String()
				return
			}
			if p, ok := f.(*http2.PingFrame); ok && p.IsAck() {
				heard <- "answered"
				return
			}
			if err != nil {
				heard <- err.Error()
				return
			}
		}
	}()
	for i := range 20_000 {
		id := uint32(2*i + 1)
		if err := h.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: h.headers(), EndHeaders: true}); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		if i%2 == 0 { // some are begun, most are taken back before
			_ = h.WriteData(id, true, make([]byte, 5))
		}
		if err := h.WriteRSTStream(id, http2.ErrCodeCancel); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		if i%1000 == 0 {
			served(t, address)
		}
	}
	if err := h.WritePing(false, [8]byte{7}); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "answered" {
		t.Errorf("after 20,000 calls that were taken back a ping is answered with %q", got)
	}
	if n := most.Load(); n > 1000 {
		t.Errorf("%d handlers ran at once for calls that were taken back", n)
	}
	for deadline := time.Now().Add(5 * time.Second); running.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d handlers run on after their calls were taken back", running.Load(), ran.Load())
		}
	}
	served(t, address)
}

func Test48PingFloodEndsTheConnection(t *testing.T) {
	address, _ := serve(t, fine)
	h := byHand(t, address)
	go func() {
		for range 1000 {
			if h.WritePing(false, [8]byte{1}) != nil {
				return
			}
		}
	}()
	h.ending(func(f http2.Frame) bool {
		g, ok := f.(*http2.GoAwayFrame)
		if ok && g.ErrCode != http2.ErrCodeEnhanceYourCalm {
			t.Errorf("sent away with %s", g.ErrCode)
		}
		return ok
	})
	served(t, address)
}

func Test48AHeaderThatGoesOnAndOn(t *testing.T) {
	address, _ := serve(t, fine)
	h := byHand(t, address)
	var sent atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		if h.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h.headers()}) != nil {
			return
		}
		for range 50_000 {
			if h.WriteContinuation(1, false, bytes.Repeat([]byte{0x82}, 1000)) != nil {
				return
			}
			sent.Add(1000)
		}
	}()
	how := ""
	h.ending(func(f http2.Frame) bool {
		switch f := f.(type) {
		case nil:
			how = "closed"
		case *http2.GoAwayFrame:
			how = f.ErrCode.String()
		case *http2.RSTStreamFrame:
			how = f.ErrCode.String()
		}
		return how != ""
	})
	if how != "closed" { // without a word: what comes behind such a header cannot be read
		t.Errorf("ended with %s, want the connection closed", how)
	}
	_ = h.Close()
	<-done
	if n := sent.Load(); n > 16<<20 { // what the sockets' buffers hold is a few
		t.Errorf("%d bytes of one header were taken", n)
	}
	served(t, address)
}

func Test48AMessageThatUnpacksToMuch(t *testing.T) {
	address, _ := serve(t, fine)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 50 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	h := byHand(t, address)
	body := append([]byte{1}, binary.BigEndian.AppendUint32(nil, uint32(packed.Len()))...)
	body = append(body, packed.Bytes()...)
	if err := h.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h.headers("grpc-encoding", "gzip"), EndHeaders: true}); err != nil {
		t.Fatal(err)
	}
	for len(body) > 0 {
		n := min(len(body), 16<<10)
		if err := h.WriteData(1, n == len(body), body[:n]); err != nil {
			t.Fatal(err)
		}
		body = body[n:]
	}
	got := ""
	h.ending(func(f http2.Frame) bool {
		m, ok := f.(*http2.MetaHeadersFrame)
		for i := 0; ok && i < len(m.Fields); i++ {
			if m.Fields[i].Name == "grpc-status" {
				got = m.Fields[i].Value
			}
		}
		return got != ""
	})
	if got != "12" { // UNIMPLEMENTED: nobody unpacks
		t.Errorf("50 MB in %d bytes: grpc-status %s", packed.Len(), got)
	}
	served(t, address)
}

func Test48DeadlinesAndMetadata(t *testing.T) {
	address, _ := serve(t, fine)
	c := roomsv1.NewRoomsServiceClient(dial(t, address, as("host")))
	past, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Hour))
	defer cancel()
	if _, err := c.GetRoom(past, &roomsv1.GetRoomRequest{Room: "main"}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a deadline in the past: %v", err)
	}
	much := metadata.AppendToOutgoingContext(t.Context(), "x", strings.Repeat("x", 64<<10))
	if _, err := c.GetRoom(much, &roomsv1.GetRoomRequest{Room: "main"}); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("metadata of 64 KB: %v", err)
	}
	if _, err := c.GetRoom(t.Context(), &roomsv1.GetRoomRequest{Room: strings.Repeat("x", 5<<20)}); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a message of 5 MB: %v", err)
	}
	if _, err := c.GetRoom(t.Context(), &roomsv1.GetRoomRequest{Room: "main"}); err != nil { // no deadline at all
		t.Errorf("after all that: %v", err)
	}
}

// asIs is a codec that sends bytes as they are.
type asIs struct{}

func (asIs) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (asIs) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }
func (asIs) Name() string                       { return "proto" }

func Test31RequestsThatCannotBeRead(t *testing.T) {
	address, log := serve(t, fine)
	conn := dial(t, address, as("host"))
	field := protowire.AppendTag(nil, 1, protowire.BytesType) // GetRoomRequest.room
	for name, body := range map[string][]byte{
		"a wrong wire type":      protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 5),
		"longer than what comes": append(protowire.AppendVarint(field, 1<<40), "main"...),
		"cut short":              protowire.AppendVarint(field, 5),
		"no end of a group":      protowire.AppendTag(nil, 7, protowire.StartGroupType),
		"the end of no group":    protowire.AppendTag(nil, 7, protowire.EndGroupType),
		"no UTF-8":               protowire.AppendBytes(field, []byte("ma\xffin")),
		"noise":                  {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		var answer []byte
		err := conn.Invoke(t.Context(), get, body, &answer, grpc.ForceCodec(asIs{}))
		f := fault.FromGRPC(err)
		if name == "a wrong wire type" { // is an unknown field, and the known one is missing
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if status.Code(err) != codes.InvalidArgument || f.Reason != fault.FieldInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	deep := protowire.AppendBytes(field, []byte("main"))
	for range 100 {
		deep = protowire.AppendTag(deep, 9, protowire.StartGroupType)
	}
	for range 100 {
		deep = protowire.AppendTag(deep, 9, protowire.EndGroupType)
	}
	var answer []byte
	if err := conn.Invoke(t.Context(), get, deep, &answer, grpc.ForceCodec(asIs{})); err != nil { // an unknown field, dropped
		t.Errorf("100 groups deep: %v", err)
	}
	if _, err := roomsv1.NewRoomsServiceClient(conn).GetRoom(t.Context(), &roomsv1.GetRoomRequest{Room: "main"}); err != nil {
		t.Errorf("after all that: %v", err)
	}
	if said := log.String(); said != "" {
		t.Errorf("the log calls it our fault: %s", said)
	}
}
