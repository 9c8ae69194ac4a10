package main

import (
	"cmp"
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/limit"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// caller is who calls, whatever token comes.
type caller auth.Claims

func (c caller) Verify(string) (auth.Claims, error) { return auth.Claims(c), nil }

// serviceOf is a service whose token is for some rooms.
func serviceOf(rooms ...string) caller {
	return caller{Subject: "backend", Role: auth.Service, Rooms: rooms, Expires: time.Now().Add(time.Hour)}
}

// everyMethod serves all services as a process does, and gives a connection and the methods.
func everyMethod(t *testing.T, bed *testbed.Bed, caller auth.Verifier) (*grpc.ClientConn, []protoreflect.MethodDescriptor) {
	t.Helper()
	policy := auth.Policy{}
	var all []service
	file, err := filter.Open("", bed.Log)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range serviceTable {
		s, its := entry.make(serviceParts{bus: bed.Bus, views: bed.Views, terms: filter.NewRooms(file), log: bed.Log})
		policy = auth.Merge(policy, its)
		all = append(all, s)
	}
	server := rpc.NewServer(rpc.ServerOptions{Verifier: caller, Policy: policy, Logger: bed.Log, Revoked: revokedIn(bed.Views), Shut: shutIn(judge.New(bed.Bus, bed.Views))})
	for _, s := range all {
		s.Register(server.GRPC())
	}
	ctx, cancel := context.WithCancel(context.Background())
	port := bufconn.Listen(1 << 20)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, port) }()
	t.Cleanup(func() { cancel(); <-done })
	conn, err := grpc.NewClient("passthrough:services", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return port.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var methods []protoreflect.MethodDescriptor
	for method := range policy {
		name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", "."))
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
		if err != nil {
			t.Fatal(err)
		}
		methods = append(methods, found.(protoreflect.MethodDescriptor))
	}
	return conn, methods
}

// naming makes messages that name a room, one for each field "room" that a kind of message has, however deep.
func naming(kind protoreflect.MessageDescriptor, room string) (all []protoreflect.Message) {
	fields := kind.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case f.Kind() == protoreflect.StringKind && f.Name() == "room":
			m := dynamicpb.NewMessage(kind)
			m.Set(f, protoreflect.ValueOfString(room))
			all = append(all, m)
		case f.Kind() == protoreflect.MessageKind && !f.IsMap() && strings.HasPrefix(string(f.Message().FullName()), "ovation."):
			for _, inner := range naming(f.Message(), room) {
				m := dynamicpb.NewMessage(kind)
				if f.IsList() {
					m.Mutable(f).List().Append(protoreflect.ValueOfMessage(inner))
				} else {
					m.Set(f, protoreflect.ValueOfMessage(inner))
				}
				all = append(all, m)
			}
		}
	}
	return all
}

// actingFor has a request name somebody; false where it names nobody.
func actingFor(t *testing.T, request protoreflect.Message, who *roomsv1.Actor) bool {
	t.Helper()
	field := request.Descriptor().Fields().ByName("actor")
	if field == nil {
		return false
	}
	raw, err := proto.Marshal(who)
	if err != nil {
		t.Fatal(err)
	}
	actor := dynamicpb.NewMessage(field.Message())
	if err := proto.Unmarshal(raw, actor); err != nil {
		t.Fatal(err)
	}
	request.Set(field, protoreflect.ValueOfMessage(actor))
	return true
}

// called makes one call, and gives its fault: none where it was answered, or went on.
func called(t *testing.T, conn *grpc.ClientConn, m protoreflect.MethodDescriptor, request proto.Message) fault.Reason {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	path := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
	answer := dynamicpb.NewMessage(m.Output())
	var err error
	if m.IsStreamingServer() {
		var stream grpc.ClientStream
		if stream, err = conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, path); err == nil {
			if err = stream.SendMsg(request); err == nil {
				err = stream.CloseSend()
			}
		}
		if err == nil {
			err = stream.RecvMsg(answer)
		}
	} else {
		err = conn.Invoke(ctx, path, request, answer)
	}
	if err == nil {
		return ""
	}
	return fault.FromGRPC(err).Reason
}

