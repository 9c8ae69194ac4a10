package session

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// noteTimeout is how long the hello of a host or moderator waits until the name is kept; then the show goes on without.
const noteTimeout = 2 * time.Second

// ownName is NAME_IMITATES for a viewer whose name can be taken for that of somebody of the room. A host's or moderator's is
// kept from now on, before anybody sees it.
func (v *session) ownName(ctx context.Context, client string) error {
	who := &eventv1.Author{Person: v.actor.Key, Name: v.actor.Person.Name, Role: v.actor.Person.Role.Proto()}
	if !v.actor.Person.Role.AtLeast(auth.Moderator) {
		return v.room.Imitates(who)
	}
	if who.GetName() == "" || client == "overlay" || v.room.Noted(who) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	if err := v.o.Uplink.NoteName(ctx, v.actor); err != nil {
		v.o.Logger.Warn("the name of a host or moderator is not kept; others can take one that looks like it", "room", v.actor.Room, "error", err)
	}
	return nil
}
