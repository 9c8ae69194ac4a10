package room

import (
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// standing is what holds against a person; its document is empty once nothing does, which is kept so that whoever returns
// is told.
type standing struct {
	doc      *eventv1.Standing
	sequence uint64
}

// takeStanding takes in that something about a person was decided, lifted or has ended.
func (m *model) takeStanding(d follow.Document, c *changes) {
	person, ok := people.PersonOf(d.Key)
	if !ok || d.Sequence <= m.people[person].sequence {
		return
	}
	doc, err := people.Decode(d.Body)
	if err != nil {
		m.log.Error("a person's standing cannot be read; passing over it", "error", err)
		return
	}
	doc.Person = person
	m.people[person] = standing{doc, d.Sequence}
	if c.standings == nil {
		c.standings = make(map[string]*eventv1.Standing)
	}
	c.standings[person] = doc
	for _, id := range m.heldBy[person] { // whether a release shows what they write for the first time is told with it
		if m.held[id].waits() {
			c.heldChanged(id)
		}
	}
}

// outOfSight tells whether only moderators see what somebody writes.
func (m *model) outOfSight(who *eventv1.Author) bool {
	shadow := m.people[who.GetPerson()].doc.GetShadow()
	return shadow != nil && people.Holds(shadow, who.GetRole(), m.now())
}

// maxPeople bounds the people in a moderator's snapshot, and peopleBytes about what they take in JSON.
const (
	maxPeople   = 500
	peopleBytes = 128 << 10
)

// peopleFor adds to what moderators receive those people that are wanted, the last changed first, as far as they fit.
func (m *model) peopleFor(mod *gatewayv1.Moderation, wanted func(standing) bool, bytes int) *gatewayv1.Moderation {
	now := time.Now()
	var list []standing
	for _, s := range m.people {
		if wanted(s) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b standing) int { return int(b.sequence) - int(a.sequence) })
	head, _ := within(list, maxPeople, bytes, standing.size)
	for _, s := range head {
		doc := proto.CloneOf(s.doc)
		people.Prune(doc, now)
		mod.People = append(mod.People, &gatewayv1.Standing{
			Person: doc.GetPerson(), Name: doc.GetName(), Guest: doc.GetGuest(),
			Ban: measure(doc.GetBan()), Timeout: measure(doc.GetTimeout()), Shadow: measure(doc.GetShadow()),
		})
	}
	return mod
}

// size is about what a standing takes in JSON, and never less. The numbers are names of fields with ids and times.
func (s standing) size() int {
	n := 110 + escaped(s.doc.GetName())
	for _, m := range []*eventv1.Measure{s.doc.GetBan(), s.doc.GetTimeout(), s.doc.GetShadow()} {
		if m != nil {
			n += 110 + escaped(m.GetBy().GetName()) + escaped(m.GetReason())
		}
	}
	return n
}

func measure(m *eventv1.Measure) *gatewayv1.Measure {
	if m == nil {
		return nil
	}
	return &gatewayv1.Measure{FromMs: m.GetFromMs(), UntilMs: m.GetUntilMs(), By: m.GetBy().GetName(), Reason: m.GetReason()}
}

// stands tells whether anything holds against a person now.
func (s standing) stands(now time.Time) bool { return people.Prune(proto.CloneOf(s.doc), now) }

// enforce acts on the sockets of people about whom something was decided, and remembers it for those who come. Sockets are
// found by going through all of the room's: that happens once for each decision, while an index by person would cost every
// viewer its share of memory.
func (r *Room) enforce(changed map[string]*eventv1.Standing, now time.Time) {
	if len(changed) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	traces := r.untraced(changed, now)
	before := make(map[string]*eventv1.Standing, len(changed))
	for person, s := range changed {
		before[person] = r.standings[person]
		if !people.Prune(proto.CloneOf(s), now) {
			delete(r.standings, person)
			continue
		}
		if r.standings == nil {
			r.standings = make(map[string]*eventv1.Standing)
		}
		r.standings[person] = s
	}
	r.retrace(now)
	for _, seat := range r.sessions {
		s, ok := changed[seat.Person]
		if !ok {
			continue
		}
		delete(traces, seat.Person) // the end of the socket tells
		if r.bar(seat, s, now) {
			continue
		}
		was, is := mutedUntil(before[seat.Person], seat.Role, now), mutedUntil(s, seat.Role, now)
		if was != is {
			r.tellMuted(seat, is, s.GetTimeout().GetReason())
		}
	}
	r.noteTraces(traces)
}

// retrace gathers the traces of banned guests anew; mu is held.
func (r *Room) retrace(now time.Time) {
	clear(r.traces)
	for person, s := range r.standings {
		if !people.Holds(s.GetBan(), eventv1.Role_ROLE_VIEWER, now) {
			continue
		}
		for _, trace := range s.GetTraces() {
			if r.traces == nil {
				r.traces = make(map[string]string)
			}
			r.traces[trace] = person
		}
	}
}

// Review tells whether a guest shares network and client with a banned one: what they write first is looked at before others
// read it.
func (r *Room) Review(trace string) bool {
	if trace == "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	person, known := r.traces[trace]
	return known && people.Holds(r.standings[person].GetBan(), eventv1.Role_ROLE_VIEWER, time.Now())
}

// Traced tells whether a banned guest's trace is noted already, or need not be, since nothing holds against the person.
func (r *Room) Traced(person, trace string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.standings[person]
	return s.GetBan() == nil || slices.Contains(s.GetTraces(), trace)
}

// bar closes the socket of somebody who may not be here; mu is held.
func (r *Room) bar(seat *Seat, s *eventv1.Standing, now time.Time) bool {
	err := people.Barred(s, seat.Role, now)
	if err == nil {
		return false
	}
	message := "You may not take part in this room."
	if f, ok := fault.Of(err); ok {
		message = strings.ToUpper(f.Message[:1]) + f.Message[1:] + "."
	}
	seat.Member.Close(fault.CloseBanned, r.encode(seat.Protocol, Goodbye(fault.CloseBanned, 0, message)))
	return true
}

// forEver is how a time-out without an end looks to a client: no clock comes that far.
const forEver = 253402300799000

// mutedUntil is until when somebody's writing is refused, 0 when it is not.
func mutedUntil(s *eventv1.Standing, role eventv1.Role, now time.Time) int64 {
	if s == nil || !people.Holds(s.GetTimeout(), role, now) {
		return 0
	}
	if until := s.GetTimeout().GetUntilMs(); until != 0 {
		return until
	}
	return forEver
}

func (r *Room) tellMuted(seat *Seat, until int64, reason string) {
	if f := r.encode(seat.Protocol, &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Muted{
		Muted: &gatewayv1.Muted{UntilMs: until, Reason: reason},
	}}); f != nil {
		seat.Member.Send(f)
	}
}

// received looks at somebody who takes a seat. Between the look at the hello and the seat a ban may have come, and then it
// found nobody; mu is held.
func (r *Room) received(seat *Seat, now time.Time) {
	s := r.standings[seat.Person]
	if s == nil || r.bar(seat, s, now) {
		return
	}
	if until := mutedUntil(s, seat.Role, now); until != 0 {
		r.tellMuted(seat, until, s.GetTimeout().GetReason())
	}
}

// Barred is the fault BANNED for somebody who may not come in, else nil.
func (r *Room) Barred(person string, role eventv1.Role) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return people.Barred(r.standings[person], role, time.Now())
}
