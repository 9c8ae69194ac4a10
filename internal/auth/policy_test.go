package auth_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func TestAPolicyMissesNothingAndAddsNothing(t *testing.T) {
	full := make(auth.Policy)
	for _, m := range roomsv1.RoomsService_ServiceDesc.Methods {
		full["/"+roomsv1.RoomsService_ServiceDesc.ServiceName+"/"+m.MethodName] = []auth.Role{auth.Host}
	}
	if err := full.Check(roomsv1.RoomsService_ServiceDesc); err != nil {
		t.Fatal(err)
	}
	const get = "/ovation.rooms.v1.RoomsService/GetRoom"
	for name, c := range map[string]struct {
		change auth.Policy
		want   string
	}{
		"a row without roles": {auth.Policy{get: nil}, get + " is missing"},
		"a foreign row":       {auth.Policy{"/ovation.rooms.v1.RoomsService/Burn": {auth.Host}}, "Burn is no method"},
		"a row without slash": {auth.Policy{get[1:]: {auth.Host}}, get[1:] + " is no method"},
	} {
		if err := auth.Merge(full, c.change).Check(roomsv1.RoomsService_ServiceDesc); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if err := (auth.Policy{}).Check(roomsv1.RoomsService_ServiceDesc); err == nil || strings.Count(err.Error(), "is missing") != len(full) {
		t.Errorf("no rows at all: %v", err)
	}
}

// claims takes every token for the claims it was made with.
type claims auth.Claims

func (c claims) Verify(token string) (auth.Claims, error) {
	if token != "good" {
		return auth.Claims{}, fault.New(fault.Unauthenticated, "no token")
	}
	return auth.Claims(c), nil
}

// stream is what a stream's handler is given, without a wire.
type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s stream) Context() context.Context { return s.ctx }

// Calls and streams are judged alike: what has no row is denied to everybody, and one header holds one token.
func TestWhatHasNoRowIsDenied(t *testing.T) {
	verifier := claims{Subject: "h", Role: auth.Host, Rooms: []string{"*"}}
	policy := auth.Policy{"/s/Open": {auth.Host}, "/s/Closed": nil, "/s/High": {auth.Service}}
	for name, c := range map[string]struct {
		method string
		header []string
		want   fault.Reason
	}{
		"a row for the role":      {"/s/Open", []string{"authorization", "Bearer good"}, ""},
		"health, without a token": {"/grpc.health.v1.Health/Check", nil, ""},
		"a row for another role":  {"/s/High", []string{"authorization", "Bearer good"}, fault.PermissionDenied},
		"no row":                  {"/s/Else", []string{"authorization", "Bearer good"}, fault.PermissionDenied},
		"a row without roles":     {"/s/Closed", []string{"authorization", "Bearer good"}, fault.PermissionDenied},
		"no slash":                {"s/Open", []string{"authorization", "Bearer good"}, fault.PermissionDenied},
		"almost health":           {"/grpc.health.v1.HealthX/Check", nil, fault.PermissionDenied},
		"no header":               {"/s/Open", nil, fault.Unauthenticated},
		"two tokens":              {"/s/Open", []string{"authorization", "Bearer good", "authorization", "Bearer good"}, fault.Unauthenticated},
		"another scheme":          {"/s/Open", []string{"authorization", "Basic good"}, fault.Unauthenticated},
	} {
		ctx := metadata.NewIncomingContext(t.Context(), metadata.Pairs(c.header...))
		var callers []auth.Claims
		look := func(ctx context.Context) {
			caller, _ := auth.CallerFrom(ctx)
			callers = append(callers, caller)
		}
		_, unary := auth.UnaryInterceptor(verifier, policy)(ctx, nil, &grpc.UnaryServerInfo{FullMethod: c.method}, func(ctx context.Context, _ any) (any, error) {
			look(ctx)
			return nil, nil
		})
		streamed := auth.StreamInterceptor(verifier, policy)(nil, stream{ctx: ctx}, &grpc.StreamServerInfo{FullMethod: c.method}, func(_ any, s grpc.ServerStream) error {
			look(s.Context())
			return nil
		})
		for kind, err := range map[string]error{"call": unary, "stream": streamed} {
			if c.want == "" && err != nil || c.want != "" && (err == nil || fault.FromGRPC(err).Reason != c.want) {
				t.Errorf("%s, as a %s: %v, want %q", name, kind, err, c.want)
			}
		}
		if c.want != "" && len(callers) > 0 {
			t.Errorf("%s: the handler was reached", name)
		}
		for _, caller := range callers {
			if c.method == "/s/Open" && caller.Subject != "h" {
				t.Errorf("%s: the handler sees %+v", name, caller)
			}
		}
	}
}

