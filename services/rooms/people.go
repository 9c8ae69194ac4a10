package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// The longest measures that have an end.
const (
	longestBan     = 365 * 24 * time.Hour
	longestTimeout = 7 * 24 * time.Hour
)

// undoSlack is how much longer than it can be taken back, or an undo asked for again, a document keeps what that takes.
const undoSlack = 30 * time.Second

// personAct is one act of a moderator on a person.
type personAct struct {
	room, person, subject string
	action                string
	reason                string
	request               string
	duration              *durationpb.Duration
	longest               time.Duration
	actor                 *roomsv1.Actor
	// change makes the act's change of what holds; false says that it stands so already.
	change func(s *eventv1.Standing, m *eventv1.Measure) bool
}

// BanPerson keeps a person out of a room, or out of sight.
func (s *Service) BanPerson(ctx context.Context, r *roomsv1.BanPersonRequest) (*roomsv1.BanPersonResponse, error) {
	act := personAct{
		room: r.GetRoom(), person: r.GetPerson(), subject: r.GetSubject(), reason: r.GetReason(), request: r.GetRequestId(),
		duration: r.GetDuration(), longest: longestBan, actor: r.GetActor(), action: "ban_person",
		change: func(s *eventv1.Standing, m *eventv1.Measure) bool { s.Ban = m; return true },
	}
	if r.GetHidden() {
		act.action = "shadow_ban_person"
		act.change = func(s *eventv1.Standing, m *eventv1.Measure) bool { s.Shadow = m; return true }
	}
	p, err := s.actOn(ctx, act)
	return &roomsv1.BanPersonResponse{Person: p}, err
}

// TimeOutPerson mutes a person.
func (s *Service) TimeOutPerson(ctx context.Context, r *roomsv1.TimeOutPersonRequest) (*roomsv1.TimeOutPersonResponse, error) {
	p, err := s.actOn(ctx, personAct{
		room: r.GetRoom(), person: r.GetPerson(), subject: r.GetSubject(), reason: r.GetReason(), request: r.GetRequestId(),
		duration: r.GetDuration(), longest: longestTimeout, actor: r.GetActor(), action: "time_out_person",
		change: func(s *eventv1.Standing, m *eventv1.Measure) bool { s.Timeout = m; return true },
	})
	return &roomsv1.TimeOutPersonResponse{Person: p}, err
}

// UnbanPerson lifts everything that holds against a person.
func (s *Service) UnbanPerson(ctx context.Context, r *roomsv1.UnbanPersonRequest) (*roomsv1.UnbanPersonResponse, error) {
	p, err := s.actOn(ctx, personAct{
		room: r.GetRoom(), person: r.GetPerson(), subject: r.GetSubject(), reason: r.GetReason(), request: r.GetRequestId(),
		actor: r.GetActor(), action: "unban_person",
		change: func(s *eventv1.Standing, _ *eventv1.Measure) bool {
			held := s.GetBan() != nil || s.GetTimeout() != nil || s.GetShadow() != nil
			s.Ban, s.Timeout, s.Shadow, s.Traces = nil, nil, nil, nil
			return held
		},
	})
	return &roomsv1.UnbanPersonResponse{Person: p}, err
}

// actOn carries an act out, and counts it.
func (s *Service) actOn(ctx context.Context, act personAct) (*roomsv1.Person, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	standing, err := s.acted(ctx, act)
	s.meter.act(ctx, act.action, err)
	if err != nil {
		return nil, err
	}
	return personOutside(standing, s.clock()), nil
}

