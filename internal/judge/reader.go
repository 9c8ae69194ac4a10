package judge

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Reader is who reads in a room, and the room as followed.
type Reader struct {
	Role   auth.Role
	Person string // key in the room
	View   *follow.View
	Room   *eventv1.Room
}

// Reader finds out who reads in a room: a caller whose token admits to it and whom no ban keeps out. Reads are judged here
// alone.
func (j *Judge) Reader(ctx context.Context, room string, now time.Time) (Reader, error) {
	claims, err := Admitted(ctx, room)
	if err != nil {
		return Reader{}, err
	}
	return j.reader(ctx, room, claims.Person(), now)
}

// ReaderAs is Reader for whoever acts: the actor that a service names, or else the caller.
func (j *Judge) ReaderAs(ctx context.Context, room string, actor *roomsv1.Actor, now time.Time) (Reader, error) {
	who, err := auth.Acting(ctx, room, actor)
	if err != nil {
		return Reader{}, err
	}
	return j.reader(ctx, room, who, now)
}

func (j *Judge) reader(ctx context.Context, room string, who auth.Person, now time.Time) (Reader, error) {
	view, settings, err := j.Room(ctx, room, nil)
	if err != nil {
		return Reader{}, err
	}
	r := Reader{Role: who.Role, Person: auth.PersonKey(settings.GetPersonKey(), who.Subject), View: view, Room: settings}
	if who.Role == auth.Service { // a program is nobody's to ban
		return r, nil
	}
	return r, people.MayRead(ctx, j.bus, view, room, r.Person, who.Role.Proto(), now)
}

// Shut refuses, in every call, guests who came by no invite where the room takes none, and moderators and hosts whom a ban keeps
// out: a ban takes a role as well. That of others is looked at where they read or write.
func (j *Judge) Shut(ctx context.Context, room string, who auth.Person, now time.Time) error {
	if who.Uninvited {
		_, _, err := j.Room(ctx, room, Guests)
		return err
	}
	if who.Role == auth.Service || !who.Role.AtLeast(auth.Moderator) {
		return nil
	}
	view, settings, err := j.Room(ctx, room, nil)
	if fault.Is(err, fault.RoomNotFound) {
		return nil // a host may be making it
	}
	if err != nil {
		return err
	}
	return people.MayRead(ctx, j.bus, view, room, auth.PersonKey(settings.GetPersonKey(), who.Subject), who.Role.Proto(), now)
}

// Admitted checks that the caller's token is for a room, and gives its claims.
func Admitted(ctx context.Context, room string) (auth.Claims, error) {
	if err := text.RoomID(room); err != nil {
		return auth.Claims{}, err
	}
	c, ok := auth.CallerFrom(ctx)
	if !ok {
		return auth.Claims{}, fault.New(fault.Unauthenticated, "no token was sent")
	}
	if err := c.Admit(room); err != nil {
		return auth.Claims{}, err
	}
	return c, nil
}
