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
// a replica that starts anew knows what it is told from then on. So does one that is full: it forgets whoever was silent
// longest, and is told again when they tap on.
type spent struct {
	most int // static

	mu     sync.Mutex
	people map[spender]*spending // guarded by mu, and what is in them
	silent spending              // guarded by mu; its ring has everybody, the one who was silent longest first
}

// spender is a person in a room; its key is another one in a room that was made anew.
type spender struct{ room, person string }

type spending struct {
	spender
	heard   time.Time
	writers map[string]uint64

	before, after *spending // in the ring
}

func newSpent(most int) *spent {
	s := &spent{most: most, people: make(map[spender]*spending)}
	s.silent.before, s.silent.after = &s.silent, &s.silent
	return s
}

// tell takes in what a writer says, and gives what the others have said of the same people. Its cost is that of the
// people it names, however many others are known: for each at most two are forgotten.
func (s *spent) tell(writer string, said []*heartsv1.Spender, now time.Time) (elsewhere []*heartsv1.SpentElsewhere) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range said {
		p := s.hear(spender{w.GetRoom(), w.GetPerson()}, now)
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

// hear makes somebody the one who was heard of last; mu is held.
func (s *spent) hear(who spender, now time.Time) *spending {
	p := s.people[who]
	if p == nil {
		p = &spending{spender: who, writers: make(map[string]uint64, 2)}
		s.people[who] = p
	} else {
		p.leave()
	}
	p.heard = now
	p.before, p.after = s.silent.before, &s.silent
	p.before.after, p.after.before = p, p
	for range 2 { // one more than can come, so that those whose life is over are caught up with
		if first := s.silent.after; len(s.people) > s.most || now.Sub(first.heard) > spentLife {
			first.leave()
			delete(s.people, first.spender)
		}
	}
	return p
}

func (p *spending) leave() { p.before.after, p.after.before = p.after, p.before }
