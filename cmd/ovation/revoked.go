package main

import (
	"context"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/text"
)

// revokedIn looks revocations up in followed state.
func revokedIn(views *follow.Views) auth.Revoked {
	return func(ctx context.Context, room, id string) (bool, error) {
		if text.RoomID(room) != nil {
			return false, nil // the service refuses it with the field's name
		}
		view, err := views.Room(ctx, room)
		if fault.Is(err, fault.RoomNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		return view.Revoked(id), nil
	}
}
