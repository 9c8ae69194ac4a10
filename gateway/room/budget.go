package room

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// budgets hold what each person's taps may still count for, in one room on one gateway. A person keeps its budget over
// reconnects for as long as the gateway has the room open.
type budgets struct {
	mu     sync.Mutex
	people map[string]*budget
}

type budget struct {
	counted   uint64 // here
	elsewhere uint64 // at other gateways, as far as the hearts service has said
	bucket    *rate.Limiter
}

// Spender is a person who comes near a room's cap. What it has counted here goes to the hearts service with the window,
// and what others have counted for it comes back.
type Spender struct {
	budgets *budgets
	person  string
}

// Person is its key in the room.
func (s *Spender) Person() string { return s.person }

// Counted is what was counted for it here.
func (s *Spender) Counted() uint64 {
	s.budgets.mu.Lock()
	defer s.budgets.mu.Unlock()
	return s.budgets.people[s.person].counted
}

// Elsewhere takes in what other gateways have counted for it.
func (s *Spender) Elsewhere(n uint64) {
	s.budgets.mu.Lock()
	defer s.budgets.mu.Unlock()
	p := s.budgets.people[s.person]
	p.elsewhere = max(p.elsewhere, n)
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
		p = &budget{bucket: rate.NewLimiter(perSecond, burst)}
		b.people[person] = p
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
	if p.near(s) {
		spender = &Spender{b, person}
	}
	return uint32(n), spender
}

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
