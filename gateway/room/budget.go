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
	counted uint64
	bucket  *rate.Limiter
}

// take clamps taps to what the person has left, by rate and by the room's cap.
func (b *budgets) take(person string, count uint32, s *eventv1.RoomSettings, now time.Time) uint32 {
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
	if limit := uint64(s.GetHeartCap()); limit > p.counted {
		left = limit - p.counted
	}
	n := min(uint64(count), left, uint64(max(0, p.bucket.TokensAt(now))))
	if n > 0 {
		p.bucket.AllowN(now, int(n))
		p.counted += n
	}
	return uint32(n)
}

// left is how many hearts of the person still count in the room's life.
func (b *budgets) left(person string, s *eventv1.RoomSettings) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit := uint64(s.GetHeartCap())
	if p := b.people[person]; p != nil {
		return limit - min(limit, p.counted)
	}
	return limit
}
