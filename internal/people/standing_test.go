package people_test

import (
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

var now = time.UnixMilli(1_700_000_000_000)

func measure(by eventv1.Role, left time.Duration) *eventv1.Measure {
	m := &eventv1.Measure{By: &eventv1.Author{Role: by}, Reason: "spam"}
	if left != 0 {
		m.UntilMs = now.Add(left).UnixMilli()
	}
	return m
}

func TestWhomAMeasureBinds(t *testing.T) {
	const viewer, moderator, host = eventv1.Role_ROLE_VIEWER, eventv1.Role_ROLE_MODERATOR, eventv1.Role_ROLE_HOST
	for name, c := range map[string]struct {
		standing *eventv1.Standing
		role     eventv1.Role
		want     fault.Reason
		left     time.Duration
	}{
		"nothing":                     {&eventv1.Standing{}, viewer, "", 0},
		"nobody":                      {nil, viewer, "", 0},
		"a ban":                       {&eventv1.Standing{Ban: measure(moderator, 0)}, viewer, fault.Banned, 0},
		"a ban for an hour":           {&eventv1.Standing{Ban: measure(moderator, time.Hour)}, viewer, fault.Banned, time.Hour},
		"a ban that ends now":         {&eventv1.Standing{Ban: measure(moderator, time.Nanosecond)}, viewer, "", 0},
		"a ban that ended":            {&eventv1.Standing{Ban: measure(moderator, -time.Hour)}, viewer, "", 0},
		"a moderator's on another":    {&eventv1.Standing{Ban: measure(moderator, 0)}, moderator, "", 0},
		"a moderator's on the host":   {&eventv1.Standing{Ban: measure(moderator, 0)}, host, "", 0},
		"the host's on a moderator":   {&eventv1.Standing{Ban: measure(host, 0)}, moderator, fault.Banned, 0},
		"a service's on the host":     {&eventv1.Standing{Timeout: measure(eventv1.Role_ROLE_SERVICE, 0)}, host, fault.TimedOut, 0},
		"a time-out":                  {&eventv1.Standing{Timeout: measure(moderator, time.Minute)}, viewer, fault.TimedOut, time.Minute},
		"a ban over a time-out":       {&eventv1.Standing{Ban: measure(moderator, 0), Timeout: measure(moderator, time.Minute)}, viewer, fault.Banned, 0},
		"a time-out beyond a ban":     {&eventv1.Standing{Ban: measure(moderator, -1), Timeout: measure(moderator, time.Minute)}, viewer, fault.TimedOut, time.Minute},
		"out of sight does not mute":  {&eventv1.Standing{Shadow: measure(moderator, 0)}, viewer, "", 0},
		"one that nobody took, empty": {&eventv1.Standing{Ban: &eventv1.Measure{}}, viewer, "", 0},
	} {
		err := people.Silenced(c.standing, c.role, now)
		f, _ := fault.Of(err)
		switch {
		case c.want == "" && err != nil, c.want != "" && (f == nil || f.Reason != c.want):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		case f != nil && f.RetryAfter != c.left:
			t.Errorf("%s: come again after %s, want %s", name, f.RetryAfter, c.left)
		}
		barred := people.Barred(c.standing, c.role, now)
		if (barred != nil) != (c.want == fault.Banned) {
			t.Errorf("%s: at the door %v", name, barred)
		}
	}
}

func TestPruneLeavesWhatHolds(t *testing.T) {
	s := &eventv1.Standing{Ban: measure(2, -1), Timeout: measure(2, time.Minute), Shadow: measure(2, -time.Hour)}
	if !people.Prune(s, now) || s.GetBan() != nil || s.GetTimeout() == nil || s.GetShadow() != nil {
		t.Errorf("left is %v", s)
	}
	if people.Prune(s, now.Add(time.Minute)) || s.GetTimeout() != nil {
		t.Errorf("a minute later left is %v", s)
	}
}
