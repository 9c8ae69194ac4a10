package room

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// script is a room's model and what was stored for it.
type script struct {
	*testing.T
	m       *model
	stored  []bus.Record
	version uint64
}

func newScript(t *testing.T) *script {
	m := newModel(slog.Default())
	m.room, m.epoch = &eventv1.Room{Id: "main", Settings: &eventv1.RoomSettings{}}, "e"
	return &script{T: t, m: m}
}

func said(id, text string, place uint64) *eventv1.Comment {
	return &eventv1.Comment{Id: id, Text: text, Place: place, Author: &eventv1.Author{Person: "p", Role: eventv1.Role_ROLE_VIEWER}}
}

func posts(id, text string) *eventv1.LogEntry {
	return &eventv1.LogEntry{Body: &eventv1.LogEntry_Comment{Comment: said(id, text, 0)}}
}

func edits(id, text string, place uint64) *eventv1.LogEntry {
	return &eventv1.LogEntry{Body: &eventv1.LogEntry_Edit{Edit: &eventv1.Edit{Comment: said(id, text, place), Replaces: place}}}
}

func removes(id string) *eventv1.LogEntry {
	return &eventv1.LogEntry{Body: &eventv1.LogEntry_Removal{Removal: &eventv1.Removal{Comment: id}}}
}

func restores(id, text string, place uint64) *eventv1.LogEntry {
	return &eventv1.LogEntry{Body: &eventv1.LogEntry_Restoration{Restoration: &eventv1.Restoration{Comment: said(id, text, place)}}}
}

// tick applies entries in one tick, and gives what viewers are told.
func (s *script) tick(entries ...*eventv1.LogEntry) (*changes, *gatewayv1.Tick) {
	s.Helper()
	var b batch
	for _, e := range entries {
		body, err := proto.Marshal(e)
		if err != nil {
			s.Fatal(err)
		}
		r := bus.Record{Sequence: uint64(len(s.stored) + 1), Time: time.Unix(1_700_000_000, 0), Body: body}
		s.stored = append(s.stored, r)
		b.log = append(b.log, r)
	}
	return s.apply(b)
}

func (s *script) apply(b batch) (*changes, *gatewayv1.Tick) {
	s.version++
	c := s.m.apply(b, 0, s.version)
	return c, s.m.tick(c, frame.Viewer, 1)
}

func told(t *gatewayv1.Tick) string {
	var b strings.Builder
	say := func(what string, list []*gatewayv1.Comment) {
		for _, c := range list {
			fmt.Fprintf(&b, " %s %s=%s@%d", what, c.GetComment(), c.GetText(), c.GetPlace())
		}
	}
	say("new", t.GetComments())
	say("edited", t.GetEdited())
	for _, id := range t.GetRemoved() {
		fmt.Fprintf(&b, " removed %s", id)
	}
	say("restored", t.GetRestored())
	return strings.TrimSpace(b.String())
}

func TestTheLifeOfACommentInTicks(t *testing.T) {
	for name, c := range map[string]struct {
		ticks [][]*eventv1.LogEntry
		want  []string
	}{
		"posted, edited, removed, restored": {
			[][]*eventv1.LogEntry{{posts("a", "1")}, {edits("a", "2", 1)}, {removes("a")}, {restores("a", "2", 1)}},
			[]string{"new a=1@1", "edited a=2@1", "removed a", "restored a=2@1"},
		},
		"posted and edited in one tick": {[][]*eventv1.LogEntry{{posts("a", "1"), edits("a", "2", 1)}}, []string{"new a=2@1"}},
		"edited and removed in one tick": {
			[][]*eventv1.LogEntry{{posts("a", "1")}, {edits("a", "2", 1), removes("a")}}, []string{"new a=1@1", "removed a"},
		},
		"removed and restored in one tick": {
			[][]*eventv1.LogEntry{{posts("a", "1")}, {removes("a"), restores("a", "1", 1)}}, []string{"new a=1@1", "removed a restored a=1@1"},
		},
		"restored, edited and removed again": {
			[][]*eventv1.LogEntry{{posts("a", "1"), removes("a")}, {restores("a", "1", 1), edits("a", "2", 1)}, {removes("a")}},
			[]string{"removed a", "restored a=2@1", "removed a"},
		},
		"edited just after its removal": {
			[][]*eventv1.LogEntry{{posts("a", "1")}, {removes("a"), edits("a", "2", 1)}, {edits("a", "3", 1)}, {restores("a", "3", 1)}, {edits("a", "4", 1)}},
			[]string{"new a=1@1", "removed a", "", "restored a=3@1", "edited a=4@1"},
		},
		"edited after its posting was erased": {[][]*eventv1.LogEntry{{edits("a", "2", 1)}}, []string{"edited a=2@1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			for i, entries := range c.ticks {
				if _, tick := s.tick(entries...); told(tick) != c.want[i] {
					t.Errorf("tick %d tells %q, want %q", i+1, told(tick), c.want[i])
				}
			}
		})
	}
}

