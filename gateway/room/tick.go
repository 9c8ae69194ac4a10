package room

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"

	"github.com/ovation-live/ovation/gateway/frame"
)

// empty tells whether a tick would say nothing to an audience: it is not sent then, also so that viewers cannot tell from
// its coming that something waits for a moderator.
func (m *model) empty(c *changes, a frame.Audience) bool {
	if !c.commentChanges.empty(a) || len(c.gone) > 0 || c.hearts.any() || c.room || c.viewers[a] || c.status {
		return false
	}
	if a == frame.Moderator {
		return len(c.questions)+len(c.risen) == 0 && len(c.votes) == 0 && len(c.claims)+len(c.standings)+len(c.held)+len(c.reports)+len(c.blocs) == 0 && !c.modHidden && !c.overlays
	}
	for id := range c.questions {
		if q := m.questions[id]; q != nil && q.seen {
			return false
		}
	}
	for id := range c.votes {
		if q := m.questions[id]; q != nil && q.seen {
			return false
		}
	}
	return !c.notShown
}

func (m *model) cursor(a frame.Audience) *gatewayv1.Cursor {
	return &gatewayv1.Cursor{Epoch: m.epoch, Log: m.logOf(a), State: m.position.state}
}

// tick is what one audience is told of the changes.
func (m *model) tick(c *changes, a frame.Audience, atMs int64) *gatewayv1.Tick {
	t := &gatewayv1.Tick{Cursor: m.cursor(a), AtMs: atMs, Removed: c.removed, Gone: c.gone}
	m.tellHearts(c, t)
	if c.viewers[a] {
		t.Viewers = new(m.count(a))
	}
	hidden, hiddenChanged := &m.notShown, c.notShown
	if a == frame.Moderator {
		hidden, hiddenChanged = &m.modHidden, c.modHidden
	}
	t.Comments, t.Edited, t.Restored = commentsFor(c.shown[a]), commentsFor(c.edited[a]), commentsFor(c.restored[a])
	if c.pinned {
		t.Pinned = m.pinnedFor(a)
	}
	if c.onAir {
		t.OnAir = m.onAirFor()
	}
	if hiddenChanged {
		t.NotShown = hidden
	}
	for id := range c.questions {
		if q := m.questions[id]; q != nil && q.seen {
			t.Questions = append(t.Questions, q.forViewers())
		}
	}
	for id := range c.votes {
		if q := m.questions[id]; q != nil && (q.seen || a == frame.Moderator) && !c.questions[id] {
			t.Votes = append(t.Votes, q.votes())
		}
	}
	if c.room {
		t.Room = ForAudience(m.room)
	}
	if c.status {
		t.Status = &gatewayv1.Status{Degraded: m.degraded}
	}
	if a == frame.Moderator && (c.overlays || len(c.questions)+len(c.risen)+len(c.claims)+len(c.standings)+len(c.held)+len(c.reports)+len(c.blocs) > 0) {
		t.Moderation = m.moderationOf(c)
	}
	if a == frame.Moderator {
		m.tellPulse(c, t)
	}
	return t
}

// snapshotComments is how many comments a snapshot holds; stated in the proto.
const snapshotComments = 50

// snapshot is everything a newcomer of an audience needs.
func (m *model) snapshot(a frame.Audience, atMs int64) *gatewayv1.Snapshot {
	s := &gatewayv1.Snapshot{
		Cursor: m.cursor(a), Room: ForAudience(m.room), Hearts: make(map[string]uint64, len(m.hearts)), Viewers: m.count(a),
		NotShown: m.notShown, AtMs: atMs, Status: &gatewayv1.Status{Degraded: m.degraded},
	}
	for kind, total := range m.hearts {
		s.Hearts[kind] = total
	}
	s.Excluded, s.Milestone = maps.Clone(m.applause.excluded), m.applause.milestone
	if a == frame.Moderator {
		s.NotShown = m.modHidden
		s.Moderation = m.moderationNow()
		s.Moderation.Pulse, s.Moderation.Overlays = m.applause.pulse, new(m.overlays)
	}
	s.Comments = m.newest(a, snapshotComments)
	if m.pinned != nil {
		s.Pinned = m.pinnedFor(a)
	}
	s.OnAir = m.onAirFor()
	if a == frame.Moderator {
		return s // they have the questions with all that is known of each
	}
	open, answered := shown(m.ranked())
	for _, q := range slices.Concat(open, answered) {
		s.Questions = append(s.Questions, q.forViewers())
	}
	return s
}

