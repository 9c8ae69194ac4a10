package judge_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// A ban keeps a person out of what can be read of a room as well; a mute does not, nor does a ban that has ended, or was taken by
// somebody of no higher role.
func TestWhoMayRead(t *testing.T) {
	bed := testbed.New(t)
	room := bed.Room("main", nil)
	j, now := judge.New(bed.Bus, bed.Views), time.Now()
	by := func(role eventv1.Role, left time.Duration) *eventv1.Measure {
		m := &eventv1.Measure{By: &eventv1.Author{Role: role}}
		if left != 0 {
			m.UntilMs = now.Add(left).UnixMilli()
		}
		return m
	}
	const moderator, host = eventv1.Role_ROLE_MODERATOR, eventv1.Role_ROLE_HOST
	key := func(who string) string { return auth.PersonKey(room.GetPersonKey(), who) }
	var last uint64
	decide := func(who string, s *eventv1.Standing) {
		t.Helper()
		s.Person = key(who)
		body, err := proto.Marshal(s)
		if err == nil {
			last, err = bed.Bus.Put(t.Context(), bus.InRoom(bus.State, "main", people.StandingKey, key(who)), body, last)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		role     auth.Role
		standing *eventv1.Standing
		want     fault.Reason
	}{
		"nothing":                    {auth.Viewer, nil, ""},
		"a ban":                      {auth.Viewer, &eventv1.Standing{Ban: by(moderator, 0)}, fault.Banned},
		"a ban for an hour":          {auth.Viewer, &eventv1.Standing{Ban: by(moderator, time.Hour)}, fault.Banned},
		"a ban that has ended":       {auth.Viewer, &eventv1.Standing{Ban: by(moderator, -time.Hour)}, ""},
		"a mute":                     {auth.Viewer, &eventv1.Standing{Timeout: by(moderator, 0)}, ""},
		"out of sight":               {auth.Viewer, &eventv1.Standing{Shadow: by(moderator, 0)}, ""},
		"a moderator's on another":   {auth.Moderator, &eventv1.Standing{Ban: by(moderator, 0)}, ""},
		"the host's on a moderator":  {auth.Moderator, &eventv1.Standing{Ban: by(host, 0)}, fault.Banned},
		"a program of the same name": {auth.Service, &eventv1.Standing{Ban: by(host, 0)}, ""},
	} {
		last = 0
		if c.standing != nil {
			decide(name, c.standing)
		}
		bed.Settle()
		r, err := j.Reader(testbed.As(t.Context(), c.role, name), "main", now)
		if c.want != "" && !fault.Is(err, c.want) || c.want == "" && (err != nil || r.Person != key(name) || r.Room.GetId() != "main" || r.View == nil) {
			t.Errorf("%s: %v, %v; want %q", name, r, err, c.want)
		}
		if c.role == auth.Service {
			continue
		}
		actor := &roomsv1.Actor{Subject: name, Name: "N", Role: string(c.role)}
		if _, err := j.ReaderAs(testbed.As(t.Context(), auth.Service, "gateway"), "main", actor, now); c.want != "" && !fault.Is(err, c.want) || c.want == "" && err != nil {
			t.Errorf("%s, whom a service acts for: %v; want %q", name, err, c.want)
		}
	}
	// A ban that was lifted a moment ago refuses nobody.
	last = 0
	decide("ann", &eventv1.Standing{Ban: by(moderator, 0)})
	bed.Settle()
	decide("ann", &eventv1.Standing{})
	if _, err := j.Reader(testbed.As(t.Context(), auth.Viewer, "ann"), "main", now); err != nil {
		t.Errorf("lifted: %v", err)
	}
	if _, err := j.Reader(t.Context(), "main", now); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := j.Reader(testbed.As(t.Context(), auth.Viewer, "ann"), "other", now); !fault.Is(err, fault.RoomNotFound) {
		t.Errorf("a room that is not there: %v", err)
	}
}
