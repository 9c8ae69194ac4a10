package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Policy says which roles may call which method, by its full name ("/ovation.rooms.v1.RoomsService/GetRoom"). What is not
// in it is denied, whatever its path looks like.
type Policy map[string][]Role

// Check tells which methods of the services the policy leaves out, and which of its lines name no method: either is a
// mistake that a test must catch.
func (p Policy) Check(services ...grpc.ServiceDesc) error {
	known := make(map[string]bool)
	var wrong []string
	for _, s := range services {
		for _, m := range s.Methods {
			known["/"+s.ServiceName+"/"+m.MethodName] = true
		}
		for _, m := range s.Streams {
			known["/"+s.ServiceName+"/"+m.StreamName] = true
		}
	}
	for method := range known {
		if len(p[method]) == 0 {
			wrong = append(wrong, method+" is missing")
		}
	}
	for method := range p {
		if !known[method] {
			wrong = append(wrong, method+" is no method")
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return fmt.Errorf("policy: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// Merge puts policies together.
func Merge(policies ...Policy) Policy {
	all := make(Policy)
	for _, p := range policies {
		for method, roles := range p {
			all[method] = roles
		}
	}
	return all
}

type callerKey struct{}

// WithCaller puts verified claims into a context.
func WithCaller(ctx context.Context, c Claims) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom gives the verified claims of a call.
func CallerFrom(ctx context.Context) (Claims, bool) {
	c, ok := ctx.Value(callerKey{}).(Claims)
	return c, ok
}

// open are services for everyone who reaches the port: balancers and probes carry no token, and neither do the tools that
// ask what a server offers, where an operator has turned reflection on; elsewhere nothing answers to its name.
var open = []string{"/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/"}

func (p Policy) authorize(ctx context.Context, v Verifier, method string) (context.Context, error) {
	for _, service := range open {
		if strings.HasPrefix(method, service) {
			return ctx, nil
		}
	}
	roles := p[method]
	if len(roles) == 0 {
		return nil, fault.New(fault.PermissionDenied, "this method is not open to callers")
	}
	token := ""
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) == 1 { // copies nothing else
		token, _ = strings.CutPrefix(values[0], "Bearer ")
	}
	c, err := v.Verify(token)
	if err != nil {
		return nil, err
	}
	remember(ctx, c)
	if !slices.Contains(roles, c.Role) {
		return nil, fault.New(fault.PermissionDenied, "a %s may not call this method", c.Role)
	}
	if c.ReadOnly || c.Invite {
		return nil, fault.New(fault.PermissionDenied, "this token opens a socket and nothing else")
	}
	return WithCaller(ctx, c), nil
}

// admit holds a caller to the rooms of its token: a message that names another is refused before anything acts on it, so
// that no method can forget to ask. Acting, Ranking and judge.Admitted ask again: a second lock, which holds
// for a method that is called without the interceptors, and for a room that a message names in a way roomOf does not know.
func admit(ctx context.Context, message any) error {
	c, ok := CallerFrom(ctx)
	room := roomOf(message)
	if !ok || room == "" {
		return nil
	}
	return c.Admit(room)
}

// UnaryInterceptor checks the bearer token, the policy and the room of every call.
func UnaryInterceptor(v Verifier, p Policy) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		ctx, err := p.authorize(ctx, v, info.FullMethod)
		if err == nil {
			err = admit(ctx, req)
		}
		if err != nil {
			return nil, fault.Status(err).Err()
		}
		return next(ctx, req)
	}
}

// StreamInterceptor is UnaryInterceptor for streams.
func StreamInterceptor(v Verifier, p Policy) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		ctx, err := p.authorize(stream.Context(), v, info.FullMethod)
		if err != nil {
			return fault.Status(err).Err()
		}
		return next(srv, &streamWith{stream, ctx, admit})
	}
}

// streamWith is a stream with a context of its own, whose messages are judged as they come in.
type streamWith struct {
	grpc.ServerStream
	ctx   context.Context
	judge func(ctx context.Context, message any) error
}

func (s *streamWith) Context() context.Context { return s.ctx }

// RecvMsg implements grpc.ServerStream.
func (s *streamWith) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	if err := s.judge(s.ctx, m); err != nil {
		return fault.Status(err).Err()
	}
	return nil
}

// Acting tells who acts in a room: for a service the actor it names, for everyone else the caller, who may name nobody. The
// token must admit to the room, a service's like everyone's.
func Acting(ctx context.Context, room string, actor *roomsv1.Actor) (Person, error) {
	c, ok := CallerFrom(ctx)
	if !ok {
		return Person{}, fault.New(fault.Unauthenticated, "no token was sent")
	}
	if err := c.Admit(room); err != nil {
		return Person{}, err
	}
	if c.Role != Service {
		if actor != nil {
			return Person{}, fault.New(fault.PermissionDenied, "only a service may act for somebody else; leave actor out").On("actor")
		}
		return c.Person(), nil
	}
	if actor == nil {
		return Person{}, fault.New(fault.FieldRequired, "a service must say whom it acts for").On("actor")
	}
	p := named(actor)
	switch {
	case p.Subject == "" || len(p.Subject) > maxSubject:
		return Person{}, fault.New(fault.FieldInvalid, "the actor's subject must have 1 to 255 bytes").On("actor.subject")
	case !p.Role.Valid() || p.Role == Service:
		return Person{}, fault.New(fault.FieldInvalid, "the actor's role must be viewer, moderator or host").On("actor.role")
	case p.Guest && p.Role != Viewer:
		return Person{}, fault.New(fault.FieldInvalid, "a guest is a viewer").On("actor.role")
	case p.Uninvited && !p.Guest:
		return Person{}, fault.New(fault.FieldInvalid, "only a guest needs an invite").On("actor.uninvited")
	}
	return p, nil
}

// Hosting is Acting for what only a host of a room may do, or a service, for a host or in its own name.
func Hosting(ctx context.Context, room string, actor *roomsv1.Actor) (Person, error) {
	return Ranking(ctx, room, actor, Host)
}

// Ranking is Acting for what takes at least a role, or a service, for such a person or in its own name.
func Ranking(ctx context.Context, room string, actor *roomsv1.Actor, need Role) (Person, error) {
	if c, ok := CallerFrom(ctx); ok && c.Role == Service && actor == nil {
		if err := c.Admit(room); err != nil {
			return Person{}, err
		}
		return c.Person(), nil
	}
	p, err := Acting(ctx, room, actor)
	if err == nil && !p.Role.AtLeast(need) {
		err = fault.New(fault.PermissionDenied, "only a %s may do this", need)
	}
	return p, err
}
