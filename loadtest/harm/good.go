package harm

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// good are the viewers that the attack is not of, one of them with a clock.
type good struct {
	people *audience.Process
	probe  *viewer.Viewer
	client commentsv1.CommentsServiceClient
	stop   func() error
	sent   uint64

	mu      sync.Mutex
	asked   map[string]time.Time // when a text was posted; guarded by mu
	latency []float64            // ms; guarded by mu
}

func (o Options) enter(ctx context.Context, s *server.Server) (g *good, err error) {
	conn, err := s.Dial()
	if err != nil {
		return nil, err
	}
	g = &good{client: commentsv1.NewCommentsServiceClient(conn), stop: conn.Close, asked: make(map[string]time.Time)}
	defer func() {
		if err != nil {
			g.close()
		}
	}()
	if err = makeRoom(ctx, conn); err != nil {
		return nil, err
	}
	if g.people, err = audience.Start(ctx, o.Binary, audience.Options{Address: s.Listen, Room: room, Viewers: o.Viewers, From: 2}, o.Log); err != nil {
		return nil, err
	}
	g.probe, err = viewer.Dial(ctx, viewer.Options{URL: s.URL(), Room: room, Light: true, OnComment: g.seen})
	return g, err
}

func makeRoom(ctx context.Context, conn grpc.ClientConnInterface) error {
	unlimited, many := uint32(0), uint32(1_000_000)
	if _, err := roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Settings: &roomsv1.Settings{DisplayBudget: &unlimited, HeartCap: &many}, Actor: &roomsv1.Actor{Subject: "loadtest", Role: "host"},
	}); err != nil {
		return fmt.Errorf("make the room: %w", err)
	}
	return nil
}

func (g *good) post(ctx context.Context) error {
	g.sent++
	text := audience.Mark(g.sent)
	g.mu.Lock()
	g.asked[text] = time.Now()
	g.mu.Unlock()
	_, err := g.client.PostComment(ctx, &commentsv1.PostCommentRequest{
		Room: room, RequestId: viewer.NewRequestID(), Text: text, Actor: &roomsv1.Actor{Subject: "loadtest", Role: "host"},
	})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}

// seen is called with what the probe is given.
func (g *good) seen(c *gatewayv1.Comment, _ bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at, ok := g.asked[c.GetText()]; ok {
		g.latency = append(g.latency, float64(time.Since(at).Microseconds())/1000)
	}
}

func (g *good) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.latency = nil
	clear(g.asked)
}

func (g *good) p99() float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.latency) == 0 {
		return 0
	}
	slices.Sort(g.latency)
	return g.latency[len(g.latency)*99/100]
}

func (g *good) close() {
	if g.probe != nil {
		g.probe.Close()
	}
	if g.people != nil {
		g.people.Kill()
	}
	_ = g.stop()
}
