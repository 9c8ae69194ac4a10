package session

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/limit"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Limits of people and sockets. A zero field is its default.
type Limits struct {
	// PersonHandshakes a second over time, twenty times as many at once. Default 2.
	PersonHandshakes int
	// PersonSockets that one person may have open here. Default 200.
	PersonSockets int
	// Verbs whose buckets differ from limit.Verb's.
	Verbs map[string]limit.Bucket
	// Frames a second of one socket over time, four times as many at once. Default 50.
	Frames int
	// Bytes a second of one socket's frames over time, eight times as many at once and never less than four of the largest
	// frames. Default 16 KiB.
	Bytes int
	// Errors of one socket before it is closed; what was spent comes back over 10 minutes. Default 50.
	Errors int

	verbs map[auth.Role][]*gatewayv1.VerbLimit // what each role is told; shared
}

const (
	burstOfPerson = 20 // handshakes at once, in seconds' worth: a person opens a page in several tabs
	burstOfFrames = 4  // frames at once, in seconds' worth
	burstOfBytes  = 8  // bytes at once, in seconds' worth
	overruns      = 4  // frames beyond the rate before the socket is closed, in seconds' worth

	bytesOfFrame = 1 << 10 // of a frame beyond the rate for which it counts as one more
	leastFrames  = 4       // of the largest that may come at once
)

// restTime is for how long a socket that went over its rate by as many frames as the rate has in that time is not read:
// however much it sends, it costs what twice its rate would.
const restTime = 250 * time.Millisecond

// restLane is for how long it is in the slow lane then, from when it last had to rest.
const restLane = burstOfFrames * time.Second / 2

// slowdowns is how often somebody may be told to slow down before it is told to stop.
var slowdowns = limit.Bucket{Burst: 3, Per: 10 * time.Minute}

func (l Limits) withDefaults() Limits {
	l.PersonHandshakes = cmp.Or(l.PersonHandshakes, 2)
	l.PersonSockets = cmp.Or(l.PersonSockets, 200)
	l.Frames = cmp.Or(l.Frames, 50)
	l.Bytes = cmp.Or(l.Bytes, 16<<10)
	l.Errors = cmp.Or(l.Errors, 50)
	l.verbs = make(map[auth.Role][]*gatewayv1.VerbLimit)
	for _, role := range []auth.Role{auth.Viewer, auth.Moderator, auth.Host} {
		l.verbs[role] = l.verbsOf(role)
	}
	return l
}

func (l Limits) verbsOf(role auth.Role) (all []*gatewayv1.VerbLimit) {
	for verb, r := range verbs {
		if !role.AtLeast(r.least) {
			continue
		}
		if b := l.bucket(verb, role); b.Burst > 0 {
			all = append(all, &gatewayv1.VerbLimit{Verb: verb, Burst: uint32(b.Burst), PerMs: uint32(b.Per.Milliseconds())})
		}
	}
	slices.SortFunc(all, func(a, b *gatewayv1.VerbLimit) int { return cmp.Compare(a.GetVerb(), b.GetVerb()) })
	return all
}

// SetLimits puts other limits in force, also for sockets that stand; they were told the old ones in their welcome. A bucket
// that somebody emptied stays as it is and fills at the new rate.
func (s *Sessions) SetLimits(l Limits) {
	l = l.withDefaults()
	s.inForce.Store(&l)
}

// limits are those in force. They are shared: do not change them.
func (s *Sessions) limits() *Limits { return s.inForce.Load() }

// byteBurst is how many bytes of frames may come at once.
func (l Limits) byteBurst() int { return max(burstOfBytes*l.Bytes, leastFrames*MaxFrame) }

// bucket is a verb's limit for a role; none where its burst is 0.
func (l Limits) bucket(verb string, role auth.Role) limit.Bucket {
	return limit.Verb(verb, role.AtLeast(auth.Moderator), l.Verbs)
}

// told is what a client is told of its limits.
func (l Limits) told(out *gatewayv1.Limits, role auth.Role) {
	out.FramesPerSecond, out.FrameBurst, out.Errors = uint32(l.Frames), uint32(l.Frames*burstOfFrames), uint32(l.Errors)
	out.BytesPerSecond, out.ByteBurst = uint32(l.Bytes), uint32(l.byteBurst())
	if !role.AtLeast(auth.Moderator) {
		out.Sockets = uint32(l.PersonSockets)
	}
	out.Verbs = l.verbs[role]
}

// personVerb is a bucket's key. A person's key differs from room to room, and so do its buckets.
type personVerb struct{ person, verb string }

