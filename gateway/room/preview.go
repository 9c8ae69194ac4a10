package room

import (
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// A preview delay shows moderators at once what viewers see some seconds later: comments, edits and what is back after a
// removal. Removals are not delayed, so that what a moderator takes away in between is never sent to a viewer. Viewers have
// a position in the log of their own, behind which their cursors stay, so that whoever comes back is told what was not yet
// due when they left. Without a delay it is where moderators are.

// delay is how much later viewers are told, in milliseconds.
func (m *model) delay() int64 { return int64(m.room.GetSettings().GetPreviewDelayMs()) }

// early tells whether viewers have to wait for an entry. Without a delay none do, whatever the clocks say.
func (m *model) early(e *entry) bool {
	d := m.delay()
	return d > 0 && e.stored+d > m.now().UnixMilli()
}

// unaired is the index of the first entry that viewers have yet to be told of.
func (m *model) unaired() int { return m.behind(m.aired) }

// airDue tells viewers of the entries that are old enough, in the log's order.
func (m *model) airDue(version uint64, c *changes) {
	for i := m.unaired(); i < len(m.entries); i++ {
		e := &m.entries[i]
		if m.early(e) {
			m.aired = e.sequence - 1
			m.airs = time.UnixMilli(e.stored + m.delay())
			return
		}
		m.aired = e.sequence
		m.airOne(e, version, c)
	}
	m.aired, m.airs = max(m.aired, m.position.log), time.Time{}
}

func (m *model) airOne(e *entry, version uint64, c *changes) {
	list := &c.shown[frame.Viewer]
	switch e.kind {
	case posting:
		if e.viewers {
			m.shown++
		}
		if e.over {
			m.notShown++
			c.notShown = true
		}
	case removal:
		return // told when it came
	case restoration:
		list = &c.restored[frame.Viewer]
	case lateEdit:
		e.viewed, list = nil, &c.edited[frame.Viewer]
		m.repinned(e.comment, c)
	case edit:
		if m.comments[e.about] != e.sequence { // a newer text waits, or it was removed
			return
		}
		if e = m.holding(e.about); e == nil {
			return
		}
		e.viewed, list = nil, &c.edited[frame.Viewer]
		m.repinned(e.comment, c)
		if c.replace(frame.Viewer, e.comment) {
			return
		}
	}
	if told := m.seen(e, frame.Viewer); told != nil {
		e.version = version
		*list = append(*list, told)
	}
}

// repinned has the pin, and what is on air, told anew, when viewers are due the text that moderators saw before.
func (m *model) repinned(comment *eventv1.Comment, c *changes) {
	if comment == nil {
		return
	}
	c.pinned = c.pinned || m.pinned.GetId() == comment.GetId()
	c.onAir = c.onAir || m.air.comment.GetId() == comment.GetId()
}

// due is the text of a pinned comment, or one on air, as viewers may see it: an edit waits for its preview delay.
func (m *model) due(comment *eventv1.Comment) *eventv1.Comment {
	if e := m.holding(comment.GetId()); e != nil && e.viewed != nil {
		return e.viewed
	}
	return comment
}

// seen is the comment of an entry as an audience sees it now; nil where it sees none.
func (m *model) seen(e *entry, a frame.Audience) *eventv1.Comment {
	switch {
	case e.comment == nil || !e.shownTo(a) || a == frame.Viewer && e.sequence > m.aired:
		return nil
	case a == frame.Viewer && e.viewed != nil:
		return e.viewed
	}
	return e.comment
}

// logOf is up to where an audience was told of the log.
func (m *model) logOf(a frame.Audience) uint64 {
	if a == frame.Viewer {
		return m.aired
	}
	return m.position.log
}
