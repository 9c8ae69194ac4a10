package session

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// act is what a verb does beside the reading.
type act = func(context.Context) (*gatewayv1.Ack, error)

func (v *session) post(p *gatewayv1.Post) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		var replyTo uint64
		if p.GetReplyTo() != "" {
			replyTo = v.room.CommentSequence(p.GetReplyTo())
		}
		c, held, err := v.o.Uplink.Post(ctx, v.acting(), p, replyTo)
		if held {
			return &gatewayv1.Ack{Result: &gatewayv1.Ack_Held{Held: &gatewayv1.Held{Comment: c}}}, err
		}
		return commented(c, err)
	}
}

func (v *session) edit(e *gatewayv1.Edit) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		return commented(v.o.Uplink.EditComment(ctx, v.acting(), e.GetComment(), e.GetText(), v.room.CommentSequence(e.GetComment())))
	}
}

func (v *session) deleteComment(ctx context.Context, comment, reason string) error {
	return v.o.Uplink.DeleteComment(ctx, v.actor, comment, v.room.CommentSequence(comment), reason)
}

func (v *session) undelete(u *gatewayv1.Undelete) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		return commented(v.o.Uplink.UndeleteComment(ctx, v.acting(), u.GetComment()))
	}
}

func commented(c *gatewayv1.Comment, err error) (*gatewayv1.Ack, error) {
	return &gatewayv1.Ack{Result: &gatewayv1.Ack_Comment{Comment: c}}, err
}

// moderateComments gives what an act of moderation on comments and modes does, nil where it is none of those.
func (v *session) moderateComments(m *gatewayv1.Moderate) act {
	switch a := m.GetAct().(type) {
	case *gatewayv1.Moderate_DeleteComment:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return new(gatewayv1.Ack), v.deleteComment(ctx, a.DeleteComment.GetComment(), a.DeleteComment.GetReason())
		}
	case *gatewayv1.Moderate_Undelete:
		return v.undelete(a.Undelete)
	case *gatewayv1.Moderate_Pin:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			p, change, err := v.o.Uplink.PinComment(ctx, v.actor, m.GetRequestId(), a.Pin, v.room.CommentSequence(a.Pin.GetComment()))
			return &gatewayv1.Ack{Change: change, Result: &gatewayv1.Ack_Pinned{Pinned: p}}, err
		}
	case *gatewayv1.Moderate_Unpin:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			change, err := v.o.Uplink.UnpinComment(ctx, v.actor, a.Unpin.GetComment())
			return &gatewayv1.Ack{Change: change}, err
		}
	case *gatewayv1.Moderate_OnAir:
		return v.putOnAir(m.GetRequestId(), a.OnAir)
	case *gatewayv1.Moderate_Terms:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			t, change, err := v.o.Uplink.ChangeTerms(ctx, v.actor, a.Terms)
			return &gatewayv1.Ack{Change: change, Result: &gatewayv1.Ack_Terms{Terms: t}}, err
		}
	case *gatewayv1.Moderate_Calm:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return v.changed(v.o.Uplink.Calm(ctx, v.actor, a.Calm.GetOn()))
		}
	case *gatewayv1.Moderate_Modes:
		return func(ctx context.Context) (*gatewayv1.Ack, error) {
			return v.changed(v.o.Uplink.ChangeModes(ctx, v.actor, a.Modes))
		}
	}
	return nil
}

// putOnAir takes only what the audience sees: the overlay is for everybody.
func (v *session) putOnAir(request string, p *gatewayv1.PutOnAir) act {
	return func(ctx context.Context) (*gatewayv1.Ack, error) {
		if p.GetComment() != "" && p.GetQuestion() != "" {
			return nil, fault.New(fault.FieldInvalid, "one thing is on air: a comment or a question").On("question")
		}
		shown, sequence, ok := v.room.ForAir(p.GetComment(), p.GetQuestion())
		switch {
		case !ok && p.GetComment() != "":
			return nil, fault.New(fault.CommentNotFound, "there is no such comment that viewers see")
		case !ok:
			return nil, fault.New(fault.QuestionNotFound, "there is no such question that viewers see")
		}
		at, change, err := v.o.Uplink.SetOnAir(ctx, v.actor, request, p, sequence)
		if err != nil {
			return nil, err
		}
		shown.AtMs = at.UnixMilli()
		return &gatewayv1.Ack{Change: change, Result: &gatewayv1.Ack_OnAir{OnAir: shown}}, nil
	}
}

// changed is the room with the modes as the service answered them: what this gateway follows may be a moment behind.
func (v *session) changed(r *roomsv1.Room, change uint64, err error) (*gatewayv1.Ack, error) {
	if err != nil {
		return nil, err
	}
	now := proto.CloneOf(v.room.Settings())
	s := r.GetSettings()
	now.Settings.SlowModeSeconds, now.Settings.CommentMode = s.GetSlowModeSeconds(), eventv1.CommentMode(s.GetCommentMode())
	now.Settings.UniqueComments, now.Settings.EmojiOnly, now.Settings.Links = s.GetUniqueComments(), s.GetEmojiOnly(), eventv1.LinkPolicy(s.GetLinks())
	now.Calm = nil
	if r.GetCalmTime() != nil {
		now.Calm = &eventv1.Calm{SinceMs: r.GetCalmTime().AsTime().UnixMilli()}
	}
	return &gatewayv1.Ack{Change: change, Result: &gatewayv1.Ack_Room{Room: room.ForAudience(now)}}, nil
}
