package room

import (
	"cmp"
	"context"
	"slices"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// entry is one log entry in memory.
type entry struct {
	sequence uint64
	stored   int64            // when, by the store, in milliseconds
	version  uint64           // newest tick that carried its comment, in any of its texts
	comment  *eventv1.Comment // as it stands now; nil once it was removed, and for entries that hold none
	viewed   *eventv1.Comment // as viewers still see it, while a newer text waits for its preview delay; else nil
	kind     entryKind
	about    string // id of the comment that it is about
	viewers  bool   // shown to viewers
	mods     bool   // shown to moderators
	over     bool   // above the viewers' display budget
}

type entryKind uint8

const (
	posting     entryKind = iota
	removal               // of a comment
	edit                  // of a comment that stands in an entry before
	lateEdit              // of one that does not: it was erased before this gateway opened the room
	restoration           // of a removed comment
)

// commentChanges is what a tick tells of comments. A comment stands in one of the first lists only.
type commentChanges struct {
	shown    [2][]*eventv1.Comment // new ones, by audience
	edited   [2][]*eventv1.Comment
	restored [2][]*eventv1.Comment
	removed  []string
	forget   uint64 // the newest tick that holds what is removed in this one
	pinned   bool
	needPin  uint64 // entry of the log to read for the pin
	onAir    bool
	needAir  uint64 // entry of the log to read for the overlay
	links    []trace.Link
}

func (c *commentChanges) empty(a frame.Audience) bool {
	return len(c.shown[a]) == 0 && len(c.edited[a]) == 0 && len(c.restored[a]) == 0 && len(c.removed) == 0 && !c.pinned && !c.onAir
}

// lists are all that hold comments.
func (c *commentChanges) lists() []*[]*eventv1.Comment {
	return []*[]*eventv1.Comment{&c.shown[0], &c.shown[1], &c.edited[0], &c.edited[1], &c.restored[0], &c.restored[1]}
}

func (m *model) takeRecord(r bus.Record, version uint64, c *changes) {
	if r.Sequence <= m.position.log {
		return
	}
	m.position.log = r.Sequence
	e := new(eventv1.LogEntry)
	if err := proto.Unmarshal(r.Body, e); err != nil {
		m.log.Error("a log entry cannot be read; passing over it", "error", err)
		return
	}
	n := entry{sequence: r.Sequence, version: version, stored: r.Time.UnixMilli()}
	switch body := e.GetBody().(type) {
	case *eventv1.LogEntry_Comment:
		m.takeComment(r, n, body.Comment, c)
	case *eventv1.LogEntry_Removal:
		n.kind, n.about = removal, body.Removal.GetComment()
		m.remove(n.about, c)
		m.entries = append(m.entries, n)
	case *eventv1.LogEntry_Milestone:
		m.takeMilestone(r.Sequence, body.Milestone, c)
	case *eventv1.LogEntry_Edit:
		m.takeEdit(n, body.Edit.GetComment(), c)
	case *eventv1.LogEntry_Restoration:
		m.takeRestoration(n, body.Restoration.GetComment(), c)
	}
}

func (m *model) takeComment(r bus.Record, n entry, comment *eventv1.Comment, c *changes) {
	if _, again := m.comments[comment.GetId()]; again {
		return
	}
	comment.Place = r.Sequence
	n.comment, n.about = comment, comment.GetId()
	n.viewers, n.mods = !comment.GetShadow() && m.display.show(comment, r.Time), m.modView.show(comment, r.Time)
	n.over = !n.viewers && !comment.GetShadow() // of one that is out of sight nobody is told that it was left out
	if n.mods {
		c.shown[frame.Moderator] = append(c.shown[frame.Moderator], comment)
	} else {
		m.modHidden++
		c.modHidden = true
	}
	m.comments[comment.GetId()], m.holders[comment.GetId()] = r.Sequence, r.Sequence
	m.entries = append(m.entries, n)
	if sc := trace.SpanContextFromContext(r.TraceContext(context.Background())); sc.IsSampled() {
		c.links = append(c.commentChanges.links, trace.Link{SpanContext: sc})
	}
}

// takeEdit puts the new text in the place of the old one, in what is kept and in what is about to be told. Frames that
// hold the old one are still sent to those behind, because the edit follows in the same write: to make them unsendable
// would cost everybody behind a snapshot at each edit. An edit that was stored just after a removal of its comment changes nothing.
func (m *model) takeEdit(n entry, comment *eventv1.Comment, c *changes) {
	n.about = comment.GetId()
	if m.removed[n.about] {
		return
	}
	m.comments[n.about] = n.sequence
	was := []*eventv1.Comment{m.pinned, m.air.comment}
	m.repin(comment, c)
	m.reair(comment, c)
	if e := m.holding(n.about); e != nil {
		if e.viewed == nil && m.early(&n) {
			e.viewed = e.comment
		}
		e.comment, e.version = comment, n.version
		n.kind = edit
		m.entries = append(m.entries, n)
		if e.mods && !c.replace(frame.Moderator, comment) {
			c.edited[frame.Moderator] = append(c.edited[frame.Moderator], comment)
		}
		return
	}
	n.kind, n.comment, n.viewers, n.mods = lateEdit, comment, !comment.GetShadow(), true
	for _, shown := range was { // beside the edit nothing but what a moderator shows is left of it
		if shown.GetId() == n.about && m.early(&n) {
			n.viewed = shown
		}
	}
	m.holders[n.about] = n.sequence
	m.entries = append(m.entries, n)
	c.edited[frame.Moderator] = append(c.edited[frame.Moderator], comment)
}

func (m *model) takeRestoration(n entry, comment *eventv1.Comment, c *changes) {
	if m.holding(comment.GetId()) != nil {
		return
	}
	n.kind, n.comment, n.about, n.viewers, n.mods = restoration, comment, comment.GetId(), !comment.GetShadow(), true
	delete(m.removed, n.about)
	m.comments[n.about], m.holders[n.about] = n.sequence, n.sequence
	m.entries = append(m.entries, n)
	c.restored[frame.Moderator] = append(c.restored[frame.Moderator], comment)
	m.repin(comment, c)
	m.reair(comment, c)
}

// holding is the entry that holds a comment.
func (m *model) holding(id string) *entry {
	sequence, known := m.holders[id]
	if !known {
		return nil
	}
	if i := m.behind(sequence - 1); i < len(m.entries) && m.entries[i].sequence == sequence && m.entries[i].comment != nil {
		return &m.entries[i]
	}
	return nil
}

// behind is the index of the first entry behind a position of the log.
func (m *model) behind(position uint64) int {
	i, _ := slices.BinarySearchFunc(m.entries, position, func(e entry, position uint64) int {
		if e.sequence <= position {
			return -1
		}
		return 1
	})
	return i
}

// replace puts a comment in the place of its former self in what is yet to be told to an audience; false where that tells
// of it nowhere.
func (c *commentChanges) replace(a frame.Audience, comment *eventv1.Comment) (told bool) {
	for _, list := range []*[]*eventv1.Comment{&c.shown[a], &c.edited[a], &c.restored[a]} {
		for i, known := range *list {
			if known.GetId() == comment.GetId() {
				(*list)[i], told = comment, true
			}
		}
	}
	return told
}

// remove drops a comment from everything that could still be sent.
func (m *model) remove(id string, c *changes) {
	delete(m.comments, id)
	delete(m.holders, id)
	m.removed[id] = true
	for i := range m.entries {
		if e := &m.entries[i]; e.comment.GetId() == id {
			c.forget = max(c.forget, e.version)
			e.comment, e.viewed = nil, nil
		}
	}
	for _, list := range c.lists() {
		*list = slices.DeleteFunc(*list, func(known *eventv1.Comment) bool { return known.GetId() == id })
	}
	c.removed = append(c.removed, id)
	if m.pinned.GetId() == id {
		m.pinned, c.pinned = nil, true
	}
	m.unair(id, c)
}

// trim keeps the newest entries, and those that viewers have yet to be told of.
func (m *model) trim() {
	extra := min(len(m.entries)-keepEntries, m.unaired())
	if extra <= keepEntries/4 { // in larger steps: copying is not free
		return
	}
	for _, e := range m.entries[:extra] {
		switch {
		case e.comment != nil:
			delete(m.comments, e.about)
			delete(m.holders, e.about)
		case e.kind == removal: // an edit that could still come was stored in the same moment
			delete(m.removed, e.about)
		}
		m.floor = e.sequence
	}
	m.entries = append(m.entries[:0:0], m.entries[extra:]...)
}

// newest are the last comments of an audience, in the order of their places: what was edited or restored may stand in an
// entry after its own.
func (m *model) newest(a frame.Audience, most int) (list []*gatewayv1.Comment) {
	var all []*eventv1.Comment
	for i := range m.entries {
		if c := m.seen(&m.entries[i], a); c != nil {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *eventv1.Comment) int { return cmp.Compare(a.GetPlace(), b.GetPlace()) })
	for _, comment := range all[max(0, len(all)-most):] {
		list = append(list, CommentFor(comment))
	}
	return list
}

// commentsSince puts into a tick what happened to comments after a position of the log, as far as it is allowed.
func (m *model) commentsSince(log uint64, a frame.Audience, t *gatewayv1.Tick, left *allowance) {
	changed := make(map[string]bool)
	tell := func(list *[]*gatewayv1.Comment, c *eventv1.Comment) {
		if left.take(commentSize(c)) {
			*list = append(*list, CommentFor(c))
		}
	}
	for i := m.behind(log); i < len(m.entries) && !left.over(); i++ {
		e := &m.entries[i]
		switch {
		case e.kind == removal:
			if left.take(idBytes) {
				t.Removed = append(t.Removed, e.about)
			}
		case a == frame.Viewer && e.sequence > m.aired: // but for removals viewers are told later
		case e.kind == edit:
			held := m.holding(e.about)
			if held == nil || held.sequence > log || changed[e.about] {
				continue
			}
			if c := m.seen(held, a); c != nil {
				changed[e.about] = true
				tell(&t.Edited, c)
			}
		default:
			switch c := m.seen(e, a); {
			case c == nil:
			case e.kind == restoration:
				tell(&t.Restored, c)
			case e.kind == lateEdit && c.GetPlace() <= log:
				tell(&t.Edited, c)
			default:
				tell(&t.Comments, c)
			}
		}
	}
}

// commentSize is about what a comment takes in JSON, and never less. The number is names of fields with ids and times.
func commentSize(c *eventv1.Comment) int {
	return 380 + escaped(c.GetText()) + escaped(c.GetAuthor().GetName()) + escaped(c.GetReply().GetName())
}
