package rooms_test

import (
	"errors"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/rooms"
)

// house is a live room with moderators in it.
type house struct {
	*testing.T
	bed  *testbed.Bed
	s    *rooms.Service
	room *eventv1.Room

	mu  sync.Mutex
	now time.Time
}

func newHouse(t *testing.T) *house {
	h := &house{T: t, bed: testbed.New(t), now: time.Now()}
	h.s = rooms.New(rooms.Options{Bus: h.bed.Bus, Views: h.bed.Views, Logger: h.bed.Log, Clock: func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.now
	}})
	h.room = h.bed.Room("main", nil)
	return h
}

func (h *house) later(d time.Duration) { h.mu.Lock(); h.now = h.now.Add(d); h.mu.Unlock() }

func (h *house) key(subject string) string { return auth.PersonKey(h.room.GetPersonKey(), subject) }

func (h *house) ban(role auth.Role, by, whom string, life time.Duration) (*roomsv1.Person, error) {
	r := &roomsv1.BanPersonRequest{Room: "main", Person: h.key(whom), Reason: "spam"}
	if life > 0 {
		r.Duration = durationpb.New(life)
	}
	answer, err := h.s.BanPerson(testbed.As(h.Context(), role, by), r)
	return answer.GetPerson(), err
}

func (h *house) must(p *roomsv1.Person, err error) *roomsv1.Person {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return p
}

func (h *house) reason(want fault.Reason, err error) {
	h.Helper()
	if !fault.Is(err, want) {
		h.Fatalf("got %v, want %s", err, want)
	}
}

func (h *house) people() []*roomsv1.Person {
	h.Helper()
	r, err := h.s.ListPeople(testbed.As(h.Context(), auth.Moderator, "mod"), &roomsv1.ListPeopleRequest{Room: "main"})
	if err != nil {
		h.Fatal(err)
	}
	return r.GetPeople()
}

func (h *house) actions() (all []string) {
	h.Helper()
	r, err := h.s.ListAuditEntries(testbed.As(h.Context(), auth.Moderator, "mod"), &roomsv1.ListAuditEntriesRequest{Room: "main"})
	if err != nil {
		h.Fatal(err)
	}
	for _, e := range r.GetEntries() {
		all = append(all, e.GetAction())
	}
	return all
}

