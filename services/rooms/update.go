package rooms

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// UpdateRoom changes what the mask names. The request has no id: one that is sent again word for word by the same caller
// on the same revision is taken for a retry, and succeeds.
func (s *Service) UpdateRoom(ctx context.Context, r *roomsv1.UpdateRoomRequest) (*roomsv1.UpdateRoomResponse, error) {
	content, err := word(ctx, r)
	if err != nil {
		return nil, err
	}
	act := change{
		room: r.GetRoom().GetRoom(), actor: r.GetActor(), need: needFor(r.GetUpdateMask().GetPaths()), action: "update_room", content: content,
	}
	act.do = func(doc *eventv1.Room, _ *eventv1.Author) (bool, error) {
		if doc.GetState() == eventv1.RoomState_ROOM_STATE_ENDED {
			return false, fault.New(fault.RoomEnded, "the show is over; its settings stay as they are")
		}
		if err := guard(doc, r.GetRoom().GetRevision()); err != nil {
			return false, err
		}
		was, paths := proto.CloneOf(doc), r.GetUpdateMask().GetPaths()
		if err := merge(doc, r.GetRoom(), paths); err != nil {
			return false, err
		}
		if slices.Contains(paths, "settings") || slices.Contains(paths, "settings.source") {
			if err := s.allowSource(doc.GetSettings().GetSource()); err != nil {
				return false, err
			}
		}
		return !proto.Equal(was, doc), nil
	}
	room, change, err := s.change(ctx, act)
	if err != nil {
		return nil, err
	}
	return &roomsv1.UpdateRoomResponse{Room: room, Change: change}, nil
}

// word is what makes two update requests the same: who asks, and for what.
func word(ctx context.Context, r *roomsv1.UpdateRoomRequest) (string, error) {
	paths := slices.Clone(r.GetUpdateMask().GetPaths())
	slices.Sort(paths)
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(r.GetRoom())
	if err != nil {
		return "", fmt.Errorf("update_room: %w", err)
	}
	return asker(ctx, r.GetActor()) + "\x00" + strings.Join(paths, ",") + "\x00" + string(body), nil
}

// asker tells callers apart, and those whom a service acts for.
func asker(ctx context.Context, actor *roomsv1.Actor) string {
	c, _ := auth.CallerFrom(ctx)
	return c.Subject + "\x00" + actor.GetSubject()
}