// Frames that hold a removed text are never sent again; those of an edited one are, with the edit behind them: an author
// who edits without pause may not cost everybody in the slow lane a snapshot each time.
func TestFramesAreForgottenForRemovalsOnly(t *testing.T) {
	s := newScript(t)
	s.tick(posts("a", "secret"))
	s.tick(posts("b", "x"))
	if c, _ := s.tick(edits("a", "2", 1)); c.forget != 0 {
		t.Errorf("an edit forgets up to %d", c.forget)
	}
	if c, _ := s.tick(removes("a")); c.forget != 3 {
		t.Errorf("the removal of what tick 3 changed forgets up to %d", c.forget)
	}
}

// Whoever comes back with a cursor is told what it missed, whatever that was; whoever comes anew sees the same comments.
func TestComingBackToEditsAndRestorations(t *testing.T) {
	s := newScript(t)
	s.tick(posts("a", "1"))       // 1
	s.tick(posts("b", "1"))       // 2
	s.tick(edits("a", "2", 1))    // 3
	s.tick(removes("b"))          // 4
	s.tick(restores("b", "1", 2)) // 5
	s.tick(edits("a", "3", 1))    // 6
	s.tick(posts("c", "1"))       // 7
	s.tick(removes("c"))          // 8
	for log, want := range map[uint64]string{
		0: "new a=3@1 removed b removed c restored b=1@2",
		1: "edited a=3@1 removed b removed c restored b=1@2",
		3: "edited a=3@1 removed b removed c restored b=1@2",
		5: "edited a=3@1 removed c",
		6: "removed c",
		8: "",
	} {
		got := s.m.since(&gatewayv1.Cursor{Epoch: "e", Log: log}, frame.Viewer, 1)
		if told(got) != want {
			t.Errorf("since %d: %q, want %q", log, told(got), want)
		}
	}
	late := newScript(t) // another gateway, which opens after the eraser
	late.stored = make([]bus.Record, 4)
	late.tick(restores("b", "1", 2), edits("a", "3", 1))
	for _, m := range []*model{s.m, late.m} {
		var line []string
		for _, c := range m.snapshot(frame.Viewer, 1).GetComments() {
			line = append(line, c.GetComment()+"="+c.GetText())
		}
		if got := strings.Join(line, " "); got != "a=3 b=1" {
			t.Errorf("a newcomer sees %q", got)
		}
	}
}

// An edit that was stored just after a removal, and a pin whose text is still in the store, bring nothing back.
func TestWhatWasRemovedStaysRemoved(t *testing.T) {
	s := newScript(t)
	s.tick(posts("a", "bad"))
	s.tick(removes("a"), edits("a", "worse", 1))
	if got := s.m.snapshot(frame.Viewer, 1).GetComments(); len(got) != 0 {
		t.Errorf("a newcomer sees %v", got)
	}
	if got := told(s.m.since(&gatewayv1.Cursor{Epoch: "e"}, frame.Viewer, 1)); got != "removed a" {
		t.Errorf("whoever comes back is told %q", got)
	}
	pins := func(sequence uint64, p *eventv1.Pin) batch {
		body, err := proto.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return batch{docs: []follow.Document{{Room: "main", Key: pinKey, Sequence: sequence, Body: body}}}
	}
	hidden := func(when string, c *changes) {
		t.Helper()
		if got := s.m.snapshot(frame.Viewer, 1).GetPinned(); c.needPin != 0 || got != nil {
			t.Errorf("%s: reads entry %d and pins %v", when, c.needPin, got)
		}
	}
	c, _ := s.apply(pins(100, &eventv1.Pin{Comment: "a", Sequence: 1}))
	hidden("a pin of what was removed", c)
	c, _ = s.tick(edits("a", "worse", 1))
	hidden("an edit of it", c)

	if c, _ = s.apply(pins(101, &eventv1.Pin{Comment: "b", Sequence: 77})); c.needPin != 77 {
		t.Fatalf("reads entry %d", c.needPin)
	}
	s.tick(removes("b"))
	body, err := proto.Marshal(posts("b", "bad"))
	if err != nil {
		t.Fatal(err)
	}
	c, _ = s.apply(batch{pins: []bus.Record{{Sequence: 77, Body: body}}})
	hidden("a removal while its text was read", c)

	s.tick(restores("b", "good", 77))
	if got := s.m.snapshot(frame.Viewer, 1).GetPinned().GetComment().GetText(); got != "good" {
		t.Errorf("after it was restored %q is pinned", got)
	}
}

