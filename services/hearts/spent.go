package hearts

import (
	"sync"
	"time"

	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

const (
	// spentLife is how long what gateways said of a person is kept after the last word: longer than a show.
	spentLife = 12 * time.Hour
	// maxSpent bounds the memory, in people; only those who come near a cap are in it.
	maxSpent = 500_000
)

// spent adds up what several gateways have counted for one person. A gateway says running totals, so that a window that
// is sent again changes nothing; the key of a call is its room's, so that one replica hears all gateways. It is memory:
// a replica that starts anew knows what it is told from then on.
type spent struct {
	mu     sync.Mutex
	people map[spender]*spending // guarded by mu, and what is in them
}

// spender is a person in a room; its key is another one in a room that was made anew.
type spender struct{ room, person string }

type spending struct {
	heard   time.Time
	writers map[string]uint64
}

// tell takes in what a writer says, and gives what the others have said of the same people.
func (s *spent) tell(writer string, said []*heartsv1.Spender, now time.Time) (elsewhere []*heartsv1.SpentElsewhere) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range said {
		key := spender{w.GetRoom(), w.GetPerson()}
		p := s.people[key]
		if p == nil {
			if len(s.people) >= maxSpent && !s.forget(now) {
				continue
			}
			p = &spending{writers: make(map[string]uint64, 2)}
			s.people[key] = p
		}
		p.heard = now
		p.writers[writer] = max(p.writers[writer], w.GetCounted())
		others := uint64(0)
		for name, n := range p.writers {
			if name != writer {
				others += n
			}
		}
		if others > 0 {
			elsewhere = append(elsewhere, &heartsv1.SpentElsewhere{Room: w.GetRoom(), Person: w.GetPerson(), Counted: others})
		}
	}
	return elsewhere
}

// forget drops who was not heard of for long, and tells whether that made room; mu is held.
func (s *spent) forget(now time.Time) bool {
	for key, p := range s.people {
		if now.Sub(p.heard) > spentLife {
			delete(s.people, key)
		}
	}
	return len(s.people) < maxSpent
}
