package rpc_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// answered reads up to a call's status, or its reset.
func (h *hand) answered(stream uint32) (got string) {
	h.Helper()
	h.ending(func(f http2.Frame) bool {
		switch f := f.(type) {
		case *http2.MetaHeadersFrame:
			for _, one := range f.Fields {
				if one.Name == "grpc-status" && f.StreamID == stream {
					got = one.Value
				}
			}
		case *http2.RSTStreamFrame:
			if f.StreamID == stream {
				got = f.ErrCode.String()
			}
		case *http2.GoAwayFrame:
			got = f.ErrCode.String()
		}
		return got != "" || f == nil
	})
	return got
}

// What our own client would not send: the server refuses it by itself.
func Test48WhatTheServerRefusesItself(t *testing.T) {
	answer, _ := blocking(t)
	address, _ := serve(t, answer)
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"metadata of 64 KB":         {[]string{"x", strings.Repeat("x", 64<<10)}, ""}, // closed: one field is more than may be read
		"metadata of 2,000 fields":  {slices.Repeat([]string{"x", "y"}, 2000), http2.ErrCodeFrameSize.String()},
		"a deadline that is over":   {[]string{"grpc-timeout", "0n"}, "4"},
		"a deadline of a moment":    {[]string{"grpc-timeout", "1n"}, "4"},
		"a deadline before":         {[]string{"grpc-timeout", "-1S"}, "13"},
		"a deadline of no unit":     {[]string{"grpc-timeout", "10"}, "13"},
		"a packing that is unknown": {[]string{"grpc-encoding", "br"}, "12"},
	} {
		t.Run("48 "+name, func(t *testing.T) {
			h := byHand(t, address)
			block := h.headers(c.headers...)
			first := block[:min(len(block), 16<<10)]
			if err := h.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: first, EndHeaders: len(first) == len(block)}); err != nil {
				t.Fatal(err)
			}
			for rest := block[len(first):]; len(rest) > 0; {
				n := min(len(rest), 16<<10)
				if h.WriteContinuation(1, n == len(rest), rest[:n]) != nil {
					break // it has heard enough
				}
				rest = rest[n:]
			}
			_ = h.WriteData(1, true, []byte{map[bool]byte{true: 1}[strings.Contains(name, "packing")], 0, 0, 0, 0})
			if got := h.answered(1); got != c.want {
				t.Errorf("answered with %q, want %q", got, c.want)
			}
		})
	}
	served(t, address)
}

// Calls without a deadline that hang: as many as one connection may have, which end when it does. The services' own writes end
// after 10 s, and what they read of the store has its own time.
func Test48CallsWithoutADeadlineEndWithTheirConnection(t *testing.T) {
	answer, running := blocking(t)
	var ended atomic.Int64
	address, _ := serve(t, func(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
		if r.GetRoom() == "" {
			defer ended.Add(1)
		}
		return answer(ctx, r)
	})
	h := byHand(t, address)
	go func() { _, _ = io.Copy(io.Discard, h.Conn) }()
	for i := range 3000 {
		id := uint32(2*i + 1)
		if h.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: h.headers(), EndHeaders: true}) != nil || h.WriteData(id, true, make([]byte, 5)) != nil {
			break
		}
	}
	served(t, address)
	for deadline := time.Now().Add(10 * time.Second); len(running) < 100; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d calls hang", len(running))
		}
	}
	if n := len(running); n > 1000 {
		t.Errorf("%d calls of one connection hang at once", n)
	}
	_ = h.Close()
	for deadline := time.Now().Add(10 * time.Second); int(ended.Load()) < len(running); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d calls hang on after their connection", len(running)-int(ended.Load()), len(running))
		}
	}
}