// held are the buckets and counts of everybody at this gateway.
type held struct {
	verbs      *limit.Rate[personVerb]
	handshakes *limit.Rate[string]
	slowed     *limit.Rate[string] // how often somebody was told to slow down
	sockets    *limit.Count[string]
}

func newHeld() held {
	return held{limit.NewRate[personVerb](), limit.NewRate[string](), limit.NewRate[string](), limit.NewCount[string]()}
}

// hit counts what a limit refused.
func (s *Sessions) hit(which string) {
	s.limited.Add(context.Background(), 1, metric.WithAttributes(attribute.String("limit", which)))
}

// enter counts one more socket of the person, or says why it may not have one. Moderators and hosts are exempt: a link may
// be several people's, who would keep each other out.
func (v *session) enter(now time.Time) error {
	if v.actor.Person.Role.AtLeast(auth.Moderator) {
		return nil
	}
	if v.held.slowed.Empty(v.actor.Key, slowdowns, now) {
		v.hit("abuse")
		return errAbuse
	}
	limits := v.limits()
	n := limits.PersonHandshakes
	if wait := v.held.handshakes.Allow(v.actor.Key, limit.Bucket{Burst: n * burstOfPerson, Per: burstOfPerson * time.Second}, now); wait > 0 {
		v.hit("person_handshakes")
		return fault.New(fault.TooManyRequests, "you have connected very often; wait a little").After(wait)
	}
	if !v.held.sockets.Take(v.actor.Key, limits.PersonSockets) {
		v.hit("person_sockets")
		return fault.New(fault.TooManyRequests, "you have %d connections here already; close some", limits.PersonSockets).After(30 * time.Second)
	}
	v.counted = true
	return nil
}

// leave counts one less; what enter did not count it leaves alone.
func (v *session) leave() {
	if v.counted {
		v.held.sockets.Release(v.actor.Key)
	}
}

// allow judges a verb by the table: the role first, then the person's bucket.
func (v *session) allow(in *gatewayv1.ClientFrame, now time.Time) error {
	verb := verbOf(in)
	r, known := verbs[verb]
	switch {
	case !known:
		return fault.New(fault.UnknownVerb, "this server does not know that verb")
	case v.readOnly && !r.watching:
		v.noteDenied(verb)
		return fault.New(fault.PermissionDenied, "this link is for watching only")
	case !v.actor.Person.Role.AtLeast(r.least):
		return v.denied(verb, r.least)
	case verb == "moderate":
		act := actOf(in.GetModerate())
		least, known := acts[act]
		if !known {
			return fault.New(fault.UnknownVerb, "this server does not know that act of moderation")
		}
		if !v.actor.Person.Role.AtLeast(least) {
			return v.denied(act, least)
		}
	}
	if b := v.limits().bucket(verb, v.actor.Person.Role); b.Burst > 0 {
		if wait := v.held.verbs.Allow(personVerb{v.actor.Key, verb}, b, now); wait > 0 {
			v.hit("verb_" + verb)
			return fault.New(fault.TooManyRequests, "at most %d in %s; wait a little", b.Burst, b.Per).After(wait)
		}
	}
	return nil
}

// denied is the fault for what a role may not do, and leaves a line in the room's trail.
func (v *session) denied(what string, least auth.Role) error {
	v.noteDenied(what)
	return fault.New(fault.PermissionDenied, "only a %s may do that", least)
}

// noteDenied leaves a line in the room's trail that this session's person may not do something.
func (v *session) noteDenied(what string) {
	if d := v.o.Denials; d != nil {
		room, denial := v.actor.Room, audit.Denial{Who: v.actor.Person, What: what}
		v.working.Go(func() { d.Note(context.Background(), room, denial) })
	}
}

// noteTurnedAway leaves a line in a room's trail that somebody came whose token opens no socket there. It is looked for behind
// the refusal, which takes as long whether or not there is such a room, and opens none.
func (v *session) noteTurnedAway(roomID string, claims auth.Claims) {
	if d := v.o.Denials; d != nil {
		denial := audit.Denial{Who: claims.Person(), Stranger: !claims.Admits(roomID), What: "hello"}
		v.working.Go(func() { d.Note(context.Background(), roomID, denial) })
	}
}

// slowDown remembers that this socket's person was told to; once for a socket. Before the hello it is nobody's.
func (v *session) slowDown() {
	if !v.slowed.Swap(true) && v.actor.Key != "" {
		v.held.slowed.Allow(v.actor.Key, slowdowns, time.Now())
	}
}

// errAbuse refuses somebody who was told to slow down three times in 10 minutes, and comes on.
var errAbuse = errors.New("slowed down three times and went on")
