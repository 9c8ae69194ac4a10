package main

import (
	"context"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
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

// shutIn judges by followed state who is shut out of a room.
func shutIn(j *judge.Judge) auth.Shut {
	return func(ctx context.Context, room string, who auth.Person) error {
		if text.RoomID(room) != nil {
			return nil // the service refuses it with the field's name
		}
		return j.Shut(ctx, room, who, time.Now())
	}
}

// deniedIn notes in a room's trail which calls were refused there.
func deniedIn(d *audit.Denials) auth.Denied {
	return func(ctx context.Context, refused auth.Denial) {
		if text.RoomID(refused.Room) != nil {
			return
		}
		d.Note(ctx, refused.Room, audit.Denial{
			Who: refused.Who, Stranger: refused.Stranger, What: refused.Method[strings.LastIndexByte(refused.Method, '/')+1:],
		})
	}
}