func (e *entry) shownTo(a frame.Audience) bool {
	if a == frame.Moderator {
		return e.mods
	}
	return e.viewers
}

// What a returning client is sent in one frame; who missed more gets a snapshot.
const (
	// maxCatchUp is how many comments, removals and questions, and maxCatchUpBytes about what they may take in JSON. The questions
	// of a snapshot are told whatever they take.
	maxCatchUp      = 500
	maxCatchUpBytes = 128 << 10
	// idBytes is an id with what stands around it.
	idBytes = 35
)

// allowance is how much more may be told.
type allowance struct{ things, bytes int }

// take is false where there is no place for one thing more of that size.
func (l *allowance) take(bytes int) bool {
	l.things, l.bytes = l.things-1, l.bytes-bytes
	return !l.over()
}

func (l *allowance) over() bool { return l.things < 0 || l.bytes < 0 }

// since is the tick that brings a client from a cursor to the present; nil where that cannot be done whole.
func (m *model) since(cursor *gatewayv1.Cursor, a frame.Audience, atMs int64) *gatewayv1.Tick {
	if m.refuses(cursor, a) != "" {
		return nil
	}
	hidden := m.notShown
	if a == frame.Moderator {
		hidden = m.modHidden
	}
	t := &gatewayv1.Tick{
		Cursor: m.cursor(a), AtMs: atMs, Hearts: make(map[string]uint64, len(m.hearts)), Viewers: new(m.count(a)), NotShown: &hidden,
		Room: ForAudience(m.room), Status: &gatewayv1.Status{Degraded: m.degraded},
	}
	for kind, total := range m.hearts {
		t.Hearts[kind] = total
	}
	left := allowance{maxCatchUp, maxCatchUpBytes}
	m.commentsSince(cursor.GetLog(), a, t, &left)
	if left.over() {
		return nil
	}
	t.Pinned, t.OnAir = m.pinnedFor(a), m.onAirFor()
	m.heartsSince(cursor.GetLog(), t)
	for id, q := range m.questions {
		switch {
		case m.top[id]: // it may have risen by votes alone, and whoever was away never heard of it
			left.take(0)
			t.Questions = append(t.Questions, q.forViewers())
		case q.sequence <= cursor.GetState():
			if q.seen && q.tally != nil {
				t.Votes = append(t.Votes, q.votes())
			}
		case q.seen:
			if !left.take(q.size()) {
				return nil
			}
			t.Questions = append(t.Questions, q.forViewers())
		case q.doc.GetOpenedMs() > 0: // one that never opened is nobody's business
			left.bytes -= idBytes
			t.Gone = append(t.Gone, id)
		}
	}
	if a == frame.Moderator {
		t.Moderation = m.moderationSince(cursor.GetState())
		t.Moderation.Pulse, t.Moderation.Overlays = m.applause.pulse, new(m.overlays)
	}
	if left.over() || len(t.GetModeration().GetQuestions()) >= maxModeratorQuestions || len(t.GetModeration().GetPeople()) >= maxPeople ||
		proto.Size(t.GetModeration()) > maxModerationBytes {
		return nil
	}
	return t
}

// refuses is why a cursor cannot be honoured, whatever was missed since.
func (m *model) refuses(cursor *gatewayv1.Cursor, a frame.Audience) outcome {
	switch {
	case cursor.GetEpoch() != m.epoch:
		return otherEpoch
	case cursor.GetLog() < m.floor, a == frame.Moderator && cursor.GetState() < m.settle.floor:
		return tooOld
	}
	return ""
}
