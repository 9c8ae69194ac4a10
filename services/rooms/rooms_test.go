package rooms_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

type stage struct {
	*testing.T
	bed  *testbed.Bed
	s    *rooms.Service
	host context.Context
	keys *auth.Keys
	mu   sync.Mutex
	now  time.Time
}

func newStage(t *testing.T) *stage {
	g := &stage{T: t, bed: testbed.New(t), host: testbed.As(t.Context(), auth.Host, "hanna"), now: time.Now()}
	g.service()
	return g
}

func (g *stage) service() {
	keys, err := auth.OpenKeys(filepath.Join(g.TempDir(), "key"))
	if err != nil {
		g.Fatal(err)
	}
	g.keys = keys
	g.s = rooms.New(rooms.Options{Bus: g.bed.Bus, Views: g.bed.Views, Keys: keys, Logger: g.bed.Log, Clock: func() time.Time {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.now
	}})
	g.s.Hurry()
}

func (g *stage) create(id string) *roomsv1.Room {
	g.Helper()
	r, err := g.s.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: id})
	if err != nil {
		g.Fatal(err)
	}
	return r.GetRoom()
}

func (g *stage) delete(id string) {
	g.Helper()
	if _, err := g.s.DeleteRoom(g.host, &roomsv1.DeleteRoomRequest{Room: id}); err != nil {
		g.Fatal(err)
	}
}

func (g *stage) refused(want fault.Reason, err error) *fault.Fault {
	g.Helper()
	f, ok := fault.Of(err)
	if !ok || f.Reason != want {
		g.Fatalf("got %v, want %s", err, want)
	}
	return f
}

func (g *stage) trail(room string) string {
	g.Helper()
	var actions []string
	token := ""
	for {
		r, err := g.s.ListAuditEntries(testbed.As(g.Context(), auth.Moderator, "mod"), &roomsv1.ListAuditEntriesRequest{Room: room, PageSize: 2, PageToken: token})
		if err != nil {
			g.Fatal(err)
		}
		for _, e := range r.GetEntries() {
			actions = append(actions, e.GetAction())
		}
		if token = r.GetNextPageToken(); token == "" {
			return strings.Join(actions, " ")
		}
	}
}

func update(id string, revision uint64, title string) *roomsv1.UpdateRoomRequest {
	return &roomsv1.UpdateRoomRequest{Room: &roomsv1.Room{Room: id, Revision: revision, Title: title}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}}}
}

func TestLifeOfARoom(t *testing.T) {
	g := newStage(t)
	r, err := g.s.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: "launch", Title: "Launch", Scheduled: true})
	if err != nil || r.GetRoom().GetState() != roomsv1.Room_STATE_SCHEDULED || r.GetRoom().GetStartTime() != nil || r.GetRoom().GetRevision() != 1 || r.GetRoom().GetEpoch() == "" {
		t.Fatalf("%v, %v", r, err)
	}
	if _, err := g.s.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: "launch"}); err == nil {
		t.Fatal("made twice")
	} else {
		g.refused(fault.RoomExists, err)
	}
	_, err = g.s.EndRoom(g.host, &roomsv1.EndRoomRequest{Room: "launch"})
	g.refused(fault.RoomNotStarted, err)
	for range 2 {
		started, err := g.s.StartRoom(g.host, &roomsv1.StartRoomRequest{Room: "launch"})
		if err != nil || started.GetRoom().GetState() != roomsv1.Room_STATE_LIVE || started.GetRoom().GetRevision() != 2 {
			t.Fatalf("%v, %v", started, err)
		}
	}
	for range 2 {
		ended, err := g.s.EndRoom(g.host, &roomsv1.EndRoomRequest{Room: "launch"})
		if err != nil || ended.GetRoom().GetState() != roomsv1.Room_STATE_ENDED || ended.GetRoom().GetEndTime() == nil {
			t.Fatalf("%v, %v", ended, err)
		}
	}
	_, err = g.s.UpdateRoom(g.host, update("launch", 0, "x"))
	g.refused(fault.RoomEnded, err)
	_, err = g.s.StartRoom(g.host, &roomsv1.StartRoomRequest{Room: "launch"})
	g.refused(fault.RoomEnded, err)
	again, err := g.s.ReopenRoom(g.host, &roomsv1.ReopenRoomRequest{Room: "launch"})
	if err != nil || again.GetRoom().GetState() != roomsv1.Room_STATE_LIVE || again.GetRoom().GetEndTime() != nil || again.GetRoom().GetEpoch() != r.GetRoom().GetEpoch() {
		t.Fatalf("%v, %v", again, err)
	}
	if _, err := g.s.EndRoom(g.host, &roomsv1.EndRoomRequest{Room: "launch"}); err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	g.now = g.now.Add(61 * time.Second)
	g.mu.Unlock()
	_, err = g.s.ReopenRoom(g.host, &roomsv1.ReopenRoomRequest{Room: "launch"})
	g.refused(fault.UndoExpired, err)
	if got, want := g.trail("launch"), "end_room reopen_room end_room start_room create_room"; got != want {
		t.Fatalf("trail %q, want %q", got, want)
	}
}

