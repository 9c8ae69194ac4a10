package fanout

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// poster writes marked comments of the length that makes a tick's frame as large as is wanted.
type poster struct {
	conn   *grpc.ClientConn
	client commentsv1.CommentsServiceClient
	pad    string
	sent   uint64
}

// newPoster makes the room.
func newPoster(ctx context.Context, to *server.Ready, size int) (*poster, error) {
	conn, err := to.Dial()
	if err != nil {
		return nil, err
	}
	p := &poster{conn: conn, client: commentsv1.NewCommentsServiceClient(conn)}
	unlimited, posts := uint32(0), uint32(5000)
	_, err = roomsv1.NewRoomsServiceClient(conn).CreateRoom(ctx, &roomsv1.CreateRoomRequest{
		Room: room, Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load test", Role: "host"},
		Settings: &roomsv1.Settings{DisplayBudget: &unlimited, MaxPostsPerSecond: &posts},
	})
	if err != nil {
		err = fmt.Errorf("make the room: %w", err)
	} else {
		err = p.calibrate(ctx, to.URL(), size)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *poster) close() { _ = p.conn.Close() }

func (p *poster) text(n uint64) string { return audience.Mark(n) + p.pad }

func (p *poster) post(ctx context.Context) error {
	p.sent++
	return p.write(ctx, p.text(p.sent))
}

func (p *poster) write(ctx context.Context, text string) error {
	_, err := p.client.PostComment(ctx, &commentsv1.PostCommentRequest{
		Room: room, RequestId: viewer.NewRequestID(), Text: text, Actor: &roomsv1.Actor{Subject: "loadtest", Name: "Load", Role: "host"},
	})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}

// calibrate posts to one viewer and looks how large the tick is.
func (p *poster) calibrate(ctx context.Context, url string, size int) error {
	var got int
	v, err := viewer.Dial(ctx, viewer.Options{URL: url, Room: room, OnFrame: func(b []byte) { got = len(b) + 4 }})
	if err != nil {
		return err
	}
	defer v.Close()
	for _, last := range []bool{false, true} {
		marked := audience.Mark(0)
		if err := p.write(ctx, marked+p.pad); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := v.Until(wait, func(w *viewer.View) bool {
			return len(w.Comments) > 0 && w.Comments[len(w.Comments)-1].GetText() == marked+p.pad
		})
		cancel()
		if err != nil {
			return fmt.Errorf("calibrate: %w", err)
		}
		if !last {
			v.Look(func(*viewer.View) { p.pad = strings.Repeat("x", max(0, size-got)) })
		}
	}
	return nil
}
