package comments

import (
	"context"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// reply names the comment that a post answers; nil where it answers none.
func (s *Service) reply(ctx context.Context, r *commentsv1.PostCommentRequest) (*eventv1.Reply, error) {
	if r.GetReplyTo() == "" {
		return nil, nil
	}
	if err := text.ItemID("reply_to", r.GetReplyTo()); err != nil {
		return nil, err
	}
	c, _, err := s.standing(ctx, r.GetRoom(), r.GetReplyTo(), r.GetReplyToSequence(), farthestReply)
	if fault.Is(err, fault.CommentNotFound) {
		return nil, fault.New(fault.CommentNotFound, "the comment that you answer is gone").On("reply_to")
	}
	if err != nil {
		return nil, err
	}
	return &eventv1.Reply{Comment: c.GetId(), Person: c.GetAuthor().GetPerson(), Name: c.GetAuthor().GetName()}, nil
}
