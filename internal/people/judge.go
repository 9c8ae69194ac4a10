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
// TIMED_OUT if not. shadow is true for one whose writing is shown to moderators only.
func MayWrite(ctx context.Context, b *bus.Bus, view *follow.View, room string, who *eventv1.Author, now time.Time) (shadow bool, err error) {
	s, err := allowed(ctx, b, view, room, who.GetPerson(), func(s *eventv1.Standing) error { return Silenced(s, who.GetRole(), now) })
	return err == nil && Holds(s.GetShadow(), who.GetRole(), now), err
}

// MayRead judges as MayWrite does whether somebody may be in a room: BANNED if not.
func MayRead(ctx context.Context, b *bus.Bus, view *follow.View, room, person string, role eventv1.Role, now time.Time) error {
	_, err := allowed(ctx, b, view, room, person, func(s *eventv1.Standing) error { return Barred(s, role, now) })
	return err
}

// Hidden tells by followed state whether only moderators see what somebody writes.
func Hidden(view *follow.View, who *eventv1.Author, now time.Time) (bool, error) {
	s, err := followed(view, who.GetPerson())
	return Holds(s.GetShadow(), who.GetRole(), now), err
}

// followed is a person's standing as followed; nil for nobody's.
func followed(view *follow.View, person string) (*eventv1.Standing, error) {
	doc, ok := view.Doc(StandingKey + "." + person)
	if !ok {
		return nil, nil
	}
	s, err := Decode(doc.Body)
	if err != nil {
		return nil, fmt.Errorf("standing of a person: %w", err)
	}
	return s, nil
}

// allowed judges a person's standing, nil for nobody's, by a rule. Before it says no it asks the leader: a measure may just have
// been lifted.
func allowed(ctx context.Context, b *bus.Bus, view *follow.View, room, person string, rule func(*eventv1.Standing) error) (*eventv1.Standing, error) {
	s, err := followed(view, person)
	if s == nil || rule(s) == nil {
		return s, err
	}
	if s, _, err = Read(ctx, b, room, person); err != nil {
		return nil, err
	}
	return s, rule(s)
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
