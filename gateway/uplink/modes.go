package uplink

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Calm calms a room, or gives back what stood before; change names it for its undo, as below.
func (u *Uplink) Calm(ctx context.Context, a Actor, on bool) (r *roomsv1.Room, change uint64, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.Rooms.CalmRoom(ctx, &roomsv1.CalmRoomRequest{Room: a.Room, On: on, Actor: a.proto()})
	return answer.GetRoom(), answer.GetChange(), fault.Err(err)
}

// SetOnAir chooses what the overlay shows; sequence is where a comment stands in the log.
func (u *Uplink) SetOnAir(ctx context.Context, a Actor, request string, p *gatewayv1.PutOnAir, sequence uint64) (at time.Time, change uint64, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.Rooms.SetOnAir(ctx, &roomsv1.SetOnAirRequest{
		Room: a.Room, Comment: p.GetComment(), Sequence: sequence, Question: p.GetQuestion(), Actor: a.proto(), RequestId: request,
	})
	return answer.GetTime().AsTime(), answer.GetChange(), fault.Err(err)
}

var (
	commentModes = map[string]roomsv1.Settings_CommentMode{
		"everyone": roomsv1.Settings_COMMENT_MODE_UNSPECIFIED, "members": roomsv1.Settings_COMMENT_MODE_MEMBERS,
		"moderators": roomsv1.Settings_COMMENT_MODE_MODERATORS, "frozen": roomsv1.Settings_COMMENT_MODE_FROZEN,
	}
	linkPolicies = map[string]roomsv1.Settings_LinkPolicy{
		"everyone": roomsv1.Settings_LINK_POLICY_UNSPECIFIED, "members": roomsv1.Settings_LINK_POLICY_MEMBERS,
		"moderators": roomsv1.Settings_LINK_POLICY_MODERATORS,
	}
)

// ChangeModes changes the modes that are named and leaves the rest.
func (u *Uplink) ChangeModes(ctx context.Context, a Actor, m *gatewayv1.ChangeModes) (r *roomsv1.Room, change uint64, err error) {
	s := &roomsv1.Settings{SlowModeSeconds: m.SlowModeSeconds, UniqueComments: m.UniqueComments, EmojiOnly: m.EmojiOnly}
	var mask []string
	name := func(set bool, field string) {
		if set {
			mask = append(mask, "settings."+field)
		}
	}
	name(m.SlowModeSeconds != nil, "slow_mode_seconds")
	name(m.UniqueComments != nil, "unique_comments")
	name(m.EmojiOnly != nil, "emoji_only")
	if m.CommentMode != nil {
		mode, ok := commentModes[m.GetCommentMode()]
		if !ok {
			return nil, 0, fault.New(fault.FieldInvalid, "comment_mode is everyone, members, moderators or frozen").On("comment_mode")
		}
		s.CommentMode = &mode
		name(true, "comment_mode")
	}
	if m.Links != nil {
		policy, ok := linkPolicies[m.GetLinks()]
		if !ok {
			return nil, 0, fault.New(fault.FieldInvalid, "links is everyone, members or moderators").On("links")
		}
		s.Links = &policy
		name(true, "links")
	}
	if len(mask) == 0 {
		return nil, 0, fault.New(fault.FieldRequired, "name a mode to change: slow_mode_seconds, comment_mode, unique_comments, emoji_only or links").On("modes")
	}
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.Rooms.UpdateRoom(ctx, &roomsv1.UpdateRoomRequest{
		Room: &roomsv1.Room{Room: a.Room, Settings: s}, UpdateMask: &fieldmaskpb.FieldMask{Paths: mask}, Actor: a.proto(),
	})
	return answer.GetRoom(), answer.GetChange(), fault.Err(err)
}
