package questions

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	"github.com/ovation-live/ovation/services/questions/similar"
)

// How many similar questions are told.
const (
	similarToViewers    = 3
	similarToModerators = 5
)

// likes holds an index of similar questions for each room that was asked for lately.
type likes struct {
	mu    sync.Mutex
	rooms map[string]*roomLikes // guarded by mu
}

type roomLikes struct {
	used  time.Time // guarded by likes.mu
	mu    sync.Mutex
	index *similar.Index
	texts map[string]uint64 // sequence of the text that is in the index, by question
}

func newLikes() *likes { return &likes{rooms: make(map[string]*roomLikes)} }

func (l *likes) room(room string, now time.Time) *roomLikes {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.rooms[room]
	if r == nil {
		r = &roomLikes{index: similar.New(), texts: make(map[string]uint64)}
		l.rooms[room] = r
	}
	r.used = now
	return r
}

func (l *likes) has(room string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rooms[room] != nil
}

// forget drops rooms that nobody asked about for a while.
func (l *likes) forget(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for room, r := range l.rooms {
		if now.Sub(r.used) > 10*time.Minute {
			delete(l.rooms, room)
		}
	}
}

// candidates are the questions of a room that may be found: those that wait, or can be voted for.
func (s *Service) candidates(view *follow.View, room string) map[string]*eventv1.Question {
	all := make(map[string]*eventv1.Question)
	for _, q := range s.board.all(view, room) {
		if q.GetState() == pending || votable(q.GetState()) {
			all[q.GetId()] = q
		}
	}
	return all
}

// expect has a room's index made before somebody types: whoever opens the questions may be about to ask one, and the first
// one to do so would wait for all of the room's texts.
func (s *Service) expect(room string) {
	if s.likes.has(room) {
		return
	}
	select {
	case s.expected <- room:
	default: // others are being made; then it is made when it is needed
	}
}

// prepare makes the index of a room.
func (s *Service) prepare(ctx context.Context, room string) error {
	view, _, err := s.judge.Room(ctx, room, nil)
	if err != nil {
		return err
	}
	_, err = s.likesOf(ctx, room, s.candidates(view, room), "", nil)
	return err
}

// FindSimilarQuestions gives the questions most like a text or another question.
func (s *Service) FindSimilarQuestions(ctx context.Context, r *questionsv1.FindSimilarQuestionsRequest) (*questionsv1.FindSimilarQuestionsResponse, error) {
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	who, err := s.judge.ReaderAs(ctx, r.GetRoom(), r.GetActor(), s.clock())
	if err != nil {
		return nil, err
	}
	view, moderates := who.View, who.Role.AtLeast(auth.Moderator)
	me := reader{who.Person, moderates}
	words, err := text.CleanOptional("text", r.GetText(), text.Question)
	if err != nil {
		return nil, err
	}
	questions := s.candidates(view, r.GetRoom())
	if r.GetQuestion() != "" {
		if !moderates {
			return nil, fault.New(fault.PermissionDenied, "only a moderator or host may do that").On("question")
		}
		if err := text.ItemID("question", r.GetQuestion()); err != nil {
			return nil, err
		}
		q, _, err := s.stored(ctx, r.GetRoom(), r.GetQuestion())
		if err != nil {
			return nil, err
		}
		if q == nil {
			return nil, notFound()
		}
		if words, err = s.texts.read(ctx, q.GetTextSequence()); err != nil {
			return nil, err
		}
		words += "?" // it is whole
	}
	found, err := s.likesOf(ctx, r.GetRoom(), questions, words, func(id string) bool {
		return id != r.GetQuestion() && (moderates || votable(questions[id].GetState()))
	})
	if err != nil {
		return nil, err
	}
	most := similarToViewers
	if moderates {
		most = similarToModerators
	}
	list := make([]*eventv1.Question, 0, most)
	for _, m := range found[:min(len(found), most)] {
		list = append(list, questions[m.ID])
	}
	shown, err := s.allOutside(ctx, r.GetRoom(), list, me)
	if err != nil {
		return nil, err
	}
	answer := new(questionsv1.FindSimilarQuestionsResponse)
	for i, q := range shown {
		answer.Questions = append(answer.Questions, &questionsv1.SimilarQuestion{Question: q, Score: found[i].Score})
	}
	slices.SortStableFunc(answer.GetQuestions(), func(a, b *questionsv1.SimilarQuestion) int {
		return cmp.Or(cmp.Compare(b.GetScore(), a.GetScore()), cmp.Compare(b.GetQuestion().GetVotes(), a.GetQuestion().GetVotes()))
	})
	return answer, nil
}

// likesOf brings the room's index in line with its questions and searches it.
func (s *Service) likesOf(ctx context.Context, room string, questions map[string]*eventv1.Question, words string, wanted func(string) bool) ([]similar.Match, error) {
	l := s.likes.room(room, s.clock())
	l.mu.Lock()
	defer l.mu.Unlock()
	var changed []*eventv1.Question
	for id, q := range questions {
		if l.texts[id] != q.GetTextSequence() {
			changed = append(changed, q)
		}
	}
	for chunk := range slices.Chunk(changed, 1000) {
		if err := s.texts.load(ctx, room, chunk); err != nil {
			return nil, err
		}
		for _, q := range chunk {
			body, err := s.texts.read(ctx, q.GetTextSequence())
			if err != nil {
				return nil, err
			}
			l.index.Put(q.GetId(), body)
			l.texts[q.GetId()] = q.GetTextSequence()
		}
	}
	for id := range l.texts {
		if questions[id] == nil {
			l.index.Remove(id)
			delete(l.texts, id)
		}
	}
	return l.index.Find(words, similarToModerators, wanted), nil
}
