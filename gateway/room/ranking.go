package room

import (
	"cmp"
	"slices"
	"strings"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// topQuestions is the most open questions that every client is kept exact about; fewer where their texts are long
	// (openBytes). Whatever its number of questions, a room costs its audience this much.
	topQuestions = 50
	// answeredQuestions is how many answered ones a newcomer is sent.
	answeredQuestions = 20
	// votesPerTick is how many tallies below the top go into one tick; the others wait for the next.
	votesPerTick = 100
	// Bytes of texts and answers in a snapshot: questions of the longest kind are fewer then, so that joining stays cheap.
	openBytes     = 24 << 10
	answeredBytes = 8 << 10
)

func rankingWord(r eventv1.QuestionRanking) string {
	switch r {
	case eventv1.QuestionRanking_QUESTION_RANKING_NEWEST:
		return "newest"
	case eventv1.QuestionRanking_QUESTION_RANKING_HOSTS:
		return "hosts"
	}
	return "votes"
}

// ranked gives the questions that the audience sees: answering, Next, then in the room's order; and the answered, newest
// first. Ties are broken by age and id, so that every gateway and client has one order.
func (m *model) ranked() (open, answered []*question) {
	for _, q := range m.questions {
		switch {
		case !q.seen:
		case q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_ANSWERED:
			answered = append(answered, q)
		default:
			open = append(open, q)
		}
	}
	slices.SortFunc(open, m.byRank)
	slices.SortFunc(answered, func(a, b *question) int {
		return cmp.Or(cmp.Compare(b.doc.GetAnsweredMs(), a.doc.GetAnsweredMs()), byAge(a, b))
	})
	return open, answered
}

// byRank compares two open questions by the room's ranking.
func (m *model) byRank(a, b *question) int {
	s := m.room.GetSettings()
	votes := func(q *question) uint64 {
		if s.GetIgnoreGuestVotes() {
			return q.tally.GetVotes() - min(q.tally.GetVotes(), q.tally.GetGuests())
		}
		return q.tally.GetVotes()
	}
	by := cmp.Compare(stage(a), stage(b))
	switch s.GetQuestionRanking() {
	case eventv1.QuestionRanking_QUESTION_RANKING_NEWEST:
		by = cmp.Or(by, cmp.Compare(b.doc.GetOpenedMs(), a.doc.GetOpenedMs()))
	case eventv1.QuestionRanking_QUESTION_RANKING_HOSTS:
		by = cmp.Or(by, byPlace(a.doc.GetPlace(), b.doc.GetPlace()), cmp.Compare(votes(b), votes(a)))
	default:
		by = cmp.Or(by, cmp.Compare(votes(b), votes(a)))
	}
	return cmp.Or(by, byAge(a, b))
}

// stage puts what is answered now first, and then what is next.
func stage(q *question) int {
	switch {
	case q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_ANSWERING:
		return 0
	case q.doc.GetNext():
		return 1
	}
	return 2
}

// byPlace puts questions without a place of their own behind those that have one.
func byPlace(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(len(b), len(a))
	}
	return strings.Compare(a, b)
}

func byAge(a, b *question) int {
	return cmp.Or(cmp.Compare(a.doc.GetAskedMs(), b.doc.GetAskedMs()), cmp.Compare(a.doc.GetId(), b.doc.GetId()))
}

// rank decides what a tick says of questions. A client has what its snapshot held and what came since, so a question that
// rises into the top is told whole: whoever joined before may never have heard of it. Tallies of the top are told at
// once; of the others at most votesPerTick, the highest first, and the rest is owed to the next tick: totals lose nothing.
func (m *model) rank(c *changes) {
	for id := range m.owed {
		c.votes[id] = true
	}
	clear(m.owed)
	if len(c.questions)+len(c.votes)+len(c.gone) == 0 && !c.room {
		return
	}
	open, _ := m.ranked()
	told := within(open, topQuestions, openBytes) // as a snapshot has them: what it leaves out, no newcomer knows
	top := make(map[string]bool, topQuestions)
	for _, q := range told {
		id := q.doc.GetId()
		top[id] = true
		if !m.top[id] {
			c.questions[id] = true
		}
	}
	m.top = top
	rest := 0
	for _, q := range open[len(told):] {
		id := q.doc.GetId()
		if !c.votes[id] || c.questions[id] {
			continue
		}
		if rest++; rest > votesPerTick {
			delete(c.votes, id)
			m.owed[id] = true
		}
	}
}

// within is the head of a list, at most so many and as long as their texts fit; the first always does.
func within(list []*question, most, bytes int) []*question {
	for i, q := range list[:min(len(list), most)] {
		if bytes -= len(q.text) + len(q.answer); bytes < 0 && i > 0 {
			return list[:i]
		}
	}
	return list[:min(len(list), most)]
}