// The rooms of a service's token bind it, in every method that there is: whatever field names a room, and whether it acts for
// somebody or in its own name.
func TestAServiceIsHeldToTheRoomsOfItsToken(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("main", nil)
	conn, methods := everyMethod(t, bed, serviceOf("acme-1", "acme-x*"))
	named := 0
	for _, m := range methods {
		requests := naming(m.Input(), "main")
		if len(requests) == 0 { // it goes over rooms, and may give those of the token's patterns
			if m.Name() != "ListRooms" {
				t.Errorf("%s names no room; say here how it is held to the token's", m.FullName())
			}
			continue
		}
		for _, request := range requests {
			named++
			if why := called(t, conn, m, request.Interface()); why != fault.PermissionDenied {
				t.Errorf("%s in another room, in its own name: %q", m.FullName(), why)
			}
			if !actingFor(t, request, &roomsv1.Actor{Subject: "ann", Role: "host"}) {
				continue
			}
			if why := called(t, conn, m, request.Interface()); why != fault.PermissionDenied {
				t.Errorf("%s in another room, for somebody: %q", m.FullName(), why)
			}
		}
	}
	if named < 50 {
		t.Errorf("%d requests name a room", named)
	}
	if room, err := judge.Settings(t.Context(), bed.Bus, "main"); err != nil || room.GetState() != eventv1.RoomState_ROOM_STATE_LIVE || room.GetRevision() != 1 {
		t.Errorf("the room is %v (%v)", room, err)
	}
}

// ends is 1 for what leaves no room to call the others in.
func ends(m protoreflect.MethodDescriptor) int {
	if m.Name() == "DeleteRoom" {
		return 1
	}
	return 0
}

// A token that admits, by a pattern or as one for every room, is refused nowhere for its room.
func TestAServiceMayEverythingInTheRoomsOfItsToken(t *testing.T) {
	for name, who := range map[string]caller{"a pattern": serviceOf("other", "acme-*"), "every room": serviceOf("*")} {
		t.Run(name, func(t *testing.T) {
			bed := testbed.New(t)
			bed.Room("acme-1", nil)
			conn, methods := everyMethod(t, bed, who)
			slices.SortFunc(methods, func(a, b protoreflect.MethodDescriptor) int { return cmp.Compare(ends(a), ends(b)) })
			for _, m := range methods {
				refused := m.Name() == "RecordBatch" && name == "a pattern" // a window is of no room
				for _, request := range naming(m.Input(), "acme-1") {
					if why := called(t, conn, m, request.Interface()); (why == fault.PermissionDenied) != refused || why == fault.RoomNotFound {
						t.Errorf("%s: %q", m.FullName(), why)
					}
				}
			}
		})
	}
}

// Lists of rooms are of the token's patterns; one without any lists nothing.
func TestAServiceListsTheRoomsOfItsToken(t *testing.T) {
	bed := testbed.New(t)
	for _, id := range []string{"acme-1", "acme-2", "main"} {
		bed.Room(id, nil)
	}
	for name, c := range map[string]struct {
		who  caller
		want string
		why  fault.Reason
	}{
		"a pattern":     {serviceOf("acme-*", "main"), "acme-1 acme-2", ""},
		"every room":    {serviceOf("*"), "acme-1 acme-2 main", ""},
		"rooms by name": {serviceOf("acme-1", "main"), "", fault.PermissionDenied},
	} {
		t.Run(name, func(t *testing.T) {
			conn, _ := everyMethod(t, bed, c.who)
			list, err := roomsv1.NewRoomsServiceClient(conn).ListRooms(t.Context(), &roomsv1.ListRoomsRequest{})
			var got []string
			for _, r := range list.GetRooms() {
				got = append(got, r.GetRoom())
			}
			if strings.Join(got, " ") != c.want || (err == nil) != (c.why == "") || err != nil && fault.FromGRPC(err).Reason != c.why {
				t.Errorf("%v %v, want %q %q", got, err, c.want, c.why)
			}
		})
	}
}

