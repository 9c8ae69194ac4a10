package questions

import (
	"context"
	"slices"
	"strings"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// RecountVotes counts every vote of a room anew and compares with the tallies that stand, each up to its own position.
func (s *Service) RecountVotes(ctx context.Context, r *questionsv1.RecountVotesRequest) (*questionsv1.RecountVotesResponse, error) {
	view, _, err := s.reads(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	all := slices.Clone(s.board.all(view, r.GetRoom()))
	slices.SortFunc(all, func(a, b *eventv1.Question) int { return strings.Compare(a.GetId(), b.GetId()) })
	answer := &questionsv1.RecountVotesResponse{Equal: true}
	for _, q := range all {
		n, err := s.recount(ctx, r.GetRoom(), q.GetId())
		if err != nil {
			return nil, err
		}
		if n == nil {
			continue
		}
		answer.Questions = append(answer.Questions, n)
		answer.Equal = answer.Equal && n.GetVotes() == n.GetRecountedVotes() && n.GetGuestVotes() == n.GetRecountedGuestVotes()
	}
	return answer, nil
}

// recount is one question's tally beside its recount; nil where nobody has voted.
func (s *Service) recount(ctx context.Context, room, question string) (*questionsv1.Recount, error) {
	tally, err := s.tallyOf(ctx, room, question)
	if err != nil {
		return nil, err
	}
	counted := append([]string{question}, tally.GetMembers()...)
	who, err := electorate(ctx, s.bus, room, counted, tally.GetUpto())
	if err != nil {
		return nil, err
	}
	n := &questionsv1.Recount{
		Question: question, Votes: tally.GetVotes(), GuestVotes: tally.GetGuests(), RecountedVotes: who.votes, RecountedGuestVotes: who.guests,
	}
	for _, q := range counted {
		filter := bus.AllInRoom(bus.Votes, room, q)
		for next, more := tally.GetUpto()+1, true; more; {
			var records []bus.Record
			if records, more, err = s.bus.Range(ctx, filter, next, 1000); err != nil {
				return nil, err
			}
			n.Waiting += uint64(len(records))
			if len(records) > 0 {
				next = records[len(records)-1].Sequence + 1
			}
			more = more && len(records) > 0
		}
	}
	if tally == nil && n.GetWaiting() == 0 {
		return nil, nil
	}
	return n, nil
}
