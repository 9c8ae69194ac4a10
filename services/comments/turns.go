package comments

import (
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// turns says who may post when: slow mode by person, intake by room. It lives in one replica's memory; calls carry the
// room and person as their key, so that one replica sees them all but for the instant in which the ring changes.
type turns struct {
	mu     sync.Mutex
	rooms  map[string]*intake  // guarded by mu
	people map[once.ID]instant // guarded by mu: when each posted last; no pointers, since they are many
	began  time.Time           // guarded by mu: of the first turn
}

// instant is the time since turns began, which a clock that is set changes nothing of; 0 is never.
type instant time.Duration

// instant holds t.mu.
func (t *turns) instant(at time.Time) instant {
	if t.began.IsZero() {
		t.began = at.Add(-1)
	}
	return instant(at.Sub(t.began))
}

// person is somebody in a room.
type person struct{ room, key string }

func (p person) id() once.ID { return once.Of(p.room, p.key) }

func newTurns() *turns {
	return &turns{rooms: make(map[string]*intake), people: make(map[once.ID]instant)}
}

// charge is a turn that was taken; give it back if the post was not stored.
type charge struct {
	of         *turns
	who        once.ID
	before, at instant
}

// take takes a turn, or is SLOW_MODE or ROOM_BUSY, both with the time to wait. Slow mode comes first: whoever it refuses
// must not use up the room's intake.
func (t *turns) take(r *eventv1.Room, who person, wait time.Duration, now time.Time) (*charge, error) {
	id := who.id()
	t.mu.Lock()
	defer t.mu.Unlock()
	before, at := t.people[id], t.instant(now)
	if left := waits(before, at, wait); left > 0 {
		return nil, fault.New(fault.SlowMode, "slow mode: one comment every %d s", int(wait.Seconds())).After(left)
	}
	p := t.rooms[who.room]
	if p == nil {
		p = new(intake)
		t.rooms[who.room] = p
	}
	if ok, left := p.take(r.GetSettings().GetMaxPostsPerSecond(), now); !ok {
		return nil, fault.New(fault.RoomBusy, "the room takes in at most %d comments a second; try again", r.GetSettings().GetMaxPostsPerSecond()).
			After(max(left, 100*time.Millisecond))
	}
	// Remembered also while slow mode is off: when it is turned on, it counts from the comment before.
	t.people[id] = at
	return &charge{of: t, who: id, before: before, at: at}, nil
}

// waits is how long somebody who posted before waits on at a moment.
func waits(before, at instant, wait time.Duration) time.Duration {
	if wait == 0 || before == 0 {
		return 0
	}
	return max(0, time.Duration(before-at)+wait)
}

// left is how long somebody waits on, and takes nothing.
func (t *turns) left(who person, wait time.Duration, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return waits(t.people[who.id()], t.instant(now), wait)
}

// back undoes the charge, unless the person posted again since.
func (c *charge) back() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.set(c.before)
}

// moveTo says that the person's comment was stored at another time than now: a retry of one from before a restart.
func (c *charge) moveTo(at time.Time) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.set(c.of.instant(at))
}

// settle closes a charge by what became of its post: a comment that was stored before counts from then.
func (c *charge) settle(answer posted, first bool, err error) {
	switch {
	case err != nil:
		c.back()
	case !first:
		c.moveTo(answer.comment.GetCreateTime().AsTime())
	}
}

// set holds c.of.mu.
func (c *charge) set(at instant) {
	if c.of.people[c.who] != c.at {
		return
	}
	if at == 0 {
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
		if time.Duration(t.instant(now)-at) > longestSlow {
			delete(t.people, who)
		}
	}
	for room, p := range t.rooms {
		if now.Sub(p.at) > time.Minute {
			delete(t.rooms, room)
		}
	}
}