func TestThePinFollowsItsComment(t *testing.T) {
	s := newScript(t)
	s.tick(posts("a", "1"))
	sequence := uint64(100)
	pin := func(p *eventv1.Pin) (*changes, *gatewayv1.Tick) {
		d := follow.Document{Room: "main", Key: pinKey, Sequence: sequence}
		sequence++
		if p != nil {
			d.Body, _ = proto.Marshal(p)
		}
		return s.apply(batch{docs: []follow.Document{d}})
	}
	shows := func(tick *gatewayv1.Tick, want string) {
		t.Helper()
		if tick.GetPinned() == nil || tick.GetPinned().GetComment().GetText() != want {
			t.Fatalf("pinned is %v, want %q", tick.GetPinned(), want)
		}
	}
	_, tick := pin(&eventv1.Pin{Comment: "a", Sequence: 1, UntilMs: 7})
	shows(tick, "1")
	_, tick = s.tick(edits("a", "2", 1))
	shows(tick, "2")
	if got := s.m.snapshot(frame.Viewer, 1).GetPinned(); got.GetComment().GetText() != "2" || got.GetUntilMs() != 7 {
		t.Fatalf("a newcomer sees %v", got)
	}
	_, tick = s.tick(removes("a"))
	shows(tick, "")
	if got := s.m.snapshot(frame.Viewer, 1).GetPinned(); got != nil {
		t.Fatalf("a newcomer sees a removed pin: %v", got)
	}
	c, tick := pin(&eventv1.Pin{Comment: "old", Sequence: 77}) // one that is in the store only
	if c.needPin != 77 || tick.GetPinned() != nil {
		t.Fatalf("needs %d, tells %v", c.needPin, tick.GetPinned())
	}
	body, _ := proto.Marshal(posts("old", "from long ago"))
	_, tick = s.apply(batch{pins: []bus.Record{{Sequence: 77, Body: body}}})
	shows(tick, "from long ago")
	if tick.GetPinned().GetComment().GetPlace() != 77 {
		t.Errorf("its place is %d", tick.GetPinned().GetComment().GetPlace())
	}
	_, tick = pin(nil) // it expired
	shows(tick, "")
	if got := s.m.since(&gatewayv1.Cursor{Epoch: "e"}, frame.Viewer, 1).GetPinned(); got == nil || got.GetComment() != nil {
		t.Errorf("whoever comes back is told %v", got)
	}
}