func (s *Service) acted(ctx context.Context, act personAct) (*eventv1.Standing, error) {
	why, err := text.CleanOptional("reason", act.reason, text.Reason)
	if err != nil {
		return nil, err
	}
	if act.request != "" {
		if err := text.RequestID(act.request); err != nil {
			return nil, err
		}
	}
	room, by, err := s.moderating(ctx, act.room, act.actor)
	if err != nil {
		return nil, err
	}
	person, err := personKey(ctx, room, act.person, act.subject)
	if err != nil {
		return nil, err
	}
	if person == by.GetPerson() {
		return nil, fault.New(fault.FieldInvalid, "this is you; ask another moderator if you want to leave").On("person")
	}
	now := s.clock()
	measure := &eventv1.Measure{FromMs: now.UnixMilli(), By: by, Reason: why}
	if d := act.duration; d != nil {
		life := d.AsDuration()
		if d.CheckValid() != nil || life < time.Second || life > act.longest {
			return nil, fault.New(fault.FieldInvalid, "it lasts 1 s to %d days; leave it out for as long as the room lives", act.longest/(24*time.Hour)).On("duration")
		}
		measure.UntilMs = now.Add(life).UnixMilli()
	}
	known, err := s.lastWriting(ctx, act.room, person)
	if err != nil {
		return nil, err
	}
	if known != nil && known.GetRole() >= by.GetRole() {
		return nil, fault.New(fault.PermissionDenied, "a %s may not do this to a %s", roleNames[by.GetRole()], roleNames[known.GetRole()])
	}
	request := ""
	if act.request != "" {
		request = once.Of("person", act.room, room.GetNonce(), by.GetPerson(), act.action, person, act.request).Message()
	}
	for range tries {
		held, record, err := people.Read(ctx, s.bus, act.room, person)
		if err != nil {
			return nil, err
		}
		if request != "" && held.GetLastRequest() == request { // carried out before, perhaps without its entry
			return held, s.tellPerson(ctx, held, by, act, why)
		}
		next := withoutPast(held, now)
		if known != nil {
			next.Name, next.Guest = known.GetName(), known.GetGuest()
		}
		if err := outranked(next, by); err != nil {
			return nil, err
		}
		if !act.change(next, measure) {
			return next, nil
		}
		next.Before = withoutPast(held, now)
		next.Revision, next.LastRequest, next.LastBy, next.LastAction, next.ChangedMs = held.GetRevision()+1, request, by.GetPerson(), act.action, now.UnixMilli()
		if err := s.putStanding(ctx, act.room, next, record.Sequence); err == nil {
			return next, s.tellPerson(ctx, next, by, act, why)
		} else if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, busy()
}

// UndoPersonAct takes back one's own last act on a person.
func (s *Service) UndoPersonAct(ctx context.Context, r *roomsv1.UndoPersonActRequest) (*roomsv1.UndoPersonActResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	standing, err := s.undone(ctx, r)
	s.meter.act(ctx, "undo_person_act", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.UndoPersonActResponse{Person: personOutside(standing, s.clock())}, nil
}

func (s *Service) undone(ctx context.Context, r *roomsv1.UndoPersonActRequest) (*eventv1.Standing, error) {
	room, by, err := s.moderating(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	person, err := personKey(ctx, room, r.GetPerson(), "")
	if err != nil {
		return nil, err
	}
	for range tries {
		held, record, err := people.Read(ctx, s.bus, r.GetRoom(), person)
		if err != nil {
			return nil, err
		}
		now := s.clock()
		may, again := judge.MayUndo(held.GetLastBy() == by.GetPerson(), takenBack(held), time.UnixMilli(held.GetChangedMs()), now)
		switch {
		case again: // perhaps its entry is what failed before
			return held, s.tellPerson(ctx, held, by, personAct{room: r.GetRoom(), action: held.GetLastAction()}, "")
		case !may || held.GetBefore() == nil:
			return nil, fault.New(fault.UndoExpired, "there is no act of yours on this person in the last 60 s that is still the last one")
		}
		next := withoutPast(held.GetBefore(), now)
		next.Person, next.Revision, next.LastBy, next.LastAction, next.ChangedMs = person, held.GetRevision()+1, by.GetPerson(), undid+held.GetLastAction(), now.UnixMilli()
		if err := s.putStanding(ctx, r.GetRoom(), next, record.Sequence); err == nil {
			return next, s.tellPerson(ctx, next, by, personAct{room: r.GetRoom(), action: next.GetLastAction()}, "")
		} else if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, busy()
}

// undid begins the name of an act that took another one back.
const undid = "undo_"

// takenBack tells whether the last change of a standing took an act back. What is left of one on whom nothing holds is a memory of
// that, for those who did not hear of it.
func takenBack(s *eventv1.Standing) bool { return strings.HasPrefix(s.GetLastAction(), undid) }

// NoteTrace adds a trace to the ban of a guest.
func (s *Service) NoteTrace(ctx context.Context, r *roomsv1.NoteTraceRequest) (*roomsv1.NoteTraceResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.note(ctx, r)
	s.meter.act(ctx, "note_trace", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.NoteTraceResponse{}, nil
}

func (s *Service) note(ctx context.Context, r *roomsv1.NoteTraceRequest) error {
	if _, err := judge.Admitted(ctx, r.GetRoom()); err != nil {
		return err
	}
	if err := errors.Join(text.ItemID("person", r.GetPerson()), text.ItemID("trace", r.GetTrace())); err != nil {
		return err
	}
	for range tries {
		held, record, err := people.Read(ctx, s.bus, r.GetRoom(), r.GetPerson())
		if err != nil {
			return err
		}
		if held.GetBan() == nil || slices.Contains(held.GetTraces(), r.GetTrace()) {
			return nil
		}
		held.Traces = append(held.GetTraces(), r.GetTrace())
		held.Traces = held.Traces[max(0, len(held.Traces)-people.MostTraces):]
		held.Guest = true
		if err := s.putStanding(ctx, r.GetRoom(), held, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return busy()
}

// withoutPast is a copy of what holds now, without what undo needs.
func withoutPast(s *eventv1.Standing, now time.Time) *eventv1.Standing {
	c := proto.CloneOf(s)
	c.Before, c.LastRequest, c.LastBy, c.LastAction = nil, "", "", ""
	people.Prune(c, now)
	if c.GetBan() == nil {
		c.Traces = nil
	}
	return c
}

// outranked refuses to change what somebody of a higher role took.
func outranked(s *eventv1.Standing, by *eventv1.Author) error {
	for _, m := range []*eventv1.Measure{s.GetBan(), s.GetTimeout(), s.GetShadow()} {
		if m.GetBy().GetRole() > by.GetRole() {
			return fault.New(fault.PermissionDenied, "a %s decided about this person; ask them", roleNames[m.GetBy().GetRole()])
		}
	}
	return nil
}

// putStanding writes a standing for as long as anything of it is needed: the store takes it away by itself then, and tells
// who follows.
func (s *Service) putStanding(ctx context.Context, room string, next *eventv1.Standing, expected uint64) error {
	key := bus.InRoom(bus.State, room, people.StandingKey, next.GetPerson())
	life, forEver := judge.UndoFor+undoSlack, false
	if takenBack(next) {
		life = judge.UndoAgain + undoSlack
	}
	for _, m := range []*eventv1.Measure{next.GetBan(), next.GetTimeout(), next.GetShadow()} {
		if m != nil {
			forEver = forEver || m.GetUntilMs() == 0
			life = max(life, people.Left(m, s.clock())+time.Second)
		}
	}
	body, err := proto.Marshal(next)
	if err != nil {
		return fmt.Errorf("write a person's standing: %w", err)
	}
	if forEver {
		_, err = s.bus.Put(ctx, key, body, expected)
	} else {
		_, err = s.bus.PutFor(ctx, key, body, expected, life)
	}
	return err
}

func (s *Service) tellPerson(ctx context.Context, next *eventv1.Standing, by *eventv1.Author, act personAct, why string) error {
	return audit.Write(ctx, s.bus, act.room, once.Of("audit", act.room, act.action, next.GetPerson(), fmt.Sprint(next.GetRevision(), next.GetChangedMs())),
		&eventv1.AuditEntry{
			Actor: by, Action: act.action, Target: next.GetPerson(), About: next.GetPerson(), Reason: why, AtMs: next.GetChangedMs(),
		})
}

// moderating checks that somebody moderates a room, and gives the room and who it is.
func (s *Service) moderating(ctx context.Context, room string, actor *roomsv1.Actor) (*eventv1.Room, *eventv1.Author, error) {
	if err := text.RoomID(room); err != nil {
		return nil, nil, err
	}
	who, err := auth.Ranking(ctx, room, actor, auth.Moderator)
	if err != nil {
		return nil, nil, err
	}
	doc, err := judge.Settings(ctx, s.bus, room)
	if err != nil {
		return nil, nil, err
	}
	by, err := judge.Author(doc, who)
	return doc, by, err
}

// personKey is the person's key in the room; a service may name a subject instead.
func personKey(ctx context.Context, room *eventv1.Room, person, subject string) (string, error) {
	if subject == "" {
		return person, text.ItemID("person", person)
	}
	if c, ok := auth.CallerFrom(ctx); !ok || c.Role != auth.Service {
		return "", fault.New(fault.PermissionDenied, "only a service knows subjects; name the person").On("subject")
	}
	if person != "" {
		return "", fault.New(fault.FieldInvalid, "name the person or the subject, not both").On("subject")
	}
	return auth.PersonKey(room.GetPersonKey(), subject), nil
}
