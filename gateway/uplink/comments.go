package uplink

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/fault"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Post writes a comment; replyTo is where the comment that it answers stands in the log, 0 when unknown.
func (u *Uplink) Post(ctx context.Context, a Actor, p *gatewayv1.Post, replyTo uint64) (c *gatewayv1.Comment, held bool, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.PostComment(ctx, &commentsv1.PostCommentRequest{
		Room: a.Room, RequestId: p.GetRequestId(), Text: p.GetText(), StreamTime: moment(p.GetStreamTimeMs()), Actor: a.proto(),
		ReplyTo: p.GetReplyTo(), ReplyToSequence: replyTo,
	})
	if err != nil {
		return nil, false, fault.Err(err)
	}
	return comment(answer.GetComment()), answer.GetHeld(), nil
}

// EditComment changes an own comment; sequence is where it stands in the log, 0 when unknown.
func (u *Uplink) EditComment(ctx context.Context, a Actor, id, text string, sequence uint64) (*gatewayv1.Comment, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.EditComment(ctx, &commentsv1.EditCommentRequest{
		Room: a.Room, Comment: id, Sequence: sequence, Text: text, Actor: a.proto(),
	})
	if err != nil {
		return nil, fault.Err(err)
	}
	return comment(answer.GetComment()), nil
}

// DeleteComment removes a comment; sequence is where it stands in the log, 0 when unknown.
func (u *Uplink) DeleteComment(ctx context.Context, a Actor, comment string, sequence uint64, reason string) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	_, err := u.comments.DeleteComment(ctx, &commentsv1.DeleteCommentRequest{
		Room: a.Room, Comment: comment, Sequence: sequence, Reason: reason, Actor: a.proto(),
	})
	return fault.Err(err)
}

// UndeleteComment brings a removed comment back.
func (u *Uplink) UndeleteComment(ctx context.Context, a Actor, id string) (*gatewayv1.Comment, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.UndeleteComment(ctx, &commentsv1.UndeleteCommentRequest{Room: a.Room, Comment: id, Actor: a.proto()})
	if err != nil {
		return nil, fault.Err(err)
	}
	return comment(answer.GetComment()), nil
}

// PinComment pins a comment for so many seconds, 0 for ever; sequence is where it stands in the log, 0 when unknown. The number
// names the change for its undo, as below.
func (u *Uplink) PinComment(ctx context.Context, a Actor, request string, p *gatewayv1.PinComment, sequence uint64) (*gatewayv1.Pinned, uint64, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	r := &commentsv1.PinCommentRequest{Room: a.Room, Comment: p.GetComment(), Sequence: sequence, Actor: a.proto(), RequestId: request}
	if p.GetSeconds() > 0 {
		r.ExpireAfter = durationpb.New(time.Duration(p.GetSeconds()) * time.Second)
	}
	answer, err := u.comments.PinComment(ctx, r)
	if err != nil {
		return nil, 0, fault.Err(err)
	}
	return &gatewayv1.Pinned{Comment: comment(answer.GetComment()), UntilMs: ms(answer.GetExpireTime())}, answer.GetChange(), nil
}

// UnpinComment takes the pin away.
func (u *Uplink) UnpinComment(ctx context.Context, a Actor, comment string) (change uint64, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.UnpinComment(ctx, &commentsv1.UnpinCommentRequest{Room: a.Room, Comment: comment, Actor: a.proto()})
	return answer.GetChange(), fault.Err(err)
}

// ChangeTerms blocks words and allows them again, and gives all that are blocked.
func (u *Uplink) ChangeTerms(ctx context.Context, a Actor, t *gatewayv1.ChangeTerms) (*gatewayv1.Terms, uint64, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.ChangeBlockedTerms(ctx, &commentsv1.ChangeBlockedTermsRequest{
		Room: a.Room, Add: t.GetAdd(), Remove: t.GetRemove(), Comment: t.GetComment(), Actor: a.proto(),
	})
	if err != nil {
		return nil, 0, fault.Err(err)
	}
	all := new(gatewayv1.Terms)
	for _, term := range answer.GetTerms() {
		all.Terms = append(all.Terms, term.GetText())
	}
	return all, answer.GetChange(), nil
}

// comment is a comment as its author and moderators see it in an ack.
func comment(c *commentsv1.Comment) *gatewayv1.Comment {
	g := &gatewayv1.Comment{
		Comment: c.GetComment(), Person: c.GetPerson(), Name: c.GetName(), Role: c.GetRole(), Guest: c.GetGuest(), Text: c.GetText(),
		AtMs: ms(c.GetCreateTime()), StreamTimeMs: ms(c.GetStreamTime()), EditedMs: ms(c.GetEditTime()), Place: c.GetPlace(),
	}
	if r := c.GetReply(); r != nil {
		g.Reply = &gatewayv1.Reply{Comment: r.GetComment(), Person: r.GetPerson(), Name: r.GetName()}
	}
	return g
}
