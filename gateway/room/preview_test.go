package room

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// previewed is a script in a room with a preview delay, whose clock and whose store's clock are moved by hand.
type previewed struct {
	*script
	at time.Time
}

func newPreviewed(t *testing.T, delay uint32) *previewed {
	p := &previewed{script: newScript(t), at: time.UnixMilli(1_700_000_000_000)}
	p.m.room.Settings.PreviewDelayMs = delay
	p.m.now = func() time.Time { return p.at }
	return p
}

// stores applies entries that are stored now, and gives what each audience is told.
func (p *previewed) stores(entries ...*eventv1.LogEntry) (viewers, moderators string) {
	p.Helper()
	var b batch
	for _, e := range entries {
		body, err := proto.Marshal(e)
		if err != nil {
			p.Fatal(err)
		}
		r := bus.Record{Sequence: uint64(len(p.stored) + 1), Time: p.at, Body: body}
		p.stored = append(p.stored, r)
		b.log = append(b.log, r)
	}
	p.version++
	c := p.m.apply(b, 0, p.version)
	return told(p.m.tick(c, frame.Viewer, 1)), told(p.m.tick(c, frame.Moderator, 1))
}

func (p *previewed) later(d time.Duration) *previewed { p.at = p.at.Add(d); return p }

func (p *previewed) want(what, viewers, moderators string, entries ...*eventv1.LogEntry) {
	p.Helper()
	v, m := p.stores(entries...)
	if v != viewers || m != moderators {
		p.Errorf("%s: viewers are told %q, want %q; moderators %q, want %q", what, v, viewers, m, moderators)
	}
}

func newcomer(m *model, a frame.Audience) (line string) {
	for _, c := range m.snapshot(a, 1).GetComments() {
		line += " " + c.GetComment() + "=" + c.GetText()
	}
	return line
}

func TestViewersSeeCommentsLaterThanModerators(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.want("posted", "", "new a=1@1", posts("a", "1"))
	p.later(1500*time.Millisecond).want("another", "", "new b=1@2", posts("b", "1"))
	if v, m := newcomer(p.m, frame.Viewer), newcomer(p.m, frame.Moderator); v != "" || m != " a=1 b=1" {
		t.Errorf("newcomers: a viewer sees %q, a moderator %q", v, m)
	}
	if log := p.m.cursor(frame.Viewer).GetLog(); log != 0 {
		t.Errorf("a viewer's cursor stands at %d, behind what it was not told", log)
	}
	if p.m.airs.Sub(p.at) != 500*time.Millisecond {
		t.Errorf("the next is due at %s, it is %s", p.m.airs, p.at)
	}
	p.later(500*time.Millisecond).want("the first is due", "new a=1@1", "")
	if log := p.m.cursor(frame.Viewer).GetLog(); log != 1 {
		t.Errorf("a viewer's cursor stands at %d", log)
	}
	// Who left before and comes back is told once what was due meanwhile, and nothing of what is not.
	if got := told(p.m.since(&gatewayv1.Cursor{Epoch: "e"}, frame.Viewer, 1)); got != "new a=1@1" {
		t.Errorf("whoever comes back is told %q", got)
	}
	p.later(1500*time.Millisecond).want("the second is due", "new b=1@2", "")
	if !p.m.airs.IsZero() || p.m.cursor(frame.Viewer).GetLog() != 2 {
		t.Errorf("nothing waits: due %s, cursor %v", p.m.airs, p.m.cursor(frame.Viewer))
	}
}

func TestARemovalInThePreviewNeverReachesViewers(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.want("posted", "", "new a=bad@1", posts("a", "bad"))
	p.later(time.Second).want("removed", "removed a", "removed a", removes("a"))
	p.later(time.Minute).want("long after", "", "")
	p.want("another", "", "new b=1@3", posts("b", "1"))
	p.later(2*time.Second).want("due", "new b=1@3", "")
	// Removed after viewers saw it: at once, and also for whoever comes back with a cursor from before.
	p.want("two", "", "new c=1@4", posts("c", "1"))
	p.later(time.Second).want("removed", "removed b", "removed b", removes("b"))
	if got := told(p.m.since(&gatewayv1.Cursor{Epoch: "e", Log: 3}, frame.Viewer, 1)); got != "removed b" {
		t.Errorf("whoever comes back is told %q", got)
	}
}