func TestUpdate(t *testing.T) {
	g := newStage(t)
	g.create("main")
	one, err := g.s.UpdateRoom(g.host, update("main", 1, "One"))
	if err != nil || one.GetRoom().GetTitle() != "One" || one.GetRoom().GetRevision() != 2 {
		t.Fatalf("%v, %v", one, err)
	}
	again, err := g.s.UpdateRoom(g.host, update("main", 1, "One")) // the answer was lost
	if err != nil || again.GetRoom().GetRevision() != 2 {
		t.Fatalf("a retry: %v, %v", again, err)
	}
	_, err = g.s.UpdateRoom(g.host, update("main", 1, "Two"))
	if f := g.refused(fault.RevisionMismatch, err); f.Meta["revision"] != "2" {
		t.Fatalf("meta %v", f.Meta)
	}
	_, err = g.s.UpdateRoom(testbed.As(t.Context(), auth.Host, "other"), update("main", 1, "One")) // another's is no retry
	g.refused(fault.RevisionMismatch, err)
	_, err = g.s.UpdateRoom(g.host, update("nowhere", 0, "x"))
	g.refused(fault.RoomNotFound, err)
	_, err = g.s.UpdateRoom(g.host, &roomsv1.UpdateRoomRequest{Room: &roomsv1.Room{Room: "main"}})
	g.refused(fault.FieldRequired, err)
	if got, want := g.trail("main"), "update_room create_room"; got != want {
		t.Fatalf("trail %q, want %q", got, want)
	}
}

