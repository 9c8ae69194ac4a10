package questions

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/rpc"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// ListUnansweredQuestions gives a page of what waits for an answer, by votes.
func (s *Service) ListUnansweredQuestions(ctx context.Context, r *questionsv1.ListUnansweredQuestionsRequest) (*questionsv1.ListUnansweredQuestionsResponse, error) {
	view, who, err := s.reads(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	arguments := []string{"unanswered", r.GetRoom(), view.Epoch()}
	after, err := rpc.DecodePage(r.GetPageToken(), arguments...)
	if err != nil {
		return nil, err
	}
	var waiting []*eventv1.Question
	for _, q := range s.board.all(view, r.GetRoom()) {
		if q.GetState() == pending || votable(q.GetState()) {
			waiting = append(waiting, q)
		}
	}
	votes, err := s.votesOf(ctx, r.GetRoom(), waiting)
	if err != nil {
		return nil, err
	}
	place := func(q *eventv1.Question) string { // sorts by votes from the most down, then by age
		return fmt.Sprintf("%020d %020d %s", math.MaxUint64-votes[q.GetId()], q.GetAskedMs(), q.GetId())
	}
	waiting = slices.DeleteFunc(waiting, func(q *eventv1.Question) bool { return place(q) <= after })
	slices.SortFunc(waiting, func(a, b *eventv1.Question) int { return strings.Compare(place(a), place(b)) })
	answer := new(questionsv1.ListUnansweredQuestionsResponse)
	if len(waiting) > size {
		waiting = waiting[:size]
		answer.NextPageToken = rpc.EncodePage(place(waiting[size-1]), arguments...)
	}
	answer.Questions, err = s.allOutside(ctx, r.GetRoom(), waiting, who)
	return answer, err
}

// votesOf reads the sums of many questions.
func (s *Service) votesOf(ctx context.Context, room string, list []*eventv1.Question) (map[string]uint64, error) {
	votes := make(map[string]uint64, len(list))
	for chunk := range slices.Chunk(list, 1000) {
		subjects := make([]string, len(chunk))
		for i, q := range chunk {
			subjects[i] = bus.InRoom(bus.Tallies, room, q.GetId()).Subject
		}
		records, _, err := s.bus.LastMany(ctx, bus.Tallies, subjects)
		if err != nil {
			return nil, fmt.Errorf("read tallies: %w", err)
		}
		for _, r := range records {
			t := new(eventv1.Tally)
			if err := proto.Unmarshal(r.Body, t); err != nil {
				return nil, fmt.Errorf("a tally: %w", err)
			}
			votes[t.GetQuestion()] = t.GetVotes()
		}
	}
	return votes, nil
}
