package room

import (
	"cmp"
	"slices"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Moderators work with three lists. A snapshot has the head of each, so that joining a room of thousands of questions stays
// cheap; they ask for the rest page by page, and every change to any question reaches them with the ticks.
const (
	// moderatorBytes is what all questions of a moderator's snapshot may take in JSON. The settled ones may take
	// settledBytes of it, the open ones modTopBytes, and what those two leave belongs to the ones that wait.
	moderatorBytes = 46 << 10
	modTopBytes    = 22 << 10
	settledBytes   = 6 << 10
	maxPending     = 500
	maxSettled     = 20
	// What a page may hold.
	pageQuestions = 100
	pageBytes     = 46 << 10
)

// listPending are the questions that wait, the oldest first.
func (m *model) listPending() []*question {
	return m.those((*question).waits, byAge)
}

// listOpen are the questions that can be voted for, in the order of the audience.
func (m *model) listOpen() []*question {
	return m.those(func(q *question) bool {
		return q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_OPEN || q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_ANSWERING
	}, m.byRank)
}

// listSettled are the questions that are done with and can be brought back, the last changed first.
func (m *model) listSettled() []*question {
	return m.those(func(q *question) bool {
		switch q.doc.GetState() {
		case eventv1.QuestionState_QUESTION_STATE_ANSWERED, eventv1.QuestionState_QUESTION_STATE_REJECTED,
			eventv1.QuestionState_QUESTION_STATE_ARCHIVED, eventv1.QuestionState_QUESTION_STATE_MERGED:
			return true
		}
		return false
	}, lastChanged)
}

func lastChanged(a, b *question) int { return cmp.Compare(b.sequence, a.sequence) }

func (m *model) those(wanted func(*question) bool, by func(a, b *question) int) (list []*question) {
	for _, q := range m.questions {
		if wanted(q) {
			list = append(list, q)
		}
	}
	slices.SortFunc(list, by)
	return list
}

// heads is what a moderator's snapshot holds of the three lists.
func (m *model) heads() []*question {
	top := modTop(m.listOpen())
	settled, left := within(m.listSettled(), maxSettled, settledBytes, (*question).moderatorSize)
	left += moderatorBytes - settledBytes
	for _, q := range top {
		left -= q.moderatorSize()
	}
	waiting, _ := within(m.listPending(), maxPending, left, (*question).moderatorSize)
	return slices.Concat(waiting, top, settled)
}

// modTop are those of the open questions that every moderator is kept exact about.
func modTop(open []*question) []*question {
	top, _ := within(open, topQuestions, modTopBytes, (*question).moderatorSize)
	return top
}

// page is the part of a list behind a question, wherever that one is by now, and whether the list goes on.
func (m *model) page(list, after string) (*gatewayv1.QuestionPage, error) {
	var all []*question
	var by func(a, b *question) int
	switch list {
	case "pending":
		all, by = m.listPending(), byAge
	case "open":
		all, by = m.listOpen(), m.byRank
	case "settled":
		all, by = m.listSettled(), lastChanged
	default:
		return nil, fault.New(fault.FieldInvalid, "there are the lists pending, open and settled").On("list")
	}
	if last := m.questions[after]; last != nil {
		at, found := slices.BinarySearchFunc(all, last, by)
		if found {
			at++
		}
		all = all[at:]
	}
	head, _ := within(all, pageQuestions, pageBytes, (*question).moderatorSize)
	page := &gatewayv1.QuestionPage{More: len(head) < len(all)}
	for _, q := range head {
		page.Questions = append(page.Questions, q.forModerators())
	}
	return page, nil
}

// Questions is a page of one of the moderators' lists.
func (r *Room) Questions(list, after string) (*gatewayv1.QuestionPage, error) {
	type result struct {
		page *gatewayv1.QuestionPage
		err  error
	}
	answer, ok := ask(r, func() result {
		page, err := r.model.page(list, after)
		return result{page, err}
	})
	if !ok {
		return nil, follow.RoomNotFound(r.id)
	}
	return answer.page, answer.err
}

// moderatorSize is about what a question takes in JSON for moderators, and never less. The numbers are names of fields with
// ids, times and numbers.
func (q *question) moderatorSize() int {
	n := q.size() + 120 + escaped(q.doc.GetAuthor().GetName())
	if q.doc.GetOpenedMs() == 0 { // without votes and most times
		n -= 200
	}
	if q.doc.GetUndo() != nil {
		n += 80
	}
	if q.doc.GetMergedInto() != "" {
		n += 45
	}
	if q.original != "" {
		n += 20 + escaped(q.original)
	}
	if reason := q.doc.GetReason(); reason != "" {
		n += 15 + escaped(reason)
	}
	if q.doc.GetHoldReason() != 0 {
		n += 35 + escaped(q.doc.GetHoldDetail())
	}
	return n
}