func (h *house) writes(subject string, role eventv1.Role, text string) {
	h.Helper()
	body, err := proto.Marshal(&eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: &eventv1.Comment{
		Id: h.key(text), Text: text, PostedMs: h.now.UnixMilli(), Author: &eventv1.Author{Person: h.key(subject), Name: subject, Role: role},
	}}})
	if err == nil {
		_, err = h.bed.Bus.Append(h.Context(), bus.InRoom(bus.Log, "main"), text, body)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// A ban keeps out of what can be read of the room as well, for as long as it holds.
func TestABanKeepsAPersonOutOfTheRoomsCard(t *testing.T) {
	h := newHouse(t)
	read := func(role auth.Role, who string) error {
		_, err := h.s.GetRoom(testbed.As(t.Context(), role, who), &roomsv1.GetRoomRequest{Room: "main"})
		return err
	}
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	h.bed.Settle()
	if err := read(auth.Viewer, "troll"); !fault.Is(err, fault.Banned) {
		t.Errorf("the banned one reads the room: %v", err)
	}
	for who, role := range map[string]auth.Role{"ann": auth.Viewer, "mod": auth.Moderator, "troll": auth.Service} {
		if err := read(role, who); err != nil {
			t.Errorf("%s, a %s: %v", who, role, err)
		}
	}
	h.later(2 * time.Hour)
	if err := read(auth.Viewer, "troll"); err != nil {
		t.Errorf("once it has ended: %v", err)
	}
}

func TestABanIsListedLiftedAndSetAnew(t *testing.T) {
	h := newHouse(t)
	h.writes("troll", eventv1.Role_ROLE_VIEWER, "first")
	p := h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	if p.GetBan().GetReason() != "spam" || p.GetBan().GetEndTime() == nil || p.GetName() != "troll" {
		t.Fatalf("the ban is %v", p)
	}
	if all := h.people(); len(all) != 1 || all[0].GetPerson() != h.key("troll") {
		t.Fatalf("listed are %v", all)
	}
	unban := func() {
		t.Helper()
		if _, err := h.s.UnbanPerson(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.UnbanPersonRequest{Room: "main", Person: h.key("troll")}); err != nil {
			t.Fatal(err)
		}
	}
	unban()
	unban() // nothing holds: a success, and no entry
	if all := h.people(); len(all) != 0 {
		t.Fatalf("after the unban listed are %v", all)
	}
	h.must(h.ban(auth.Moderator, "mod", "troll", 0))
	if got := h.actions(); len(got) != 3 || got[0] != "ban_person" || got[1] != "unban_person" || got[2] != "ban_person" {
		t.Errorf("the trail is %v", got)
	}
}

// A marker of what was taken away stands for minutes and counts as absent; the next ban must name its sequence.
func TestABanOverTheMarkerOfAnother(t *testing.T) {
	h := newHouse(t)
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	key := bus.InRoom(bus.State, "main", people.StandingKey, h.key("troll"))
	last, err := h.bed.Bus.Last(t.Context(), key)
	if err == nil {
		_, err = h.bed.Bus.Remove(t.Context(), key, last.Sequence) // as when it has ended
	}
	if err != nil {
		t.Fatal(err)
	}
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	if len(h.people()) != 1 {
		t.Error("the second ban is not listed")
	}
}

func TestMeasuresEnd(t *testing.T) {
	h := newHouse(t)
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	h.later(time.Hour)
	if all := h.people(); len(all) != 0 {
		t.Fatalf("an hour later listed are %v", all)
	}
}

func TestNobodyActsOnThoseAboveOrOnThemselves(t *testing.T) {
	h := newHouse(t)
	h.writes("boss", eventv1.Role_ROLE_HOST, "hello")
	h.writes("colleague", eventv1.Role_ROLE_MODERATOR, "hi")
	_, err := h.ban(auth.Moderator, "mod", "boss", 0)
	h.reason(fault.PermissionDenied, err)
	_, err = h.ban(auth.Moderator, "mod", "colleague", 0)
	h.reason(fault.PermissionDenied, err)
	h.must(h.ban(auth.Host, "host", "colleague", 0))
	_, err = h.ban(auth.Host, "host", "host", 0)
	h.reason(fault.FieldInvalid, err)
	_, err = h.ban(auth.Viewer, "ann", "troll", 0)
	h.reason(fault.PermissionDenied, err)
	// What the host decided is not the moderator's to lift.
	h.must(h.ban(auth.Host, "host", "troll", 0))
	_, err = h.s.UnbanPerson(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.UnbanPersonRequest{Room: "main", Person: h.key("troll")})
	h.reason(fault.PermissionDenied, err)
}

func TestUndoIsOnesOwnLastWithinAMinute(t *testing.T) {
	h := newHouse(t)
	undo := func(by string) error { return h.undoPerson(by, "troll") }
	mute := func(by string) {
		t.Helper()
		_, err := h.s.TimeOutPerson(testbed.As(t.Context(), auth.Moderator, by),
			&roomsv1.TimeOutPersonRequest{Room: "main", Person: h.key("troll"), Duration: durationpb.New(10 * time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
	}
	mute("ana")
	h.must(h.ban(auth.Moderator, "bob", "troll", time.Hour))
	h.reason(fault.UndoExpired, undo("ana"))
	if err := undo("bob"); err != nil {
		t.Fatal(err)
	}
	if p := h.people(); len(p) != 1 || p[0].GetBan() != nil || p[0].GetTimeout() == nil {
		t.Fatalf("after the undo stands %v; the time-out of before was wanted", p)
	}
	if err := undo("bob"); err != nil || len(h.people()) != 1 || h.people()[0].GetBan() != nil {
		t.Fatalf("a second time: %v; stands %v", err, h.people()) // an undo is not undone
	}
	h.reason(fault.UndoExpired, undo("ana"))
	mute("ana")
	h.later(61 * time.Second)
	h.reason(fault.UndoExpired, undo("ana"))
}

func TestBadMeasures(t *testing.T) {
	h := newHouse(t)
	_, err := h.ban(auth.Moderator, "mod", "troll", 366*24*time.Hour)
	h.reason(fault.FieldInvalid, err)
	_, err = h.ban(auth.Moderator, "mod", "troll", time.Millisecond)
	h.reason(fault.FieldInvalid, err)
	ctx := testbed.As(t.Context(), auth.Moderator, "mod")
	_, err = h.s.BanPerson(ctx, &roomsv1.BanPersonRequest{Room: "main", Person: "../x"})
	h.reason(fault.FieldInvalid, err)
	_, err = h.s.BanPerson(ctx, &roomsv1.BanPersonRequest{Room: "main", Subject: "troll"})
	h.reason(fault.PermissionDenied, err)
	_, err = h.s.BanPerson(ctx, &roomsv1.BanPersonRequest{Room: "nowhere", Person: h.key("troll")})
	h.reason(fault.RoomNotFound, err)
}

func TestARetryOfABanStandsOnce(t *testing.T) {
	h := newHouse(t)
	ctx := testbed.As(t.Context(), auth.Moderator, "mod")
	r := &roomsv1.BanPersonRequest{Room: "main", Person: h.key("troll"), RequestId: "request-1"}
	for range 3 {
		if _, err := h.s.BanPerson(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.actions(); len(got) != 1 {
		t.Errorf("the trail is %v", got)
	}
}

func TestModeratorsWhoRaceBothHold(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			ctx := testbed.As(t.Context(), auth.Moderator, "mod"+string(rune('a'+i)))
			if i%2 == 0 {
				_, errs[i] = h.s.BanPerson(ctx, &roomsv1.BanPersonRequest{Room: "main", Person: h.key("troll")})
			} else {
				_, errs[i] = h.s.TimeOutPerson(ctx, &roomsv1.TimeOutPersonRequest{Room: "main", Person: h.key("troll")})
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if p := h.people(); len(p) != 1 || p[0].GetBan() == nil || p[0].GetTimeout() == nil {
		t.Errorf("both measures were taken; what stands is %v", p)
	}
}

func TestACardTellsWhatAPersonWroteAndWhatWasDone(t *testing.T) {
	h := newHouse(t)
	ctx := testbed.As(t.Context(), auth.Moderator, "mod")
	_, err := h.s.GetPerson(ctx, &roomsv1.GetPersonRequest{Room: "main", Person: h.key("troll")})
	h.reason(fault.PersonNotFound, err)
	first := h.now
	h.writes("troll", eventv1.Role_ROLE_VIEWER, "one")
	h.writes("somebody", eventv1.Role_ROLE_VIEWER, "else")
	h.later(time.Minute)
	h.writes("troll", eventv1.Role_ROLE_VIEWER, "two")
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	c, err := h.s.GetPerson(ctx, &roomsv1.GetPersonRequest{Room: "main", Person: h.key("troll")})
	if err != nil {
		t.Fatal(err)
	}
	if c.GetComments() != 2 || len(c.GetWritings()) != 2 || c.GetWritings()[0].GetText() != "two" || c.GetRole() != "viewer" {
		t.Errorf("they wrote %v, %d, as %q", c.GetWritings(), c.GetComments(), c.GetRole())
	}
	if got := c.GetFirstSeenTime().AsTime().UnixMilli(); got != first.UnixMilli() {
		t.Errorf("first seen at %d, not %d", got, first.UnixMilli())
	}
	if len(c.GetEntries()) != 1 || c.GetEntries()[0].GetAction() != "ban_person" || c.GetPerson().GetBan() == nil {
		t.Errorf("done was %v, holding is %v", c.GetEntries(), c.GetPerson())
	}
}

// logs appends an entry, and holds a document where it is given one.
func (h *house) logs(id string, e *eventv1.LogEntry) {
	h.Helper()
	body, err := proto.Marshal(e)
	if err == nil {
		_, err = h.bed.Bus.Append(h.Context(), bus.InRoom(bus.Log, "main"), id, body)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// What was edited or is back stands on the card as it is now, what was removed is counted, what waits is there with its
// text, and reports are a number: they would crowd out what moderators did.
func TestACardFollowsEditsRemovalsAndReports(t *testing.T) {
	h := newHouse(t)
	ctx := testbed.As(t.Context(), auth.Moderator, "mod")
	author := &eventv1.Author{Person: h.key("troll"), Name: "troll", Role: eventv1.Role_ROLE_VIEWER}
	says := func(id, text string) *eventv1.Comment {
		return &eventv1.Comment{Id: h.key(id), Text: text, PostedMs: h.now.UnixMilli(), Author: author}
	}
	h.logs("1", &eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: says("a", "one")}})
	h.logs("2", &eventv1.LogEntry{Body: &eventv1.LogEntry_Edit{Edit: &eventv1.Edit{Comment: says("a", "one, mended"), Replaces: 1}}})
	h.logs("3", &eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: says("b", "two")}})
	h.logs("4", &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{Comment: h.key("b"), Sequence: 3, Author: author.GetPerson()}}})
	h.logs("5", &eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: says("c", "three")}})
	h.logs("6", &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{Comment: h.key("c"), Sequence: 5, Author: author.GetPerson()}}})
	h.logs("7", &eventv1.LogEntry{Body: &eventv1.LogEntry_Restoration{Restoration: &eventv1.Restoration{Comment: says("c", "three")}}})
	text, err := proto.Marshal(&eventv1.HeldText{Text: "waiting"})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.bed.Bus.Append(t.Context(), bus.InRoom(bus.Held, "main", "h", h.key("d")), "8", text)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := proto.Marshal(&eventv1.HeldComment{Id: h.key("d"), Author: author, TextSequence: stored.Sequence, PostedMs: h.now.UnixMilli()})
	if err == nil {
		_, err = h.bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", "h", h.key("d")), doc, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		err := audit.Write(t.Context(), h.bed.Bus, "main", once.Of("report", strconv.Itoa(i)), &eventv1.AuditEntry{Action: "report_comment", About: author.GetPerson(), AtMs: h.now.UnixMilli()})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.must(h.ban(auth.Moderator, "mod", "troll", time.Hour))
	c, err := h.s.GetPerson(ctx, &roomsv1.GetPersonRequest{Room: "main", Person: h.key("troll")})
	if err != nil {
		t.Fatal(err)
	}
	wrote := map[string]string{}
	for _, w := range c.GetWritings() {
		wrote[w.GetText()] = w.GetKind()
	}
	if want := map[string]string{"one, mended": "comment", "three": "comment", "waiting": "held"}; !maps.Equal(wrote, want) {
		t.Errorf("they wrote %v, want %v", wrote, want)
	}
	if c.GetComments() != 2 || c.GetRemoved() != 1 || c.GetReports() != 60 || len(c.GetEntries()) != 1 {
		t.Errorf("%d comments, %d removed, %d reports, %v done", c.GetComments(), c.GetRemoved(), c.GetReports(), c.GetEntries())
	}
}

