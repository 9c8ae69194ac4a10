package comments

import (
	"context"

	"google.golang.org/protobuf/types/known/durationpb"

	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
)

// GetTurn tells when a person may write the next comment.
func (s *Service) GetTurn(ctx context.Context, r *commentsv1.GetTurnRequest) (*commentsv1.GetTurnResponse, error) {
	who, err := s.judge.ReaderAs(ctx, r.GetRoom(), r.GetActor(), s.clock())
	if err != nil {
		return nil, err
	}
	answer := new(commentsv1.GetTurnResponse)
	if left := s.turns.left(person{r.GetRoom(), who.Person}, slow(who.Room, who.Role), s.clock()); left > 0 {
		answer.Wait = durationpb.New(left)
	}
	return answer, nil
}
