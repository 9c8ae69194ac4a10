package auth

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/ovation-live/ovation/internal/fault"
)

// Denial is a call that its caller may not make.
type Denial struct {
	// Who may not: whom the request names, where a service acts for somebody.
	Who Person
	// Stranger is true where the caller's token is for other rooms.
	Stranger bool
	// Room that the request names.
	Room string
	// Method by its full name.
	Method string
}

// Denied is told of calls that verified callers may not make.
type Denied func(ctx context.Context, d Denial)

type whoKey struct{}

// UnaryInterceptor tells of calls that were answered with PERMISSION_DENIED. It comes before the one that verifies.
func (d Denied) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		who := new(Claims)
		answer, err := next(context.WithValue(ctx, whoKey{}, who), req)
		if denied(who, err) {
			d.tell(ctx, *who, req, info.FullMethod)
		}
		return answer, err
	}
}

// StreamInterceptor is UnaryInterceptor for streams. Most are refused before anybody read what was asked, so that the
// request is read here, for its room: a caller that sends none waits for its refusal until its connection ends.
func (d Denied) StreamInterceptor() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		who := new(Claims)
		asked := &heard{ServerStream: stream, ctx: context.WithValue(stream.Context(), whoKey{}, who)}
		err := next(srv, asked)
		if !denied(who, err) {
			return err
		}
		if asked.last == nil && !info.IsClientStream {
			if m := requestOf(info.FullMethod); m != nil {
				_ = asked.RecvMsg(m) // without a request there is no room to tell
			}
		}
		d.tell(stream.Context(), *who, asked.last, info.FullMethod)
		return err
	}
}

func (d Denied) tell(ctx context.Context, c Claims, request any, method string) {
	room := roomOf(request)
	if room == "" {
		return
	}
	if c.Admits(room) {
		d(ctx, Denial{Who: PersonOf(c, request), Room: room, Method: method})
	} else { // whomever a service names, it is its own token that is for other rooms
		d(ctx, Denial{Who: c.Person(), Stranger: true, Room: room, Method: method})
	}
}

// denied tells whether somebody who is known was refused for what it may not do.
func denied(who *Claims, err error) bool {
	return err != nil && who.Subject != "" && fault.FromGRPC(fault.Status(err).Err()).Reason == fault.PermissionDenied
}

// heard is a stream that remembers its last message.
type heard struct {
	grpc.ServerStream
	ctx  context.Context
	last any
}

func (h *heard) Context() context.Context { return h.ctx }

// RecvMsg implements grpc.ServerStream.
func (h *heard) RecvMsg(m any) error {
	err := h.ServerStream.RecvMsg(m)
	if err == nil {
		h.last = m
	}
	return err
}

// requestOf makes an empty request of a method, such as /ovation.comments.v1.CommentsService/WatchComments; nil where it is
// none of ours.
func requestOf(method string) proto.Message {
	name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", "."))
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		return nil
	}
	described, ok := found.(protoreflect.MethodDescriptor)
	if !ok {
		return nil
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(described.Input().FullName())
	if err != nil {
		return nil
	}
	return kind.New().Interface()
}

// remember leaves the caller for the interceptor before.
func remember(ctx context.Context, c Claims) {
	if who, ok := ctx.Value(whoKey{}).(*Claims); ok {
		*who = c
	}
}
