package auth

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Revoked tells whether the token with an id was revoked in a room. A room that does not exist revokes nothing; an error
// means that it cannot be known now.
type Revoked func(ctx context.Context, room, id string) (bool, error)

// lookAgain is how often a stream under way is judged again: a revocation and the token's end act within it.
const lookAgain = 2 * time.Second

// roomOf is the room that a request names; empty where it names none, or several as only a service may.
func roomOf(request any) string {
	switch r := request.(type) {
	case interface{ GetRoom() string }:
		return r.GetRoom()
	case interface{ GetRoom() *roomsv1.Room }:
		return r.GetRoom().GetRoom()
	}
	return ""
}

// judge refuses the caller of a request where its token was revoked.
func (r Revoked) judge(ctx context.Context, room string) error {
	c, ok := CallerFrom(ctx)
	if !ok || c.ID == "" || room == "" {
		return nil
	}
	gone, err := r(ctx, room, c.ID)
	if err != nil {
		return err
	}
	if gone {
		return fault.New(fault.TokenRevoked, "the host took this link back; ask for a new one")
	}
	return nil
}

// UnaryInterceptor refuses calls with revoked tokens. It comes after the one that verifies.
func (r Revoked) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := r.judge(ctx, roomOf(req)); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// StreamInterceptor is UnaryInterceptor for streams: each message is judged as it comes in, and a stream that goes on is
// judged again, so that it ends soon after its token did.
func (r Revoked) StreamInterceptor() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		c, ok := CallerFrom(stream.Context())
		if !ok {
			return next(srv, stream)
		}
		ctx, cancel := context.WithCancelCause(stream.Context())
		defer cancel(nil)
		rooms := make(chan string, 1)
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			if err := r.watch(ctx, c, rooms); err != nil {
				cancel(err)
			}
		}()
		err := next(srv, &judged{ServerStream: stream, ctx: ctx, by: r, rooms: rooms})
		why := context.Cause(ctx)
		cancel(nil)
		<-watched
		if f, ok := fault.Of(why); ok {
			return f
		}
		return err
	}
}

// watch ends with a fault when the token of a stream has ended or was revoked in the room that it named last.
func (r Revoked) watch(ctx context.Context, c Claims, rooms <-chan string) error {
	room := ""
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case room = <-rooms:
		case now := <-tick.C:
			if !c.Expires.IsZero() && now.After(c.Expires.Add(lookAgain)) {
				return fault.New(fault.TokenExpired, "the token has expired; call again with a new one")
			}
			var f *fault.Fault
			if err := r.judge(ctx, room); errors.As(err, &f) && f.Reason == fault.TokenRevoked {
				return f
			}
		}
	}
}

// judged is a stream whose messages are judged as they come in.
type judged struct {
	grpc.ServerStream
	ctx   context.Context
	by    Revoked
	rooms chan string
}

func (j *judged) Context() context.Context { return j.ctx }

// RecvMsg implements grpc.ServerStream.
func (j *judged) RecvMsg(m any) error {
	if err := j.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	room := roomOf(m)
	if err := j.by.judge(j.ctx, room); err != nil {
		return fault.Status(err).Err()
	}
	select {
	case <-j.rooms: // the one before, unread
	default:
	}
	j.rooms <- room
	return nil
}
