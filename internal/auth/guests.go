package auth

import (
	"context"

	"google.golang.org/grpc"
)

// Guests judges whether a room takes guests who came by no invite; nil where it does.
type Guests func(ctx context.Context, room string) error

// judge refuses who comes as a guest, by its own token or by that of a service that acts for it, where the room takes none.
func (g Guests) judge(ctx context.Context, message any) error {
	room := roomOf(message)
	c, ok := CallerFrom(ctx)
	if !ok || room == "" || !PersonOf(c, message).Uninvited {
		return nil
	}
	return g(ctx, room)
}

// UnaryInterceptor refuses calls of guests in rooms that take none. It comes after the one that verifies.
func (g Guests) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := g.judge(ctx, req); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// StreamInterceptor is UnaryInterceptor for streams.
func (g Guests) StreamInterceptor() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		return next(srv, &streamWith{stream, stream.Context(), g.judge})
	}
}
