package room

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

const (
	// maxModeratorQuestions is how many changed questions one frame of a moderator's holds.
	maxModeratorQuestions = 500
	// maxModerationBytes is what a catch-up may have for moderators alone, in protobuf.
	maxModerationBytes = 256 << 10
)

// claim is who is at work on a question; by is empty once it has ended, which is kept so that whoever returns is told.
type claim struct {
	doc      *eventv1.Claim
	sequence uint64
}

const claimPrefix = "claim."

// takeClaim takes in that a claim was taken, renewed or has ended.
func (m *model) takeClaim(d follow.Document, c *changes) {
	id, ok := strings.CutPrefix(d.Key, claimPrefix)
	if !ok || d.Sequence <= m.claims[id].sequence {
		return
	}
	doc := &eventv1.Claim{Question: id}
	if d.Body != nil {
		if err := proto.Unmarshal(d.Body, doc); err != nil {
			m.log.Error("a claim cannot be read; passing over it", "error", err)
			return
		}
	}
	m.claims[id] = claim{doc, d.Sequence}
	c.claims = append(c.claims, id)
}

func (c claim) forModerators() *gatewayv1.Claim {
	return &gatewayv1.Claim{
		Question: c.doc.GetQuestion(), Person: c.doc.GetBy().GetPerson(), Name: c.doc.GetBy().GetName(), UntilMs: c.doc.GetUntilMs(),
	}
}

// moderation is what only moderators receive: some questions; of the claims those that are told; and how many questions
// there are.
func (m *model) moderation(list []*question, told func(claim) bool) *gatewayv1.Moderation {
	mod := &gatewayv1.Moderation{Counts: new(gatewayv1.QuestionCounts)}
	for _, q := range m.questions {
		count(mod.Counts, q.doc.GetState())
	}
	mod.Pending = uint64(mod.GetCounts().GetPending())
	for _, q := range list {
		mod.Questions = append(mod.Questions, q.forModerators())
	}
	for _, c := range m.claims {
		if told(c) {
			mod.Claims = append(mod.Claims, c.forModerators())
		}
	}
	slices.SortFunc(mod.GetClaims(), func(a, b *gatewayv1.Claim) int { return strings.Compare(a.GetQuestion(), b.GetQuestion()) })
	return mod
}

// changed are questions that changed, the waiting ones first, then the last changed.
func (m *model) changed(wanted func(*question) bool) []*question {
	list := m.those(wanted, func(a, b *question) int {
		if a.waits() && b.waits() {
			return byAge(a, b)
		}
		return cmp.Or(cmp.Compare(waitsFirst(a), waitsFirst(b)), lastChanged(a, b))
	})
	return list[:min(len(list), maxModeratorQuestions)]
}

func (q *question) waits() bool {
	return q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_PENDING
}

func waitsFirst(q *question) int {
	if q.waits() {
		return 0
	}
	return 1
}

func count(n *gatewayv1.QuestionCounts, s eventv1.QuestionState) {
	switch s {
	case eventv1.QuestionState_QUESTION_STATE_PENDING:
		n.Pending++
	case eventv1.QuestionState_QUESTION_STATE_OPEN:
		n.Open++
	case eventv1.QuestionState_QUESTION_STATE_ANSWERING:
		n.Answering++
	case eventv1.QuestionState_QUESTION_STATE_ANSWERED:
		n.Answered++
	case eventv1.QuestionState_QUESTION_STATE_REJECTED:
		n.Rejected++
	case eventv1.QuestionState_QUESTION_STATE_ARCHIVED:
		n.Archived++
	case eventv1.QuestionState_QUESTION_STATE_WITHDRAWN:
		n.Withdrawn++
	case eventv1.QuestionState_QUESTION_STATE_MERGED:
		n.Merged++
	}
}

// moderationNow is what a moderator who comes is sent: the heads of the lists, and every claim that stands.
func (m *model) moderationNow() *gatewayv1.Moderation {
	mod := m.moderation(m.heads(), func(c claim) bool { return c.doc.GetBy() != nil })
	now := time.Now()
	m.heldFor(mod, func(_ string, h heldComment) bool { return h.waits() })
	m.reportsFor(mod, func(_ string, r reported) bool { return r.waits() })
	m.blocsFor(mod, m.allBlocs(), false)
	return m.peopleFor(mod, func(s standing) bool { return s.stands(now) }, peopleBytes)
}

// moderationSince is what changed above a position, and what may have risen by votes alone, which change no document.
func (m *model) moderationSince(position uint64) *gatewayv1.Moderation {
	mod := m.moderation(m.changed(func(q *question) bool { return q.sequence > position || m.modsTop[q.doc.GetId()] }), func(c claim) bool { return c.sequence > position })
	m.heldFor(mod, func(id string, h heldComment) bool {
		return h.sequence > position || m.heldTop[id] > position || h.waits() && m.people[h.doc.GetAuthor().GetPerson()].sequence > position
	})
	m.reportsFor(mod, func(id string, r reported) bool { return r.sequence > position || m.reportTop[id] > position })
	m.blocsFor(mod, m.allBlocs(), true)
	return m.peopleFor(mod, func(s standing) bool { return s.sequence > position }, math.MaxInt)
}

// moderationOf is what changed in a tick.
func (m *model) moderationOf(c *changes) *gatewayv1.Moderation {
	mod := m.moderation(m.changed(func(q *question) bool { return c.questions[q.doc.GetId()] || c.risen[q.doc.GetId()] }),
		func(held claim) bool { return slices.Contains(c.claims, held.doc.GetQuestion()) })
	m.heldFor(mod, func(id string, _ heldComment) bool { return c.held[id] })
	m.reportsFor(mod, func(id string, _ reported) bool { return c.reports[id] })
	m.blocsFor(mod, c.blocs, true)
	if c.overlays {
		mod.Overlays = new(m.overlays)
	}
	return m.peopleFor(mod, func(s standing) bool { return c.standings[s.doc.GetPerson()] != nil }, math.MaxInt)
}
