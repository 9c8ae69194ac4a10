package room

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// holdMode is the word for whose comments wait for a moderator.
func holdMode(m eventv1.HoldMode) string {
	switch m {
	case eventv1.HoldMode_HOLD_MODE_FIRST:
		return "first"
	case eventv1.HoldMode_HOLD_MODE_ALL:
		return "everybody"
	}
	return "nobody"
}

// heldComment is a comment that waits for a moderator, or waited: decided ones stay, without their text, so that moderators
// who return are told.
type heldComment struct {
	doc      *eventv1.HeldComment
	sequence uint64
	text     string
}

func (h heldComment) waits() bool {
	return h.doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED
}

// comment is how it is shown to moderators and to its author.
func (h heldComment) comment() *gatewayv1.Comment {
	return CommentFor(&eventv1.Comment{
		Id: h.doc.GetId(), Author: h.doc.GetAuthor(), Text: h.text, PostedMs: h.doc.GetPostedMs(), StreamTimeMs: h.doc.GetStreamTimeMs(),
		Reply: h.doc.GetReply(), Place: h.doc.GetPlace(), EditedMs: h.doc.GetEditedMs(),
	})
}

// verdict is what an author is told.
type verdict struct {
	person string
	frame  *gatewayv1.Verdict
}

// heldChanges are a tick's among held comments.
type heldChanges struct {
	held     map[string]bool // by id
	verdicts []verdict
}

const heldPrefix = "h."

// takeHeld takes in that a comment is held, or was decided. It is false when its text has to be read first.
func (m *model) takeHeld(d follow.Document, c *changes) bool {
	id := strings.TrimPrefix(d.Key, heldPrefix)
	was, known := m.held[id]
	if known && d.Sequence <= was.sequence {
		return true
	}
	if d.Body == nil { // cleared away some time after it was decided, or with its room
		if known && was.waits() {
			c.heldChanged(id)
			gone := proto.CloneOf(was.doc)
			gone.State = eventv1.HeldState_HELD_STATE_REJECTED
			m.held[id] = heldComment{doc: gone, sequence: d.Sequence}
		}
		return true
	}
	doc := new(eventv1.HeldComment)
	if err := proto.Unmarshal(d.Body, doc); err != nil {
		m.log.Error("a held comment cannot be read; passing over it", "error", err)
		return true
	}
	h := heldComment{doc: doc, sequence: d.Sequence}
	if h.waits() {
		text, ok := m.texts[doc.GetTextSequence()]
		if !ok {
			c.need = append(c.need, doc.GetTextSequence())
			return false
		}
		h.text = text
	} else {
		delete(m.texts, doc.GetTextSequence())
	}
	if m.held == nil {
		m.held = make(map[string]heldComment)
	}
	m.held[id] = h
	if !known {
		if m.heldBy == nil {
			m.heldBy = make(map[string][]string)
		}
		m.heldBy[doc.GetAuthor().GetPerson()] = append(m.heldBy[doc.GetAuthor().GetPerson()], id)
	}
	c.heldChanged(id)
	// Of the first one its author knows from the ack, but for one that reports took away; of its own removal, too.
	taken := doc.GetReason() == eventv1.HoldReason_HOLD_REASON_REPORTS
	if (doc.GetRevision() > 1 || taken) && doc.GetDecidedBy().GetPerson() != doc.GetAuthor().GetPerson() {
		c.verdicts = append(c.verdicts, verdict{doc.GetAuthor().GetPerson(), &gatewayv1.Verdict{
			Comment: id, State: heldState(doc.GetState()), Reason: doc.GetAnswer(),
		}})
	}
	return true
}

// forgetHeld forgets one that was decided.
func (m *model) forgetHeld(id string) {
	author := m.held[id].doc.GetAuthor().GetPerson()
	delete(m.held, id)
	left := slices.DeleteFunc(m.heldBy[author], func(other string) bool { return other == id })
	if m.heldBy[author] = left; len(left) == 0 {
		delete(m.heldBy, author)
	}
}

func (c *heldChanges) heldChanged(id string) {
	if c.held == nil {
		c.held = make(map[string]bool)
	}
	c.held[id] = true
}

func heldState(s eventv1.HeldState) string {
	switch s {
	case eventv1.HeldState_HELD_STATE_RELEASED:
		return "released"
	case eventv1.HeldState_HELD_STATE_REJECTED:
		return "rejected"
	}
	return "held"
}

// maxHeld bounds the held comments that every moderator knows, and heldBytes about what they take in JSON.
const (
	maxHeld   = 200
	heldBytes = 96 << 10
)

// rankHeld says which held comments every moderator knows: the oldest of those that wait, as many as fit. One that comes to be
// among them because older ones were decided is told like a new one: who decides sees the next.
func (m *model) rankHeld(c *changes) {
	if len(c.held) == 0 {
		return
	}
	var waiting []string
	for id, h := range m.held {
		if h.waits() {
			waiting = append(waiting, id)
		}
	}
	m.byPosting(waiting)
	top, _ := within(waiting, maxHeld, heldBytes, func(id string) int { return m.held[id].size() })
	m.heldTop = risen(top, m.heldTop, c.held, func(id string) uint64 { return m.held[id].sequence })
}

// byPosting sorts held comments, the oldest first.
func (m *model) byPosting(ids []string) {
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.held[a].doc.GetPostedMs(), m.held[b].doc.GetPostedMs()), strings.Compare(a, b))
	})
}

// size is about what a held comment takes in JSON, and never less. The number is names of fields with ids and times.
func (h heldComment) size() int {
	return 470 + escaped(h.text) + escaped(h.doc.GetAuthor().GetName()) + escaped(h.doc.GetReply().GetName()) + escaped(h.doc.GetDetail())
}

// heldFor adds to what moderators receive the held comments that are wanted, oldest first: of those that wait the ones that every
// moderator knows, and of decided ones the ids.
func (m *model) heldFor(mod *gatewayv1.Moderation, wanted func(string, heldComment) bool) *gatewayv1.Moderation {
	var list []string
	for id, h := range m.held {
		_, known := m.heldTop[id]
		switch {
		case h.waits():
			mod.HeldTotal++
			if known && wanted(id, h) {
				list = append(list, id)
			}
		case wanted(id, h):
			mod.HeldGone = append(mod.HeldGone, id)
		}
	}
	slices.Sort(mod.GetHeldGone())
	m.byPosting(list)
	for _, id := range list {
		h := m.held[id]
		mod.Held = append(mod.Held, &gatewayv1.HeldComment{
			Comment: h.comment(), Why: word(h.doc.GetReason().String(), "HOLD_REASON_"), Detail: h.doc.GetDetail(),
			OutOfSight: m.outOfSight(h.doc.GetAuthor()),
		})
	}
	return mod
}

// tellVerdicts tells authors what became of their held comments.
func (r *Room) tellVerdicts(verdicts []verdict) {
	if len(verdicts) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, seat := range r.sessions {
		for _, v := range verdicts {
			if v.person != seat.Person {
				continue
			}
			if f := r.encode(seat.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Verdict{Verdict: v.frame}}); f != nil {
				seat.Member.Send(f)
			}
		}
	}
}