// traces are those of a person's standing, as stored.
func (h *house) traces(subject string) []string {
	h.Helper()
	s, _, err := people.Read(h.Context(), h.bed.Bus, "main", h.key(subject))
	if err != nil {
		h.Fatal(err)
	}
	return s.GetTraces()
}

func TestABanKeepsFromWhereItsGuestComes(t *testing.T) {
	h := newHouse(t)
	note := func(subject, trace string) error {
		_, err := h.s.NoteTrace(testbed.As(t.Context(), auth.Service, "gateway"), &roomsv1.NoteTraceRequest{Room: "main", Person: h.key(subject), Trace: trace})
		return err
	}
	trace := func(i int) string { return h.key("trace " + strconv.Itoa(i)) }
	h.reason(fault.FieldInvalid, note("guest:1", "192.0.2.1"))
	if err := note("guest:1", trace(0)); err != nil || len(h.traces("guest:1")) != 0 {
		t.Fatalf("of somebody who is not banned: %v, %v", h.traces("guest:1"), err)
	}
	h.must(h.ban(auth.Moderator, "mod", "guest:1", time.Hour))
	for i := range 10 {
		for range 2 {
			if err := note("guest:1", trace(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := h.traces("guest:1"); len(got) != people.MostTraces || got[0] != trace(2) || got[7] != trace(9) {
		t.Errorf("kept are %v", got)
	}
	if all := h.people(); len(all) != 1 || all[0].GetBan() == nil || all[0].GetBan().GetEndTime() == nil {
		t.Errorf("the ban is %v", all)
	}
	h.must(h.ban(auth.Moderator, "mod", "guest:1", 2*time.Hour)) // changed: the traces stay
	if got := h.traces("guest:1"); len(got) != people.MostTraces {
		t.Errorf("after the ban was changed kept are %v", got)
	}
	if _, err := h.s.UnbanPerson(testbed.As(t.Context(), auth.Moderator, "mod"), &roomsv1.UnbanPersonRequest{Room: "main", Person: h.key("guest:1")}); err != nil {
		t.Fatal(err)
	}
	if got := h.traces("guest:1"); len(got) != 0 {
		t.Errorf("after the ban was lifted kept are %v", got)
	}
}
