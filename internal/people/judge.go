package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// MayWrite judges by followed state, which is at most a second old, whether somebody may write in a room now: BANNED or
// TIMED_OUT if not. Before it says no it asks the leader: a time-out may just have been lifted. shadow is true for one
// whose writing is shown to moderators only.
func MayWrite(ctx context.Context, b *bus.Bus, view *follow.View, room string, who *eventv1.Author, now time.Time) (shadow bool, err error) {
	doc, ok := view.Doc(StandingKey + "." + who.GetPerson())
	if !ok {
		return false, nil
	}
	s, err := Decode(doc.Body)
	if err != nil {
		return false, fmt.Errorf("standing of a person: %w", err)
	}
	if Silenced(s, who.GetRole(), now) != nil {
		if s, _, err = Read(ctx, b, room, who.GetPerson()); err != nil {
			return false, err
		}
		if err := Silenced(s, who.GetRole(), now); err != nil {
			return false, err
		}
	}
	return Holds(s.GetShadow(), who.GetRole(), now), nil
}

// Read gives a person's standing from the leader, empty where there is none, with the record that the next write must
// name: a marker of what was removed or expired counts as absent, but its sequence must be named.
func Read(ctx context.Context, b *bus.Bus, room, person string) (*eventv1.Standing, bus.Record, error) {
	record, err := b.Last(ctx, bus.InRoom(bus.State, room, StandingKey, person))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return &eventv1.Standing{Person: person}, record, nil
	}
	if err != nil {
		return nil, record, fmt.Errorf("read a person's standing: %w", err)
	}
	s, err := Decode(record.Body)
	if err != nil {
		return nil, record, fmt.Errorf("read a person's standing: %w", err)
	}
	return s, record, nil
}
