package room

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// Somebody who has counted little is forgotten after fewLife without a tap: less than a quarter of the cap an hour is all
	// that coming back anew can gain. Who has counted more is kept as long as the hearts service keeps it, longer than a show.
	fewLife  = time.Hour
	nearLife = 12 * time.Hour
	// maxBudgets bounds the memory of one room, at about 300 bytes a person; beyond it whoever was silent longest is forgotten.
	maxBudgets = 200_000
)

// budgets hold what each person's taps may still count for, in one room on one gateway. A person keeps its budget over
// reconnects, but not for ever: a room can be open for weeks, and guests who never return would fill it.
type budgets struct {
	most int // static

	mu     sync.Mutex
	people map[string]*budget // guarded by mu, and what is in them
	few    budget             // guarded by mu; its ring has those who have counted little, the one who was silent longest first
	near   budget             // guarded by mu; the same of those who are named
}

type budget struct {
	person    string
	counted   uint64 // here
	elsewhere uint64 // at other gateways, as far as the hearts service has said
	bucket    *rate.Limiter
	heard     time.Time

	before, after *budget // in a ring
}

func newBudgets(most int) *budgets {
	b := &budgets{most: most, people: make(map[string]*budget)}
	b.few.before, b.few.after = &b.few, &b.few
	b.near.before, b.near.after = &b.near, &b.near
	return b
}

// Spender is a person who comes near a room's cap. What it has counted here goes to the hearts service with the window,
// and what others have counted for it comes back.
type Spender struct {
	budgets *budgets
	of      *budget
}

// Person is its key in the room.
func (s *Spender) Person() string { return s.of.person }

// Counted is what was counted for it here.
func (s *Spender) Counted() uint64 {
	s.budgets.mu.Lock()
	defer s.budgets.mu.Unlock()
	return s.of.counted
}

// Elsewhere takes in what other gateways have counted for it.
func (s *Spender) Elsewhere(n uint64) {
	s.budgets.mu.Lock()
	defer s.budgets.mu.Unlock()
	s.of.elsewhere = max(s.of.elsewhere, n)
}

// near tells whether a person is to be named: so early that nobody who is not yet named has counted more than a quarter
// of the cap, one window of taps included. Over G gateways that bounds what passes the cap to (G-1) quarters and one
// window: whoever is named is told what the others count, and can be a window ahead of it.
func (p *budget) near(s *eventv1.RoomSettings) bool {
	oneWindow := uint64(s.GetTapBurst()) + uint64(s.GetTapsPerSecond())
	return p.counted+oneWindow > uint64(s.GetHeartCap())/4
}

// take clamps taps to what the person has left, by rate and by the room's cap. The spender is the person where it is to
// be named.
func (b *budgets) take(person string, count uint32, s *eventv1.RoomSettings, now time.Time) (counts uint32, spender *Spender) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.people[person]
	perSecond, burst := rate.Limit(s.GetTapsPerSecond()), int(s.GetTapBurst())
	if p == nil {
		p = &budget{person: person, bucket: rate.NewLimiter(perSecond, burst)}
		b.people[person] = p
	} else {
		p.leave()
	}
	if p.bucket.Limit() != perSecond || p.bucket.Burst() != burst {
		p.bucket.SetLimitAt(now, perSecond)
		p.bucket.SetBurstAt(now, burst)
	}
	left := uint64(0)
	if limit := uint64(s.GetHeartCap()); limit > p.counted+p.elsewhere {
		left = limit - p.counted - p.elsewhere
	}
	n := min(uint64(count), left, uint64(max(0, p.bucket.TokensAt(now))))
	if n > 0 {
		p.bucket.AllowN(now, int(n))
		p.counted += n
	}
	p.heard = now
	if p.near(s) {
		spender = &Spender{b, p}
		p.enter(&b.near)
	} else {
		p.enter(&b.few)
	}
	b.forget(now)
	return uint32(n), spender
}

// forget drops whose time is over, and whoever was silent longest where there are too many; mu is held. It drops at most two
// of a ring, one more than can come, so that it costs a tap the same however many there are, and still catches up.
func (b *budgets) forget(now time.Time) {
	for range 2 {
		if first := b.few.after; first != &b.few && (len(b.people) > b.most || now.Sub(first.heard) > fewLife) {
			b.drop(first)
		}
		if first := b.near.after; first != &b.near && (len(b.people) > b.most || now.Sub(first.heard) > nearLife) {
			b.drop(first)
		}
	}
}

func (b *budgets) drop(p *budget) {
	p.leave()
	delete(b.people, p.person)
}

// enter makes it the one of the ring that was heard of last.
func (p *budget) enter(ring *budget) {
	p.before, p.after = ring.before, ring
	p.before.after, p.after.before = p, p
}

func (p *budget) leave() { p.before.after, p.after.before = p.after, p.before }

// left is how many hearts of the person still count in the room's life.
func (b *budgets) left(person string, s *eventv1.RoomSettings) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit := uint64(s.GetHeartCap())
	if p := b.people[person]; p != nil {
		return limit - min(limit, p.counted+p.elsewhere)
	}
	return limit
}
