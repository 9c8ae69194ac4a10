package auth

import (
	"context"

	"google.golang.org/grpc"
)

// Shut judges whether somebody is shut out of a room that the token is good for; nil where nothing keeps who it is out.
type Shut func(ctx context.Context, room string, who Person) error

// judge refuses who is shut out, by an own token or by that of a service that acts for it.
func (s Shut) judge(ctx context.Context, message any) error {
	room := roomOf(message)
	c, ok := CallerFrom(ctx)
	if !ok || room == "" {
		return nil
	}
	return s(ctx, room, PersonOf(c, message))
}

// UnaryInterceptor refuses calls of those who are shut out. It comes after the one that verifies.
func (s Shut) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := s.judge(ctx, req); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// StreamInterceptor is UnaryInterceptor for streams.
func (s Shut) StreamInterceptor() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		return next(srv, &streamWith{stream, stream.Context(), s.judge})
	}
}
