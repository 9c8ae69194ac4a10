package comments

import (
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// turns says who may post when: slow mode by person, intake by room. It lives in one replica's memory; calls carry the
// room and person as their key, so that one replica sees them all but for the moment in which the ring changes.
type turns struct {
	mu     sync.Mutex
	rooms  map[string]*pace     // guarded by mu
	people map[person]time.Time // guarded by mu: when each posted last
}

type person struct{ room, key string }

func newTurns() *turns {
	return &turns{rooms: make(map[string]*pace), people: make(map[person]time.Time)}
}

// charge is a turn that was taken; give it back if the post was not stored.
type charge struct {
	of     *turns
	who    person
	before time.Time
	at     time.Time
}

// take takes a turn, or is SLOW_MODE or ROOM_BUSY, both with the time to wait. Slow mode comes first: whoever it refuses
// must not use up the room's intake.
func (t *turns) take(r *eventv1.Room, who person, wait time.Duration, now time.Time) (*charge, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.people[who]
	if left := before.Add(wait).Sub(now); wait > 0 && !before.IsZero() && left > 0 {
		return nil, fault.New(fault.SlowMode, "slow mode: one comment every %d s", int(wait.Seconds())).After(left)
	}
	p := t.rooms[who.room]
	if p == nil {
		p = new(pace)
		t.rooms[who.room] = p
	}
	if ok, left := p.take(r.GetSettings().GetMaxPostsPerSecond(), now); !ok {
		return nil, fault.New(fault.RoomBusy, "the room takes in at most %d comments a second; try again", r.GetSettings().GetMaxPostsPerSecond()).
			After(max(left, 100*time.Millisecond))
	}
	// Remembered also while slow mode is off: when it is turned on, it counts from the comment before.
	t.people[who] = now
	return &charge{of: t, who: who, before: before, at: now}, nil
}

// back undoes the charge, unless the person posted again since.
func (c *charge) back() { c.moveTo(c.before) }

// moveTo says that the person's comment was stored at another time than now: a retry of one from before a restart.
func (c *charge) moveTo(at time.Time) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if !c.of.people[c.who].Equal(c.at) {
		return
	}
	if at.IsZero() {
		delete(c.of.people, c.who)
	} else {
		c.of.people[c.who] = at
	}
}

// longestSlow is the longest slow mode that a room can have.
const longestSlow = time.Hour

// forget drops what no rule can need any more.
func (t *turns) forget(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for who, at := range t.people {
		if now.Sub(at) > longestSlow {
			delete(t.people, who)
		}
	}
	for room, p := range t.rooms {
		if now.Sub(p.at) > time.Minute {
			delete(t.rooms, room)
		}
	}
}