// A room that takes no guests takes none on the other ports either: not by a guest's own token, which is good for a month, and
// not by a gateway that acts for one. Who came by an invite is a guest all the same, and may be there.
func TestARoomClosedToGuestsIsClosedInEveryMethod(t *testing.T) {
	bed := testbed.New(t)
	bed.Room("main", func(r *eventv1.Room) { r.Settings.Guests = false })
	bed.Room("open", nil)
	guest := caller{Subject: "guest:1", Role: auth.Viewer, Rooms: []string{"main", "open"}, Guest: true, Expires: time.Now().Add(time.Hour)}
	invited := guest
	invited.Invited = true
	for name, c := range map[string]struct {
		who   caller
		room  string
		actor *roomsv1.Actor
		want  fault.Reason // of methods that people may call
	}{
		"a guest":                      {guest, "main", nil, fault.GuestsNotAllowed},
		"a guest where they may be":    {guest, "open", nil, ""},
		"an invited guest":             {invited, "main", nil, ""},
		"a gateway for a guest":        {serviceOf("*"), "main", &roomsv1.Actor{Subject: "guest:1", Role: "viewer", Guest: true, Uninvited: true}, fault.GuestsNotAllowed},
		"a gateway for an invited one": {serviceOf("*"), "main", &roomsv1.Actor{Subject: "guest:1", Role: "viewer", Guest: true}, ""}, // as gateways of the last version name every guest
		"a gateway for a viewer":       {serviceOf("*"), "main", &roomsv1.Actor{Subject: "ana", Role: "viewer"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			conn, methods := everyMethod(t, bed, c.who)
			refused := 0
			for _, m := range methods {
				if m.Name() == "ListRooms" || m.Name() == "RecordBatch" { // of no one room; no person is in them
					continue
				}
				request := naming(m.Input(), c.room)[0]
				if c.actor != nil && !actingFor(t, request, c.actor) {
					continue
				}
				why := called(t, conn, m, request.Interface())
				if why == fault.GuestsNotAllowed {
					refused++
				}
				if c.want != "" && why != c.want && why != fault.PermissionDenied || c.want == "" && why == fault.GuestsNotAllowed {
					t.Errorf("%s: %q", m.FullName(), why)
				}
			}
			if (refused >= 15) != (c.want != "") {
				t.Errorf("refused in %d methods", refused)
			}
		})
	}
}

// A ban by the host takes a moderator's role as well, on every port and by a gateway that acts for it. A moderator's own ban of
// another one holds nothing.
func TestABanTakesAModeratorsRole(t *testing.T) {
	moderator := func(who string) caller {
		return caller{Subject: who, Role: auth.Moderator, Rooms: []string{"main"}, Expires: time.Now().Add(time.Hour)}
	}
	for name, c := range map[string]struct {
		who    caller
		actor  *roomsv1.Actor
		banned bool
	}{
		"whom the host banned":       {moderator("gone"), nil, true},
		"a gateway for that one":     {serviceOf("*"), &roomsv1.Actor{Subject: "gone", Role: "moderator"}, true},
		"whom a moderator banned":    {moderator("there"), nil, false},
		"a gateway for another one":  {serviceOf("*"), &roomsv1.Actor{Subject: "there", Role: "moderator"}, false},
		"a gateway for itself alone": {serviceOf("*"), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			bed := testbed.New(t)
			room := bed.Room("main", nil)
			for who, by := range map[string]eventv1.Role{"gone": eventv1.Role_ROLE_HOST, "there": eventv1.Role_ROLE_MODERATOR} {
				key := auth.PersonKey(room.GetPersonKey(), who)
				body, err := proto.Marshal(&eventv1.Standing{Person: key, Ban: &eventv1.Measure{By: &eventv1.Author{Role: by}}})
				if err == nil {
					_, err = bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", people.StandingKey, key), body, 0)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			bed.Settle()
			conn, methods := everyMethod(t, bed, c.who)
			refused := 0
			for _, m := range methods {
				if m.Name() == "ListRooms" || m.Name() == "RecordBatch" { // of no one room; no person is in them
					continue
				}
				request := naming(m.Input(), "main")[0]
				if c.actor != nil && !actingFor(t, request, c.actor) {
					continue
				}
				why := called(t, conn, m, request.Interface())
				if why == fault.Banned {
					refused++
				}
				if c.banned && why != fault.Banned && why != fault.PermissionDenied || !c.banned && why == fault.Banned {
					t.Errorf("%s: %q", m.FullName(), why)
				}
			}
			if (refused >= 25) != c.banned {
				t.Errorf("refused in %d methods", refused)
			}
		})
	}
}

// What people may call and what changes something has the limit of a verb: the port is no way around those of sockets. What reads
// much of the store has one, too.
func TestWhatPeopleMayCallHasAVerbsLimit(t *testing.T) {
	bed := testbed.New(t)
	bound := 0
	for _, entry := range serviceTable {
		_, policy := entry.make(serviceParts{bus: bed.Bus, views: bed.Views, terms: filter.NewRooms(nil), log: bed.Log})
		for method, roles := range policy {
			name := method[strings.LastIndexByte(method, '/')+1:]
			reads := strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List") || strings.HasPrefix(name, "Export")
			verb := rpc.VerbOf(method)
			if verb == "" {
				if slices.Contains(roles, auth.Viewer) && !reads {
					t.Errorf("%s is for viewers and has no verb in internal/rpc/verbs.go", method)
				}
				continue
			}
			if bound++; limit.Verb(verb, false, nil).Burst == 0 {
				t.Errorf("%s: the verb %q has no limit", method, verb)
			}
		}
	}
	if bound != 16 {
		t.Errorf("%d methods have a verb, want 16: a line names a method that is gone, or is new and not counted here", bound)
	}
}
