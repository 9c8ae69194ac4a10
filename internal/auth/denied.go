package auth

import (
	"context"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/fault"
)

// Denied is told of a call that a verified caller may not make: who, in which room, which method.
type Denied func(ctx context.Context, c Claims, room, method string)

type whoKey struct{}

// UnaryInterceptor tells of calls that were answered with PERMISSION_DENIED. It comes before the one that verifies. Streams
// are for reading and are not told of.
func (d Denied) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		who := new(Claims)
		answer, err := next(context.WithValue(ctx, whoKey{}, who), req)
		if err == nil || who.Subject == "" || fault.FromGRPC(fault.Status(err).Err()).Reason != fault.PermissionDenied {
			return answer, err
		}
		if room := roomOf(req); room != "" {
			d(ctx, *who, room, info.FullMethod)
		}
		return answer, err
	}
}

// remember leaves the caller for the interceptor before.
func remember(ctx context.Context, c Claims) {
	if who, ok := ctx.Value(whoKey{}).(*Claims); ok {
		*who = c
	}
}