func TestARaceHasOneWinner(t *testing.T) {
	g := newStage(t)
	g.create("main")
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 6 {
		wg.Go(func() {
			_, err := g.s.UpdateRoom(g.host, update("main", 1, fmt.Sprint("Title ", i)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !fault.Is(err, fault.RevisionMismatch) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Fatalf("%d won", won)
	}
}

// fill puts something of the room into every stream.
func (g *stage) fill(room string) {
	g.Helper()
	ctx, b := g.Context(), g.bed.Bus
	var errs [8]error
	_, errs[0] = b.Append(ctx, bus.InRoom(bus.Log, room), "l-"+room, []byte("x"))
	_, errs[1] = b.Append(ctx, bus.InRoom(bus.Held, room, "qt", "q1"), "h-"+room, []byte("x"))
	_, errs[2] = b.Put(ctx, bus.InRoom(bus.State, room, "q", "q1"), []byte("x"), 0)
	_, errs[3] = b.Put(ctx, bus.InRoom(bus.Votes, room, "q1", "p1"), []byte("x"), 0)
	_, errs[4] = b.Put(ctx, bus.InRoom(bus.Tallies, room, "q1"), []byte("x"), 0)
	errs[5] = b.Increment(ctx, []bus.Window{{Writer: "w-" + room, Number: 1}}, []bus.Sum{{Key: bus.InRoom(bus.Counters, room, "heart", "clap"), Count: 3}})
	_, errs[6] = b.Append(ctx, bus.InRoom(bus.Pulse, room), "p-"+room, []byte("x"))
	_, errs[7] = b.Append(ctx, bus.InRoom(bus.Audit, room), "a-"+room, nil)
	for _, err := range errs {
		if err != nil {
			g.Fatal(err)
		}
	}
}

// share lists what the streams hold of a room, but for markers and its own document.
func (g *stage) share(room string) (subjects []string) {
	g.Helper()
	for _, s := range []bus.Stream{bus.Log, bus.Held, bus.State, bus.Votes, bus.Tallies, bus.Counters, bus.Pulse, bus.Audit} {
		for _, key := range []bus.Key{bus.InRoom(s, room), bus.AllInRoom(s, room)} {
			records, err := g.bed.Bus.ReadAll(g.Context(), key)
			if err != nil {
				g.Fatal(err)
			}
			for _, r := range records {
				if !strings.HasSuffix(r.Subject, ".room") {
					subjects = append(subjects, r.Subject)
				}
			}
		}
	}
	return subjects
}

func TestDeletingErasesEveryStreamsShare(t *testing.T) {
	g := newStage(t)
	old := g.create("main")
	g.create("other")
	g.fill("main")
	g.fill("other")
	before := len(g.share("other"))
	view, err := g.bed.Views.Room(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	g.delete("main")
	if left := g.share("main"); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	if got := len(g.share("other")); got != before || before < 8 {
		t.Fatalf("another room had %d, has %d", before, got)
	}
	testbed.Until(t, "followers lose the documents", func() bool { _, there := view.Doc("q.q1"); return !there })
	_, err = g.s.GetRoom(g.host, &roomsv1.GetRoomRequest{Room: "main"})
	g.refused(fault.RoomNotFound, err)
	g.delete("main") // a retry
	_, err = g.s.DeleteRoom(g.host, &roomsv1.DeleteRoomRequest{Room: "nowhere"})
	g.refused(fault.RoomNotFound, err)
	if fresh := g.create("main"); fresh.GetEpoch() == old.GetEpoch() {
		t.Fatal("a room of the same name has the same epoch: old cursors would be honoured")
	}
	if got := g.trail("main"); got != "create_room" {
		t.Fatalf("the new room's trail is %q", got)
	}
}

func TestCreateOverAMarkerAndOverACutShortDeletion(t *testing.T) {
	g := newStage(t)
	ctx := t.Context()
	key := bus.InRoom(bus.State, "main", "room")
	g.create("main")
	g.delete("main")
	last, err := g.bed.Bus.Last(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.bed.Bus.Remove(ctx, key, last.Sequence); err != nil { // as when the mark of the erased room expires
		t.Fatal(err)
	}
	g.create("main") // a create at sequence 0 fails on the marker
	g.fill("main")
	g.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_DELETED }) // and then the process died
	fresh := g.create("main")
	if left := g.share("main"); fresh.GetRevision() != 1 || len(left) != 1 { // the new room's audit entry
		t.Fatalf("the new room began with %v", left)
	}
}

func TestTheJanitorFinishesDeletions(t *testing.T) {
	g := newStage(t)
	g.create("main")
	g.fill("main")
	g.bed.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_DELETED })
	g.bed.Restart(nil)
	g.service()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = g.s.Run(ctx) }()
	testbed.Until(t, "the room is erased", func() bool { return len(g.share("main")) == 0 })
	cancel()
	<-done
}

func TestErasingLateLeavesTheNewRoomAlone(t *testing.T) {
	g := newStage(t)
	g.create("main")
	g.delete("main")
	g.create("main")
	g.fill("main")
	before := len(g.share("main"))
	if err := g.s.Erase(t.Context(), "main"); err != nil { // another replica that comes late with the old deletion
		t.Fatal(err)
	}
	if got := len(g.share("main")); got != before {
		t.Fatalf("the new room had %d, has %d", before, got)
	}
}

func TestListRooms(t *testing.T) {
	g := newStage(t)
	for i := range 7 {
		g.create(fmt.Sprint("room-", i))
	}
	g.delete("room-3")
	var ids []string
	token := ""
	for pages := 0; ; pages++ {
		r, err := g.s.ListRooms(g.host, &roomsv1.ListRoomsRequest{PageSize: 2, PageToken: token})
		if err != nil || pages > 5 {
			t.Fatal(pages, err)
		}
		for _, room := range r.GetRooms() {
			ids = append(ids, room.GetRoom())
		}
		if token = r.GetNextPageToken(); token == "" {
			break
		}
	}
	if got, want := strings.Join(ids, " "), "room-0 room-1 room-2 room-4 room-5 room-6"; got != want {
		t.Fatalf("listed %s", got)
	}
	one := auth.WithCaller(t.Context(), auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"room-0"}})
	_, err := g.s.ListRooms(one, &roomsv1.ListRoomsRequest{})
	g.refused(fault.PermissionDenied, err)
	_, err = g.s.CreateRoom(one, &roomsv1.CreateRoomRequest{Room: "room-9"})
	g.refused(fault.PermissionDenied, err)
	_, err = g.s.EndRoom(one, &roomsv1.EndRoomRequest{Room: "room-1"})
	g.refused(fault.PermissionDenied, err)
	// Who has a pattern is told of its rooms alone, page by page, and makes others of such names.
	g.create("acme-1")
	acme := auth.WithCaller(t.Context(), auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"room-0", "acme-*"}})
	if _, err := g.s.CreateRoom(acme, &roomsv1.CreateRoomRequest{Room: "acme-2"}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"room-9", "acme", "acmes-1"} {
		_, err = g.s.CreateRoom(acme, &roomsv1.CreateRoomRequest{Room: id})
		g.refused(fault.PermissionDenied, err)
	}
	r, err := g.s.ListRooms(acme, &roomsv1.ListRoomsRequest{PageToken: rpc.EncodePage("acme-2", "rooms")}) // a token gives no authority
	if err != nil || len(r.GetRooms()) > 0 {
		t.Errorf("behind acme's last room: %v %v", r, err)
	}
	ids, token = nil, ""
	for range 2 {
		r, err := g.s.ListRooms(acme, &roomsv1.ListRoomsRequest{PageSize: 1, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, room := range r.GetRooms() {
			ids = append(ids, room.GetRoom())
		}
		token = r.GetNextPageToken()
	}
	if got := strings.Join(ids, " "); got != "acme-1 acme-2" || token != "" {
		t.Errorf("of acme's rooms %q are listed, and then %q", got, token)
	}
}

func TestServicesActInTheirOwnNameOrAHosts(t *testing.T) {
	g := newStage(t)
	backend := testbed.As(t.Context(), auth.Service, "backend")
	if _, err := g.s.CreateRoom(backend, &roomsv1.CreateRoomRequest{Room: "main"}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.s.EndRoom(backend, &roomsv1.EndRoomRequest{Room: "main", Actor: &roomsv1.Actor{Subject: "hanna", Name: "Hanna", Role: "host"}}); err != nil {
		t.Fatal(err)
	}
	_, err := g.s.DeleteRoom(backend, &roomsv1.DeleteRoomRequest{Room: "main", Actor: &roomsv1.Actor{Subject: "vera", Role: "viewer"}})
	g.refused(fault.PermissionDenied, err)
	r, err := g.s.ListAuditEntries(backend, &roomsv1.ListAuditEntriesRequest{Room: "main"})
	if err != nil || len(r.GetEntries()) != 2 || r.GetEntries()[0].GetName() != "Hanna" || r.GetEntries()[1].GetRole() != "service" {
		t.Fatalf("%v, %v", r, err)
	}
}

func TestPolicyIsComplete(t *testing.T) {
	if err := rooms.Policy.Check(roomsv1.RoomsService_ServiceDesc); err != nil {
		t.Fatal(err)
	}
}

// A room with thousands of questions outlasts every caller's patience. It is gone for everybody all the same, each retry says
// so, and the janitor erases the rest.
func TestDeletingALargeRoomOutlastsItsCaller(t *testing.T) {
	g := newStage(t)
	g.s.Patience(time.Millisecond)
	g.create("main")
	g.fill("main")
	var writing errgroup.Group
	writing.SetLimit(32)
	for i := range 2500 { // more than are read at once
		writing.Go(func() error {
			_, err := g.bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", "q", fmt.Sprint("many", i)), []byte("x"), 0)
			return err
		})
	}
	if err := writing.Wait(); err != nil {
		t.Fatal(err)
	}
	for try := range 3 {
		r, err := g.s.DeleteRoom(g.host, &roomsv1.DeleteRoomRequest{Room: "main"})
		if err != nil || r.GetErased() {
			t.Fatalf("try %d: %v, %v; want it accepted, and not erased yet", try, r, err)
		}
		_, err = g.s.GetRoom(g.host, &roomsv1.GetRoomRequest{Room: "main"})
		g.refused(fault.RoomNotFound, err)
	}
	if len(g.share("main")) == 0 {
		t.Fatal("everything is erased: this test does not test what it should")
	}
	_, err := g.s.CreateRoom(g.host, &roomsv1.CreateRoomRequest{Room: "main"})
	if f := g.refused(fault.Unavailable, err); f.RetryAfter == 0 {
		t.Error("whoever wants the id is not told when to come back")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = g.s.Run(ctx) }()
	testbed.Until(t, "the room is erased", func() bool { return len(g.share("main")) == 0 })
	cancel()
	<-done
	g.s.Patience(5 * time.Second)
	if r, err := g.s.DeleteRoom(g.host, &roomsv1.DeleteRoomRequest{Room: "main"}); err != nil || !r.GetErased() {
		t.Errorf("afterwards a retry is told %v, %v", r, err)
	}
	g.create("main")
}

// A list names no room, so that nothing before it has looked at the room's revocations and bans.
func TestARoomThatShutsSomebodyOutIsNotListed(t *testing.T) {
	g := newStage(t)
	for _, id := range []string{"acme-ban", "acme-board", "acme-open", "acme-past"} {
		g.create(id)
	}
	backend := testbed.As(t.Context(), auth.Service, "backend")
	claims := auth.Claims{Subject: "h", Role: auth.Host, Rooms: []string{"acme-*"}, ID: "theirs"}
	if _, err := g.s.RevokeLink(backend, &roomsv1.RevokeLinkRequest{Room: "acme-board", Link: claims.ID}); err != nil {
		t.Fatal(err)
	}
	for room, life := range map[string]*durationpb.Duration{"acme-ban": nil, "acme-past": durationpb.New(time.Hour)} {
		if _, err := g.s.BanPerson(backend, &roomsv1.BanPersonRequest{Room: room, Subject: claims.Subject, Duration: life}); err != nil {
			t.Fatal(err)
		}
	}
	g.mu.Lock()
	g.now = g.now.Add(2 * time.Hour) // the store has yet to forget the ban that is over
	g.mu.Unlock()
	listed := func(c auth.Claims) string {
		t.Helper()
		r, err := g.s.ListRooms(auth.WithCaller(t.Context(), c), &roomsv1.ListRoomsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(r.GetRooms()))
		for i, room := range r.GetRooms() {
			ids[i] = room.GetRoom()
		}
		return strings.Join(ids, " ")
	}
	for want, c := range map[string]auth.Claims{
		"acme-open acme-past":                     claims,
		"acme-board acme-open acme-past":          {Subject: "h", Role: auth.Host, Rooms: []string{"acme-*"}, ID: "another"},
		"acme-ban acme-open acme-past":            {Subject: "h", Role: auth.Service, Rooms: []string{"acme-*"}, ID: "theirs"},
		"acme-ban acme-board acme-open acme-past": {Subject: "g", Role: auth.Host, Rooms: []string{"acme-*"}},
	} {
		if got := listed(c); got != want {
			t.Errorf("%s, %s with %s: %q, want %q", c.Role, c.Subject, c.ID, got, want)
		}
	}
}
