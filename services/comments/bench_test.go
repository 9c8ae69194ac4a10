package comments_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/comments"
)

// What a posted comment costs without gRPC: judged, stored and acknowledged, 64 callers at once in eight rooms, with the
// store in this process.
func BenchmarkPost(b *testing.B) {
	bed := testbed.New(b)
	for i := range 8 {
		bed.Room(fmt.Sprint("room-", i), func(r *eventv1.Room) { r.Settings.MaxPostsPerSecond = 1_000_000 })
	}
	s := comments.New(comments.Options{Bus: bed.Bus, Views: bed.Views, Logger: bed.Log, Clock: time.Now})
	ctx := testbed.As(b.Context(), auth.Service, "loadtest")
	var n atomic.Uint64
	b.ReportAllocs()
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			i := n.Add(1)
			person := fmt.Sprint("person-", i*7919%100_000)
			if _, err := s.PostComment(ctx, &commentsv1.PostCommentRequest{
				Room: fmt.Sprint("room-", i%8), RequestId: fmt.Sprint("request-", i), Text: fmt.Sprint(i, " Привет всем こんばんは bonjour très bien 👏👏"),
				Actor: &roomsv1.Actor{Subject: person, Name: person, Role: "viewer"},
			}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
