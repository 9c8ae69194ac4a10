// Package judge decides about requests by a room's followed settings, which cost a map look-up and are at most a second
// old, and asks the store's leader before it says no: a room that was started, or opened to comments, a moment ago must
// not refuse whoever was told so. Reads of the leader are shared by all who wait, so that a crowd that is refused costs
// one read at a time.
package judge

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Judge decides for one service.
type Judge struct {
	// static
	bus   *bus.Bus
	views *follow.Views

	mu     sync.Mutex
	asking map[string]*asking // guarded by mu
}

// asking is the reads of one room's settings: at most one under way, and one that the next comers will share.
type asking struct {
	users   int           // guarded by Judge.mu
	pending *reading      // guarded by Judge.mu
	turn    chan struct{} // holds a token while a read is under way
}

type reading struct {
	done chan struct{}
	room *eventv1.Room
	err  error
}

// New makes a judge.
func New(b *bus.Bus, v *follow.Views) *Judge {
	return &Judge{bus: b, views: v, asking: make(map[string]*asking)}
}

// Room gives the room's view and the settings that the rule accepted. The rule sees followed settings first and, if it
// refuses those, the leader's; nil accepts every room that exists. A rule that refuses must have changed nothing.
func (j *Judge) Room(ctx context.Context, room string, rule func(*eventv1.Room) error) (*follow.View, *eventv1.Room, error) {
	view, err := j.views.Room(ctx, room)
	if err != nil {
		return nil, nil, err
	}
	if s := view.Settings(); s != nil && (rule == nil || rule(s) == nil) {
		return view, s, nil
	}
	s, err := j.fresh(ctx, room)
	if err != nil {
		return nil, nil, err
	}
	if rule != nil {
		err = rule(s)
	}
	return view, s, err
}

// Live is the rule for everything that people and moderators write into a show.
func Live(r *eventv1.Room) error {
	switch r.GetState() {
	case eventv1.RoomState_ROOM_STATE_LIVE:
		return nil
	case eventv1.RoomState_ROOM_STATE_SCHEDULED:
		return fault.New(fault.RoomNotStarted, "the show has not started yet")
	}
	return fault.New(fault.RoomEnded, "the show is over")
}

// Guests is the rule for guests who came by no invite.
func Guests(r *eventv1.Room) error {
	if !r.GetSettings().GetGuests() {
		return fault.New(fault.GuestsNotAllowed, "this room is for invited people; open it with your link")
	}
	return nil
}

// fresh reads the settings from the leader, by a read that began after the call.
func (j *Judge) fresh(ctx context.Context, room string) (*eventv1.Room, error) {
	j.mu.Lock()
	a := j.asking[room]
	if a == nil {
		a = &asking{turn: make(chan struct{}, 1)}
		j.asking[room] = a
	}
	a.users++
	j.mu.Unlock()
	defer func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		if a.users--; a.users == 0 {
			delete(j.asking, room)
		}
	}()
	for {
		j.mu.Lock()
		if a.pending == nil {
			a.pending = &reading{done: make(chan struct{})}
		}
		mine := a.pending
		j.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-mine.done:
		case a.turn <- struct{}{}:
			j.mu.Lock()
			still := a.pending == mine
			if still {
				a.pending = nil
			}
			j.mu.Unlock()
			if still {
				mine.room, mine.err = Settings(ctx, j.bus, room)
				close(mine.done)
			}
			<-a.turn
			<-mine.done // nobody but the holder of the turn takes a reading, so it is done
		}
		if mine.err != nil && errors.Is(mine.err, context.Canceled) && ctx.Err() == nil {
			continue // whoever read for us went away
		}
		return mine.room, mine.err
	}
}

// Settings reads a room's settings from the leader. ROOM_NOT_FOUND when there is none, or it is deleted.
func Settings(ctx context.Context, b *bus.Bus, room string) (*eventv1.Room, error) {
	r, err := b.Last(ctx, bus.InRoom(bus.State, room, follow.RoomKey))
	if errors.Is(err, bus.ErrNotFound) || err == nil && r.Deleted {
		return nil, follow.RoomNotFound(room)
	}
	if err != nil {
		return nil, err
	}
	settings := new(eventv1.Room)
	if err := proto.Unmarshal(r.Body, settings); err != nil {
		return nil, fmt.Errorf("settings of room %s: %w", room, err)
	}
	if settings.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
		return nil, follow.RoomNotFound(room)
	}
	return settings, nil
}

// Author is a person as stored: by the key it has in this room, never by its subject.
func Author(room *eventv1.Room, p auth.Person) (*eventv1.Author, error) {
	name, err := text.CleanName("actor.name", p.Name)
	if err != nil {
		return nil, err
	}
	return &eventv1.Author{
		Person: auth.PersonKey(room.GetPersonKey(), p.Subject), Name: name, Role: p.Role.Proto(), Guest: p.Guest,
	}, nil
}
