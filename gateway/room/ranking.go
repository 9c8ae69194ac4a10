package room

import (
	"cmp"
	"slices"
	"strings"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// topQuestions is the most open questions that every client is kept exact about; fewer where their texts are long
	// (questionsBytes). Whatever its number of questions, a room costs its audience this much.
	topQuestions = 50
	// answeredQuestions is how many answered ones a newcomer is sent.
	answeredQuestions = 20
	// votesPerTick is how many tallies below the top go into one tick; the others wait for the next.
	votesPerTick = 100
	// questionsBytes is what all questions of a snapshot may take in JSON, and answeredBytes what the answered among them
	// may: where texts or names are of the longest kind they are fewer, so that joining stays cheap. Stated in
	// the proto.
	questionsBytes = 46 << 10
	answeredBytes  = 11 << 10
	// frameBytes is what a question takes in JSON beside its words: names of fields, ids, times and numbers.
	frameBytes = 420
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
	open, answered := m.ranked()
	told, _ := shown(open, answered) // as a snapshot has them: what it leaves out, no newcomer knows
	top := make(map[string]bool, topQuestions)
	for _, q := range told {
		id := q.doc.GetId()
		top[id] = true
		if !m.top[id] {
			c.questions[id] = true
		}
	}
	m.top = top
	mods := make(map[string]bool, topQuestions)
	for _, q := range modTop(open) {
		id := q.doc.GetId()
		mods[id] = true
		if !m.modsTop[id] && !c.questions[id] {
			c.risen[id] = true
		}
	}
	m.modsTop = mods
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

// shown is what a snapshot has of the open and the answered questions.
func shown(open, answered []*question) (top, done []*question) {
	done, left := within(answered, answeredQuestions, answeredBytes, (*question).size)
	top, _ = within(open, topQuestions, questionsBytes-answeredBytes+min(0, left), (*question).size)
	return top, done
}

// within is the head of a list, at most so many and as long as they fit; the first always does. left is below 0 where it
// did not.
func within[T any](list []T, most, bytes int, sizeOf func(T) int) (head []T, left int) {
	left = bytes
	for i, one := range list[:min(len(list), most)] {
		size := sizeOf(one)
		if size > left && i > 0 {
			return list[:i], left
		}
		left -= size
	}
	return list[:min(len(list), most)], left
}

// size is about what a question takes in JSON, and never less.
func (q *question) size() int {
	n := frameBytes
	for _, words := range []string{q.text, q.answer, q.doc.GetAuthor().GetName(), q.doc.GetLabel(), q.doc.GetPlace()} {
		n += escaped(words)
	}
	return n
}

// escaped is how many bytes words take in JSON.
func escaped(words string) int {
	n := len(words)
	for _, r := range words {
		switch { // written with a backslash
		case r == '"', r == '\\', r == '\n', r == '\t':
			n++
		case r < 0x20, r == 0x7f:
			n += 5
		}
	}
	return n
}