func TestEditsAndRestorationsWaitToo(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.stores(posts("a", "1"))
	p.later(2*time.Second).want("due", "new a=1@1", "")
	p.want("edited", "", "edited a=2@1", edits("a", "2", 1))
	if v, m := newcomer(p.m, frame.Viewer), newcomer(p.m, frame.Moderator); v != " a=1" || m != " a=2" {
		t.Errorf("newcomers: a viewer sees %q, a moderator %q", v, m)
	}
	p.later(time.Second).want("edited again", "", "edited a=3@1", edits("a", "3", 1))
	p.later(time.Second).want("the first edit is due, a newer text waits", "", "")
	if got := newcomer(p.m, frame.Viewer); got != " a=1" {
		t.Errorf("a newcomer sees %q", got)
	}
	p.later(time.Second).want("the second edit is due", "edited a=3@1", "")
	// Posted and edited before it is due: viewers see the text that was written first, and then the other.
	p.stores(posts("b", "1"))
	p.later(time.Second).want("edited in the preview", "", "edited b=2@4", edits("b", "2", 4))
	p.later(time.Second).want("the posting is due", "new b=1@4", "")
	p.later(time.Second).want("the edit is due", "edited b=2@4", "")
	p.want("removed", "removed b", "removed b", removes("b"))
	p.want("restored", "", "restored b=2@4", restores("b", "2", 4))
	p.later(2*time.Second).want("the restored one is due", "restored b=2@4", "")
	// Edited and removed in the preview: nothing of it.
	p.want("edited", "", "edited b=bad@4", edits("b", "bad", 4))
	p.want("removed", "removed b", "removed b", removes("b"))
	p.later(time.Minute).want("long after", "", "")
}

// The tick in which viewers were told of a comment is the one that its removal makes unsendable.
func TestARemovalForgetsTheTickThatViewersSaw(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.stores(posts("a", "1"))
	p.later(2 * time.Second).stores()
	p.stores(posts("b", "1"))
	body, err := proto.Marshal(removes("a"))
	if err != nil {
		t.Fatal(err)
	}
	c := p.m.apply(batch{log: []bus.Record{{Sequence: 3, Time: p.at, Body: body}}}, 0, 4)
	if c.forget != 2 {
		t.Errorf("the removal forgets up to tick %d, viewers saw it in 2", c.forget)
	}
}

func TestAPinShowsAtOnceAndItsEditWaits(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.stores(posts("a", "1"))
	body, err := proto.Marshal(&eventv1.Pin{Comment: "a", Sequence: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, tick := p.apply(batch{docs: []follow.Document{{Room: "main", Key: pinKey, Sequence: 100, Body: body}}})
	if got := tick.GetPinned().GetComment().GetText(); got != "1" {
		t.Errorf("a moderator pins it, and viewers see %q", got)
	}
	p.later(2 * time.Second).stores()
	p.stores(edits("a", "2", 1))
	if v, m := p.m.pinnedFor(frame.Viewer).GetComment().GetText(), p.m.pinnedFor(frame.Moderator).GetComment().GetText(); v != "1" || m != "2" {
		t.Errorf("viewers see %q pinned, moderators %q", v, m)
	}
	p.later(2 * time.Second)
	p.version++
	c := p.m.apply(batch{}, 0, p.version)
	if got := p.m.tick(c, frame.Viewer, 1).GetPinned().GetComment().GetText(); got != "2" {
		t.Errorf("when its edit is due viewers are told that %q is pinned", got)
	}
}

// More than a room keeps may wait for viewers: none of it is lost.
func TestABusyRoomLosesNothingInItsPreview(t *testing.T) {
	p := newPreviewed(t, 10_000)
	const n = 2*keepEntries + 7
	for i := range n {
		p.stores(posts(fmt.Sprint("c", i), "x"))
	}
	p.later(10 * time.Second)
	p.version++
	c := p.m.apply(batch{}, 0, p.version)
	if got := len(c.shown[frame.Viewer]); got != n {
		t.Errorf("%d of %d were told", got, n)
	}
	if got := len(p.m.entries); got != keepEntries {
		t.Errorf("%d entries are kept", got)
	}
}

// A delay that is taken back, or a gateway whose clock is behind the store's, keeps nobody waiting.
func TestWithoutADelayNobodyWaits(t *testing.T) {
	p := newPreviewed(t, 5000)
	p.stores(posts("a", "1"))
	p.m.room.Settings.PreviewDelayMs = 0
	p.later(-time.Hour).want("no delay any more", "new a=1@1 new b=1@2", "new b=1@2", posts("b", "1"))
}

func TestAnEditOfWhatIsOnAirWaits(t *testing.T) {
	p := newPreviewed(t, 2000)
	p.stores(posts("a", "1"))
	body, err := proto.Marshal(&eventv1.OnAir{Comment: "a", Sequence: 1})
	if err != nil {
		t.Fatal(err)
	}
	p.apply(batch{docs: []follow.Document{{Room: "main", Key: airKey, Sequence: 100, Body: body}}})
	p.later(2 * time.Second).stores()
	p.stores(edits("a", "2", 1))
	if v, m := p.m.onAirFor().GetComment().GetText(), newcomer(p.m, frame.Moderator); v != "1" || m != " a=2" {
		t.Errorf("the overlay shows %q, moderators see %q", v, m)
	}
	p.later(2 * time.Second)
	p.version++
	c := p.m.apply(batch{}, 0, p.version)
	if got := p.m.tick(c, frame.Viewer, 1).GetOnAir().GetComment().GetText(); got != "2" {
		t.Errorf("when its edit is due the overlay is told %q", got)
	}
}
