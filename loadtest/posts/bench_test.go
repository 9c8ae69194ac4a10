package posts

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/server"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// bare answers each post with a comment of the usual size, and does nothing else.
type bare struct {
	commentsv1.UnimplementedCommentsServiceServer
	answer commentsv1.PostCommentResponse
}

func (s *bare) PostComment(context.Context, *commentsv1.PostCommentRequest) (*commentsv1.PostCommentResponse, error) {
	return &s.answer, nil
}

// What gRPC alone costs: the load test's 64 callers on two connections, and a plain server in the same process that judges
// and stores nothing.
func BenchmarkBareCalls(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := grpc.NewServer()
	commentsv1.RegisterCommentsServiceServer(s, &bare{answer: commentsv1.PostCommentResponse{Comment: &commentsv1.Comment{
		Room: "posts-1700000000000-1", Comment: strings.Repeat("a", 26), Person: strings.Repeat("b", 26), Name: "Person 12345", Role: "viewer",
		Text: text(1, 1, 60), Sequence: 123_456, Place: 123_456,
	}}})
	go func() { _ = s.Serve(l) }() // ends with Stop
	defer s.Stop()
	to := &server.Ready{GRPC: l.Addr().String()}
	to.Tokens.Service = strings.Repeat("t", 300)
	var conns [2]*grpc.ClientConn
	for i := range conns {
		if conns[i], err = dial(to); err != nil {
			b.Fatal(err)
		}
		defer func() { _ = conns[i].Close() }()
	}
	ctx := asService(b.Context(), to)
	var caller atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		x, number := new(exchange), int(caller.Add(1))
		x.request.Actor = &roomsv1.Actor{Subject: "person-12345", Name: "Person 12345", Role: "viewer"}
		for n := 0; p.Next(); n++ {
			x.request.Room, x.request.RequestId, x.request.Text = "posts-1700000000000-1", fmt.Sprintf("post-%d-%d", number, n), text(number, n, 60)
			if err := x.post(ctx, conns[number%len(conns)]); err != nil || len(x.comment) != 26 {
				b.Errorf("%q: %v", x.comment, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
