package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Bounds of what is one's own; stated in the proto.
const (
	maxMine  = 100
	maxVoted = 1000
)

// GetQuestion gives one question.
func (s *Service) GetQuestion(ctx context.Context, r *questionsv1.GetQuestionRequest) (*questionsv1.GetQuestionResponse, error) {
	view, who, err := s.reads(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	if err := text.ItemID("question", r.GetQuestion()); err != nil {
		return nil, err
	}
	var q *eventv1.Question
	if d, ok := view.Doc("q." + r.GetQuestion()); ok {
		if q, err = decode(d.Body); err != nil {
			return nil, err
		}
	}
	if q == nil || !who.sees(q) { // perhaps asked, or approved, a moment ago
		if q, _, err = s.stored(ctx, r.GetRoom(), r.GetQuestion()); err != nil {
			return nil, err
		}
		if q == nil || !who.sees(q) {
			return nil, notFound()
		}
	}
	votes, err := s.tallyOf(ctx, r.GetRoom(), q.GetId())
	if err != nil {
		return nil, err
	}
	o, err := s.outside(ctx, r.GetRoom(), q, votes, who)
	if err != nil {
		return nil, err
	}
	return &questionsv1.GetQuestionResponse{Question: o}, nil
}

// ListQuestions gives a page of questions in the order of their ids.
func (s *Service) ListQuestions(ctx context.Context, r *questionsv1.ListQuestionsRequest) (*questionsv1.ListQuestionsResponse, error) {
	view, who, err := s.reads(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	arguments := []string{"questions", r.GetRoom()}
	for _, st := range r.GetStates() {
		arguments = append(arguments, st.String())
	}
	after, err := rpc.DecodePage(r.GetPageToken(), arguments...)
	if err != nil {
		return nil, err
	}
	var found []*eventv1.Question
	for _, q := range s.board.all(view, r.GetRoom()) {
		wanted := len(r.GetStates()) == 0 || slices.Contains(r.GetStates(), questionsv1.Question_State(q.GetState()))
		if wanted && q.GetId() > after && who.sees(q) {
			found = append(found, q)
		}
	}
	slices.SortFunc(found, func(a, b *eventv1.Question) int { return strings.Compare(a.GetId(), b.GetId()) })
	answer := new(questionsv1.ListQuestionsResponse)
	if len(found) > size {
		found = found[:size]
		answer.NextPageToken = rpc.EncodePage(found[size-1].GetId(), arguments...)
	}
	answer.Questions, err = s.allOutside(ctx, r.GetRoom(), found, who)
	return answer, err
}

// ListMyQuestions gives what a person asked and voted for.
func (s *Service) ListMyQuestions(ctx context.Context, r *questionsv1.ListMyQuestionsRequest) (*questionsv1.ListMyQuestionsResponse, error) {
	if err := text.RoomID(r.GetRoom()); err != nil {
		return nil, err
	}
	who, err := s.judge.ReaderAs(ctx, r.GetRoom(), r.GetActor(), s.clock())
	if err != nil {
		return nil, err
	}
	s.expect(r.GetRoom())
	view, person := who.View, who.Person
	var own []*eventv1.Question
	for _, q := range s.board.all(view, r.GetRoom()) {
		if q.GetAuthor().GetPerson() == person {
			own = append(own, q)
		}
	}
	slices.SortFunc(own, func(a, b *eventv1.Question) int {
		return cmp.Or(cmp.Compare(b.GetAskedMs(), a.GetAskedMs()), strings.Compare(a.GetId(), b.GetId()))
	})
	answer := new(questionsv1.ListMyQuestionsResponse)
	if answer.Questions, err = s.allOutside(ctx, r.GetRoom(), own[:min(len(own), maxMine)], reader{person: person}); err != nil {
		return nil, err
	}
	votes, err := s.bus.ReadAll(ctx, bus.OfPerson(r.GetRoom(), person))
	if err != nil {
		return nil, err
	}
	merges := linksOf(s.board.all(view, r.GetRoom()))
	for _, record := range votes {
		v, ok := castOf(record)
		if !ok || !v.up || len(answer.Voted) >= maxVoted {
			continue
		}
		question := v.question
		if above := merges.above(question); len(above) > 0 { // the vote counts there
			question = above[len(above)-1]
		}
		if !slices.Contains(answer.Voted, question) {
			answer.Voted = append(answer.Voted, question)
		}
	}
	return answer, nil
}

// reads checks that the caller may read and tells what it may see.
func (s *Service) reads(ctx context.Context, room string) (*follow.View, reader, error) {
	c, err := s.judge.Reader(ctx, room, s.clock())
	if err != nil {
		return nil, reader{}, err
	}
	return c.View, reader{c.Person, c.Role.AtLeast(auth.Moderator)}, nil
}

func (s *Service) allOutside(ctx context.Context, room string, list []*eventv1.Question, who reader) ([]*questionsv1.Question, error) {
	if err := s.texts.load(ctx, room, list); err != nil {
		return nil, err
	}
	subjects := make([]string, len(list))
	for i, q := range list {
		subjects[i] = bus.InRoom(bus.Tallies, room, q.GetId()).Subject
	}
	records, _, err := s.bus.LastMany(ctx, bus.Tallies, subjects)
	if err != nil {
		return nil, err
	}
	tallies := make(map[string]*eventv1.Tally, len(records))
	for _, r := range records {
		t := new(eventv1.Tally)
		if err := proto.Unmarshal(r.Body, t); err == nil {
			tallies[t.GetQuestion()] = t
		}
	}
	all := make([]*questionsv1.Question, len(list))
	for i, q := range list {
		if all[i], err = s.outside(ctx, room, q, tallies[q.GetId()], who); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// tallyOf is a question's sum as stored; nil while nobody has voted.
func (s *Service) tallyOf(ctx context.Context, room, question string) (*eventv1.Tally, error) {
	record, err := s.bus.Last(ctx, bus.InRoom(bus.Tallies, room, question))
	if errors.Is(err, bus.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read a tally: %w", err)
	}
	t := new(eventv1.Tally)
	if err := proto.Unmarshal(record.Body, t); err != nil {
		return nil, fmt.Errorf("tally of %s: %w", question, err)
	}
	return t, nil
}

// cut takes the rest of a vote's subject apart.
func cut(rest string) (question, person string, ok bool) { return strings.Cut(rest, ".") }