// Tokens that open a socket and nothing else: an overlay's, and the link that makes guests.
func TestWhatOnlyOpensASocketCallsNothing(t *testing.T) {
	policy := auth.Policy{"/s/Open": {auth.Viewer}}
	ctx := metadata.NewIncomingContext(t.Context(), metadata.Pairs("authorization", "Bearer good"))
	for name, c := range map[string]struct {
		caller claims
		want   fault.Reason
	}{
		"a viewer":   {claims{Subject: "v", Role: auth.Viewer, Rooms: []string{"a"}}, ""},
		"an overlay": {claims{Subject: "o", Role: auth.Viewer, Rooms: []string{"a"}, ReadOnly: true}, fault.PermissionDenied},
		"an invite":  {claims{Subject: "i", Role: auth.Viewer, Rooms: []string{"a"}, Invite: true}, fault.PermissionDenied},
	} {
		_, err := auth.UnaryInterceptor(c.caller, policy)(ctx, nil, &grpc.UnaryServerInfo{FullMethod: "/s/Open"}, func(context.Context, any) (any, error) { return nil, nil })
		if (err == nil) != (c.want == "") || err != nil && fault.FromGRPC(err).Reason != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOnlyAServiceActsForOthers(t *testing.T) {
	viewer := auth.Claims{Subject: "ada", Name: "Ada", Role: auth.Viewer, Rooms: []string{"launch"}}
	service := auth.Claims{Subject: "gateway", Role: auth.Service, Rooms: []string{"*"}}
	scoped := auth.Claims{Subject: "backend", Role: auth.Service, Rooms: []string{"launch"}}
	bo := func(change func(*roomsv1.Actor)) *roomsv1.Actor {
		a := &roomsv1.Actor{Subject: "bo", Name: "Bo", Role: "moderator"}
		if change != nil {
			change(a)
		}
		return a
	}
	for name, c := range map[string]struct {
		caller *auth.Claims
		room   string
		actor  *roomsv1.Actor
		want   fault.Reason
		field  string
		person auth.Person
	}{
		"a viewer for itself":      {&viewer, "launch", nil, "", "", auth.Person{Subject: "ada", Name: "Ada", Role: auth.Viewer}},
		"a service for somebody":   {&service, "launch", bo(nil), "", "", auth.Person{Subject: "bo", Name: "Bo", Role: auth.Moderator}},
		"a service for a guest":    {&service, "launch", bo(func(a *roomsv1.Actor) { a.Role, a.Guest = "viewer", true }), "", "", auth.Person{Subject: "bo", Name: "Bo", Role: auth.Viewer, Guest: true}},
		"for an uninvited guest":   {&service, "launch", bo(func(a *roomsv1.Actor) { a.Role, a.Guest, a.Uninvited = "viewer", true, true }), "", "", auth.Person{Subject: "bo", Name: "Bo", Role: auth.Viewer, Guest: true, Uninvited: true}},
		"uninvited and no guest":   {&service, "launch", bo(func(a *roomsv1.Actor) { a.Uninvited = true }), fault.FieldInvalid, "actor.uninvited", auth.Person{}},
		"a guest for itself":       {&auth.Claims{Subject: "g", Role: auth.Viewer, Rooms: []string{"launch"}, Guest: true}, "launch", nil, "", "", auth.Person{Subject: "g", Role: auth.Viewer, Guest: true, Uninvited: true}},
		"an invited one":           {&auth.Claims{Subject: "g", Role: auth.Viewer, Rooms: []string{"launch"}, Guest: true, Invited: true}, "launch", nil, "", "", auth.Person{Subject: "g", Role: auth.Viewer, Guest: true}},
		"nobody":                   {nil, "launch", nil, fault.Unauthenticated, "", auth.Person{}},
		"a viewer elsewhere":       {&viewer, "other", nil, fault.PermissionDenied, "", auth.Person{}},
		"a viewer for somebody":    {&viewer, "launch", bo(nil), fault.PermissionDenied, "actor", auth.Person{}},
		"a viewer for nobody else": {&viewer, "launch", new(roomsv1.Actor), fault.PermissionDenied, "actor", auth.Person{}},
		"a service elsewhere":      {&scoped, "other", bo(nil), fault.PermissionDenied, "", auth.Person{}},
		"a service in its room":    {&scoped, "launch", bo(nil), "", "", auth.Person{Subject: "bo", Name: "Bo", Role: auth.Moderator}},
		"a service for nobody":     {&service, "launch", nil, fault.FieldRequired, "actor", auth.Person{}},
		"without a subject":        {&service, "launch", bo(func(a *roomsv1.Actor) { a.Subject = "" }), fault.FieldInvalid, "actor.subject", auth.Person{}},
		"a subject of 256 bytes":   {&service, "launch", bo(func(a *roomsv1.Actor) { a.Subject = strings.Repeat("s", 256) }), fault.FieldInvalid, "actor.subject", auth.Person{}},
		"a role there is not":      {&service, "launch", bo(func(a *roomsv1.Actor) { a.Role = "root" }), fault.FieldInvalid, "actor.role", auth.Person{}},
		"a service for a service":  {&service, "launch", bo(func(a *roomsv1.Actor) { a.Role = "service" }), fault.FieldInvalid, "actor.role", auth.Person{}},
		"a guest who moderates":    {&service, "launch", bo(func(a *roomsv1.Actor) { a.Guest = true }), fault.FieldInvalid, "actor.role", auth.Person{}},
	} {
		ctx := t.Context()
		if c.caller != nil {
			ctx = auth.WithCaller(ctx, *c.caller)
		}
		p, err := auth.Acting(ctx, c.room, c.actor)
		if c.want == "" {
			if err != nil || p != c.person {
				t.Errorf("%s: %+v %v, want %+v", name, p, err, c.person)
			}
			continue
		}
		if f, ok := fault.Of(err); !ok || f.Reason != c.want || f.Field != c.field || p != (auth.Person{}) {
			t.Errorf("%s: %+v %v, want %s on %q", name, p, err, c.want, c.field)
		}
	}
}
