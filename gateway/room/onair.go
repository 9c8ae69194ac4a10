package room

import (
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// airKey is the key, below the room, of the document of what is on air.
const airKey = "air"

// onAir is what moderators chose for the overlay. Like a pin it names a comment whose text stands in the log.
type onAir struct {
	doc     *eventv1.OnAir
	comment *eventv1.Comment // once it is here
}

// takeOnAir follows the document.
func (m *model) takeOnAir(d follow.Document, c *changes) {
	if d.Key != airKey || d.Body == nil { // it is only removed with its room
		return
	}
	doc := new(eventv1.OnAir)
	if err := proto.Unmarshal(d.Body, doc); err != nil {
		m.log.Error("what is on air cannot be read; passing over it", "error", err)
		return
	}
	m.air, c.onAir = onAir{doc: doc}, true
	if e := m.holding(doc.GetComment()); e != nil {
		m.air.comment = e.comment
	} else if doc.GetComment() != "" && !m.removed[doc.GetComment()] {
		c.needAir = doc.GetSequence()
	}
}

// takeAired takes an entry that was read for the overlay, unless the comment was removed meanwhile.
func (m *model) takeAired(r bus.Record, c *changes) {
	id := m.air.doc.GetComment()
	if r.Sequence != m.air.doc.GetSequence() || m.air.comment != nil || m.removed[id] {
		return
	}
	if comment := commentIn(r, id, m.log); comment != nil {
		m.air.comment, c.onAir = comment, true
	}
}

// reair shows the comment on air as it stands now.
func (m *model) reair(comment *eventv1.Comment, c *changes) {
	if id := m.air.doc.GetComment(); id != "" && id == comment.GetId() {
		m.air.comment, c.onAir = comment, true
	}
}

// unair takes a removed comment off the air.
func (m *model) unair(id string, c *changes) {
	if m.air.comment.GetId() == id {
		m.air.comment, c.onAir = nil, true
	}
}

// onAirFor is what everybody is told of it; nil where nothing was ever chosen. Like a pin, a comment on air is shown at once;
// an edit of it waits for its preview delay.
func (m *model) onAirFor() *gatewayv1.OnAir {
	if m.air.doc == nil {
		return nil
	}
	out := &gatewayv1.OnAir{Question: m.air.doc.GetQuestion(), AtMs: m.air.doc.GetAtMs()}
	if c := m.air.comment; c != nil && !c.GetShadow() {
		out.Comment = CommentFor(m.due(c))
	}
	return out
}

// ForAir is what viewers see of a comment or question that a moderator wants on air, with the comment's place in the log;
// ok is false where they see none. Without either it is the empty air.
func (r *Room) ForAir(comment, question string) (shown *gatewayv1.OnAir, sequence uint64, ok bool) {
	type answer struct {
		shown    *gatewayv1.OnAir
		sequence uint64
		ok       bool
	}
	a, _ := ask(r, func() answer {
		a := answer{shown: &gatewayv1.OnAir{Question: question}, ok: true}
		if comment != "" {
			e := r.model.holding(comment)
			if a.ok = e != nil && e.viewers && !e.comment.GetShadow(); a.ok {
				a.shown.Comment, a.sequence = CommentFor(r.model.due(e.comment)), r.model.comments[comment]
			}
		}
		if question != "" {
			q := r.model.questions[question]
			a.ok = q != nil && q.seen
		}
		return a
	})
	return a.shown, a.sequence, a.ok
}
