package people

import (
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// StandingKey is the first part of the key of a person's document below the room; the second is the person's key.
const StandingKey = "ban"

// PersonOf is the person whose standing a document is; false for documents of another kind.
func PersonOf(documentKey string) (person string, ok bool) {
	return strings.CutPrefix(documentKey, StandingKey+".")
}

// Decode reads a standing. A nil body is one of nobody: nothing holds.
func Decode(body []byte) (*eventv1.Standing, error) {
	s := new(eventv1.Standing)
	return s, proto.Unmarshal(body, s)
}

// Holds tells whether a measure holds now against somebody of a role: it binds only those below who took it, so that
// moderators cannot lock out one another or the host.
func Holds(m *eventv1.Measure, role eventv1.Role, now time.Time) bool {
	return m != nil && m.GetBy().GetRole() > role && !over(m, now)
}

func over(m *eventv1.Measure, now time.Time) bool {
	return m == nil || m.GetUntilMs() != 0 && m.GetUntilMs() <= now.UnixMilli()
}

// Left is how long a measure holds on; zero when it has no end.
func Left(m *eventv1.Measure, now time.Time) time.Duration {
	if m.GetUntilMs() == 0 {
		return 0
	}
	return max(0, time.UnixMilli(m.GetUntilMs()).Sub(now))
}

// Prune takes out what has ended, and tells whether anything is left.
func Prune(s *eventv1.Standing, now time.Time) (left bool) {
	if over(s.GetBan(), now) {
		s.Ban = nil
	}
	if over(s.GetTimeout(), now) {
		s.Timeout = nil
	}
	if over(s.GetShadow(), now) {
		s.Shadow = nil
	}
	return s.GetBan() != nil || s.GetTimeout() != nil || s.GetShadow() != nil
}

// Barred is the fault BANNED for somebody who may not be in the room, else nil.
func Barred(s *eventv1.Standing, role eventv1.Role, now time.Time) error {
	if !Holds(s.GetBan(), role, now) {
		return nil
	}
	return fault.New(fault.Banned, "%s", because("you may not take part in this room", s.GetBan())).After(Left(s.GetBan(), now))
}

// Silenced is the fault BANNED or TIMED_OUT for somebody who may not write now, else nil.
func Silenced(s *eventv1.Standing, role eventv1.Role, now time.Time) error {
	if err := Barred(s, role, now); err != nil {
		return err
	}
	if !Holds(s.GetTimeout(), role, now) {
		return nil
	}
	return fault.New(fault.TimedOut, "%s", because("a moderator has muted you for a while", s.GetTimeout())).After(Left(s.GetTimeout(), now))
}

func because(what string, m *eventv1.Measure) string {
	if m.GetReason() == "" {
		return what
	}
	return what + ": " + m.GetReason()
}
