package rooms

import (
	"context"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// NoteName keeps the name of a host or moderator from being imitated.
func (s *Service) NoteName(ctx context.Context, r *roomsv1.NoteNameRequest) (*roomsv1.NoteNameResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	if r.GetActor() == nil {
		return nil, fault.New(fault.FieldRequired, "name the host or moderator").On("actor")
	}
	_, who, err := s.moderating(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	if who.GetName() == "" {
		return nil, fault.New(fault.FieldRequired, "there is no name to note").On("actor.name")
	}
	return &roomsv1.NoteNameResponse{}, people.NoteName(ctx, s.bus, r.GetRoom(), who)
}
