package room

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

func TestInterval(t *testing.T) {
	for name, c := range map[string]struct {
		viewers int
		sweep   time.Duration
		want    time.Duration
	}{
		"empty":          {0, 0, 100 * time.Millisecond},
		"a hall":         {1_000, 0, 100 * time.Millisecond},
		"a stadium":      {1_001, 0, 150 * time.Millisecond},
		"a city":         {10_001, 0, 500 * time.Millisecond},
		"a country":      {50_001, 0, time.Second},
		"a slow sweep":   {500, 34 * time.Millisecond, 200 * time.Millisecond},
		"a slow country": {100_000, 400 * time.Millisecond, 2 * time.Second},
	} {
		if got := Interval(c.viewers, c.sweep); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func says(person string, role eventv1.Role) *eventv1.Comment {
	return &eventv1.Comment{Author: &eventv1.Author{Person: person, Role: role}}
}

func TestDisplayIsAPureFunctionOfTheLog(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	show := func(from int) []bool {
		d := display{budget: 6}
		var shown []bool
		for i := from; i < 400; i++ {
			c := says(fmt.Sprint("p", i%7), eventv1.Role_ROLE_VIEWER)
			shown = append(shown, d.show(c, start.Add(time.Duration(i)*50*time.Millisecond)))
		}
		return shown
	}
	all, late := show(0), show(200) // 200 entries are ten seconds: another gateway opened the room then
	for i, s := range late {
		if s != all[200+i] {
			t.Fatalf("entry %d is shown %v by one gateway and %v by the other", 200+i, all[200+i], s)
		}
	}
}

func TestDisplayKeepsTheBudgetAndIsFair(t *testing.T) {
	d := display{budget: 6}
	start := time.Unix(1_700_000_000, 0)
	perSecond, quiet := map[int64]int{}, 0
	for i := range 1000 { // a hundred a second: one person writes nine of ten, others once each
		at := start.Add(time.Duration(i) * 10 * time.Millisecond)
		person := "loud"
		if i%10 == 5 {
			person = fmt.Sprint("quiet", i)
		}
		if d.show(says(person, eventv1.Role_ROLE_VIEWER), at) {
			perSecond[at.Unix()]++
			if person != "loud" {
				quiet++
			}
		}
		if !d.show(says("host", eventv1.Role_ROLE_HOST), at) {
			t.Fatal("the host was not shown")
		}
	}
	for second, n := range perSecond {
		if n > 6 {
			t.Errorf("%d comments in second %d", n, second)
		}
	}
	if quiet < 29 {
		t.Errorf("only %d of the quiet ones were shown in ten seconds of six", quiet)
	}
}

func TestBudgetClampsByRateAndCap(t *testing.T) {
	b := newBudgets(maxBudgets)
	s := &eventv1.RoomSettings{HeartCap: 100, TapsPerSecond: 10, TapBurst: 40}
	now := time.Unix(1_700_000_000, 0)
	take := func(n uint32) uint32 { n, _ = b.take("p", n, s, now); return n }
	if got := take(1000); got != 40 {
		t.Fatalf("burst took %d", got)
	}
	if got := take(1); got != 0 {
		t.Fatalf("an empty bucket gave %d", got)
	}
	now = now.Add(2 * time.Second)
	if got := take(50); got != 20 {
		t.Fatalf("two seconds gave %d", got)
	}
	now = now.Add(time.Hour)
	if got := take(1000); got != 40 {
		t.Fatalf("the cap of 100 left %d", got)
	}
	if got := take(1) + take(1); got != 0 || b.left("p", s) != 0 {
		t.Fatalf("beyond the cap %d, left %d", got, b.left("p", s))
	}
	if b.left("other", s) != 100 {
		t.Fatal("one person's taps cost another's")
	}
}

// A room can be open for weeks, with guests who tap once and never return.
func TestBudgetsOfThoseWhoNeverReturnAreForgotten(t *testing.T) {
	s := &eventv1.RoomSettings{HeartCap: 500, TapsPerSecond: 10, TapBurst: 40}
	b, now := newBudgets(maxBudgets), time.Unix(1_700_000_000, 0)
	tap := func(person string, n uint32) uint32 { n, _ = b.take(person, n, s, now); return n }
	spend := func(person string) (total uint32) {
		for range 20 {
			total += tap(person, 40)
			now = now.Add(4 * time.Second)
		}
		return total
	}
	if n := spend("keen"); n != 500 {
		t.Fatalf("the cap let %d through", n)
	}
	tap("rare", 3)
	for i := range 100_000 { // of ten days
		now = now.Add(10 * time.Second)
		tap(fmt.Sprint("guest ", i), 1)
		if i == 3600 {
			if n := tap("keen", 1); n != 0 {
				t.Error("who is at the cap has a new budget after ten hours of silence")
			}
		}
	}
	if n := len(b.people); n > 2*int(fewLife/(10*time.Second)) {
		t.Errorf("%d budgets are held, with 360 new people an hour", n)
	}
	if n := tap("rare", 1); n != 1 || b.left("rare", s) != 499 {
		t.Errorf("who comes back after days has %d left", b.left("rare", s))
	}
}

// Whoever is there is never the one who is forgotten while others are silent for longer.
func TestAFloodOfPeopleIsBound(t *testing.T) {
	const most = 1000
	s := &eventv1.RoomSettings{HeartCap: 40, TapsPerSecond: 10, TapBurst: 40}
	b, now := newBudgets(most), time.Unix(1_700_000_000, 0)
	b.take("ann", 1000, s, now)
	var ann *Spender
	for i := range 20 * most {
		now = now.Add(time.Millisecond)
		b.take(fmt.Sprint("guest ", i), uint32(1+i%40), s, now)
		if i%(most/4) == 0 {
			if n, spender := b.take("ann", 1, s, now); n != 0 {
				t.Fatalf("after %d others she has a new budget", i)
			} else {
				ann = spender
			}
		}
	}
	if n := len(b.people); n > most {
		t.Errorf("%d budgets are held, %d at most", n, most)
	}
	for i := range 2 * most {
		b.take(fmt.Sprint("late ", i), 1, s, now)
	}
	ann.Elsewhere(7) // its window comes back after she was forgotten
	if ann.Counted() != 40 || b.left("ann", s) != 40 {
		t.Errorf("she has counted %d and has %d left", ann.Counted(), b.left("ann", s))
	}
}

func TestHowManyWatchIsToldAsTheRoomWishes(t *testing.T) {
	rounded := eventv1.ViewerCount_VIEWER_COUNT_ROUNDED
	for n, want := range map[uint64]uint64{0: 0, 7: 7, 99: 99, 100: 100, 812: 810, 12_345: 12_000, 999_999: 990_000} {
		if got := countFor(frame.Viewer, rounded, n); got != want {
			t.Errorf("%d is told as %d, want %d", n, got, want)
		}
		if got := countFor(frame.Moderator, rounded, n); got != n {
			t.Errorf("moderators are told %d of %d", got, n)
		}
		if got := countFor(frame.Viewer, eventv1.ViewerCount_VIEWER_COUNT_HIDDEN, n); got != 0 {
			t.Errorf("a hidden %d is told as %d", n, got)
		}
	}
	m := newModel(slog.New(slog.DiscardHandler))
	m.room = &eventv1.Room{Settings: &eventv1.RoomSettings{ViewerCount: rounded}}
	m.apply(batch{sockets: &presence.Count{Viewers: 812}}, 0, 1)
	c := m.apply(batch{sockets: &presence.Count{Viewers: 815}}, 0, 2)
	if !m.empty(c, frame.Viewer) || m.empty(c, frame.Moderator) || m.tick(c, frame.Moderator, 0).GetViewers() != 815 {
		t.Errorf("815 after 812: viewers' tick is empty: %v, moderators' %v", m.empty(c, frame.Viewer), m.tick(c, frame.Moderator, 0))
	}
	if got := m.snapshot(frame.Viewer, 0).GetViewers(); got != 810 {
		t.Errorf("a newcomer is told %d", got)
	}
}

func TestModeratorsAreToldOfOverlays(t *testing.T) {
	m := newModel(slog.New(slog.DiscardHandler))
	m.room = &eventv1.Room{Settings: &eventv1.RoomSettings{}}
	c := m.apply(batch{sockets: &presence.Count{Overlays: 1}}, 0, 1)
	if got := m.tick(c, frame.Moderator, 0).GetModeration(); got == nil || got.Overlays == nil || got.GetOverlays() != 1 {
		t.Errorf("a moderator is told %v of the first overlay", got)
	}
	c = m.apply(batch{sockets: new(presence.Count)}, 0, 2)
	if got := m.tick(c, frame.Moderator, 0).GetModeration(); m.empty(c, frame.Moderator) || got.Overlays == nil || got.GetOverlays() != 0 {
		t.Errorf("a moderator is told %v when it has gone", got)
	}
	if !m.empty(c, frame.Viewer) || m.tick(c, frame.Viewer, 0).GetModeration() != nil {
		t.Error("viewers are told of overlays")
	}
	if got := m.snapshot(frame.Moderator, 0).GetModeration(); got.Overlays == nil {
		t.Error("a moderator who comes does not know that there is none")
	}
	if c = m.apply(batch{sockets: &presence.Count{Viewers: 1}}, 0, 3); m.tick(c, frame.Moderator, 0).GetModeration() != nil {
		t.Error("overlays are told though they did not change")
	}
}

// Viewers' types are an allow-list: a new field must be entered here on purpose.
func TestWhatViewersReceive(t *testing.T) {
	for name, c := range map[string]struct {
		message proto.Message
		fields  string
	}{
		"room":     {ForAudience(new(eventv1.Room)), "[room title state kinds labels slow_mode_seconds comment_mode anonymous_questions open_questions started_ms ended_ms unique_comments emoji_only links edit_window_seconds calm_since_ms question_ranking answering_slots ignore_guest_votes viewer_count source hearts_paused questions_paused hold_comments preview_delay_ms]"},
		"comment":  {CommentFor(new(eventv1.Comment)), "[comment person name role guest text at_ms stream_time_ms reply edited_ms place]"},
		"question": {(&question{doc: new(eventv1.Question)}).forViewers(), "[question person name anonymous text state revision next label answer votes guest_votes votes_upto asked_ms answering_ms answered_ms reason opened_ms edited place answering_stream_ms merged_into]"},
	} {
		var names []string
		fields := c.message.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			names = append(names, string(fields.Get(i).Name()))
		}
		if got := fmt.Sprint(names); got != c.fields {
			t.Errorf("%s: viewers' fields are %s, allowed are %s", name, got, c.fields)
		}
	}
}

func TestViewersLearnNothingOfAnonymousAskersOrReasons(t *testing.T) {
	q := &question{doc: &eventv1.Question{
		Id: "q1", Anonymous: true, Reason: "rude", Author: &eventv1.Author{Person: "secret", Name: "Ana"},
		State: eventv1.QuestionState_QUESTION_STATE_OPEN,
	}}
	if g := q.forViewers(); g.GetPerson() != "" || g.GetName() != "" || g.GetReason() != "" {
		t.Fatalf("viewers receive %v", g)
	}
	q.doc.HoldReason, q.doc.HoldDetail = eventv1.HoldReason_HOLD_REASON_HOOK_AWAY, "detail"
	if g := q.forModerators(); g.GetWhy() != "hook_away" || g.GetDetail() != "detail" {
		t.Fatalf("moderators are told why as %q, %q", g.GetWhy(), g.GetDetail())
	}
	if g := q.forModerators(); g.GetAskerName() != "Ana" || g.GetQuestion().GetReason() != "rude" {
		t.Fatalf("moderators receive %v", g)
	}
}