func TestWhatIsOnAirFollowsItsComment(t *testing.T) {
	s := newScript(t)
	s.tick(posts("a", "1"))
	sequence := uint64(100)
	air := func(o *eventv1.OnAir) (*changes, *gatewayv1.Tick) {
		d := follow.Document{Room: "main", Key: airKey, Sequence: sequence}
		sequence++
		d.Body, _ = proto.Marshal(o)
		return s.apply(batch{docs: []follow.Document{d}})
	}
	if got := s.m.snapshot(frame.Viewer, 1).GetOnAir(); got != nil {
		t.Fatalf("before anything was chosen a newcomer is told %v", got)
	}
	_, tick := air(&eventv1.OnAir{Comment: "a", Sequence: 1, AtMs: 7})
	if tick.GetOnAir().GetComment().GetText() != "1" || tick.GetOnAir().GetAtMs() != 7 {
		t.Fatalf("on air is %v", tick.GetOnAir())
	}
	_, tick = s.tick(edits("a", "2", 1))
	if tick.GetOnAir().GetComment().GetText() != "2" {
		t.Fatalf("after an edit %v is on air", tick.GetOnAir())
	}
	_, tick = s.tick(removes("a"))
	if got := s.m.snapshot(frame.Viewer, 1).GetOnAir(); tick.GetOnAir() == nil || tick.GetOnAir().GetComment() != nil || got.GetComment() != nil {
		t.Fatalf("a removed comment is on air: %v, to a newcomer %v", tick.GetOnAir(), got)
	}
	c, tick := air(&eventv1.OnAir{Comment: "old", Sequence: 77, AtMs: 8}) // one that is in the store only
	if c.needAir != 77 || tick.GetOnAir().GetComment() != nil {
		t.Fatalf("needs %d, tells %v", c.needAir, tick.GetOnAir())
	}
	other, _ := proto.Marshal(posts("other", "not this one"))
	s.apply(batch{pins: []bus.Record{{Sequence: 77, Body: other}}})
	if got := s.m.snapshot(frame.Viewer, 1).GetOnAir().GetComment(); got != nil {
		t.Fatalf("another comment than the one that was chosen is on air: %v", got)
	}
	body, _ := proto.Marshal(posts("old", "from long ago"))
	_, tick = s.apply(batch{pins: []bus.Record{{Sequence: 77, Body: body}}})
	if tick.GetOnAir().GetComment().GetText() != "from long ago" {
		t.Fatalf("on air is %v", tick.GetOnAir())
	}
	_, tick = air(&eventv1.OnAir{Question: "q", AtMs: 9})
	if tick.GetOnAir().GetComment() != nil || tick.GetOnAir().GetQuestion() != "q" {
		t.Fatalf("with a question chosen %v is on air", tick.GetOnAir())
	}
	_, tick = air(&eventv1.OnAir{AtMs: 10}) // cleared
	if got := s.m.since(&gatewayv1.Cursor{Epoch: "e"}, frame.Viewer, 1).GetOnAir(); tick.GetOnAir().GetAtMs() != 10 || got.GetAtMs() != 10 || got.GetQuestion() != "" {
		t.Fatalf("after clearing %v is told, to who comes back %v", tick.GetOnAir(), got)
	}
}

// What was stored before a gateway began to follow a room says nothing of how far behind it is.
func TestHistoryIsNoLag(t *testing.T) {
	s := newScript(t)
	old := bus.Record{Sequence: 1, Time: time.Now().Add(-time.Hour)}
	s.m.apply(batch{log: []bus.Record{old}}, 0, 1)
	if s.m.lag != 0 {
		t.Errorf("a lag of %v after a cold start", s.m.lag)
	}
	s.m.born = old.Time.Add(-time.Second)
	s.m.apply(batch{log: []bus.Record{{Sequence: 2, Time: old.Time}}}, 0, 2)
	if s.m.lag < time.Hour {
		t.Errorf("a lag of %v of an entry that came an hour late", s.m.lag)
	}
}

// Whatever happens to comments, each is found in the entry that holds it.
func TestHoldingFindsTheEntryOfAComment(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := newScript(t)
	ids := func() string { return fmt.Sprint(random.IntN(500)) }
	for range 4 * keepEntries {
		id := ids()
		switch random.IntN(8) {
		case 0:
			s.tick(removes(id))
		case 1:
			s.tick(restores(id, "back", 1))
		case 2, 3:
			s.tick(edits(id, "edited", 1))
		default:
			s.tick(posts(id, "new"))
		}
		id = ids()
		at := slices.IndexFunc(s.m.entries, func(e entry) bool { return e.comment.GetId() == id })
		switch e := s.m.holding(id); {
		case at < 0 && e != nil:
			t.Fatalf("%s is found at %d, and is not there", id, e.sequence)
		case at >= 0 && e != &s.m.entries[at]:
			t.Fatalf("%s is not found at %d", id, s.m.entries[at].sequence)
		}
	}
	if s.m.entries[0].sequence == 1 {
		t.Error("this test does not see what trimming does")
	}
}
