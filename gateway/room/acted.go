package room

import (
	"container/list"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	// keepActed is for how long it is remembered from where a guest acted: moderators ban for what they have just read.
	keepActed = 30 * time.Minute
	// maxActed bounds the guests that a gateway remembers so, some 5 MB; beyond it those go who acted longest ago.
	maxActed = 20_000
)

// acted remembers the traces of guests who did something in the gateway's rooms, in memory alone. Whoever leaves before
// being banned has no socket whose end would tell from where it came.
type acted struct {
	mu     sync.Mutex
	guests map[actor]*list.Element // guarded by mu
	order  list.List               // guarded by mu: of *actedAt, who acted longest ago first
}

// actor is a person in a room.
type actor struct{ room, person string }

type actedAt struct {
	actor
	trace string
	at    time.Time
}

func newActed() *acted { return &acted{guests: make(map[actor]*list.Element)} }

// note remembers that somebody acted, and forgets whom it need not know any more.
func (a *acted) note(who actor, trace string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e, known := a.guests[who]; known {
		*e.Value.(*actedAt) = actedAt{who, trace, now}
		a.order.MoveToBack(e)
	} else {
		a.guests[who] = a.order.PushBack(&actedAt{who, trace, now})
	}
	for e := a.order.Front(); e != nil; e = a.order.Front() {
		oldest := e.Value.(*actedAt)
		if len(a.guests) <= maxActed && now.Sub(oldest.at) <= keepActed {
			return
		}
		delete(a.guests, oldest.actor)
		a.order.Remove(e)
	}
}

// trace is from where somebody acted last; empty where that is not known.
func (a *acted) trace(who actor, now time.Time) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, known := a.guests[who]
	if !known || now.Sub(e.Value.(*actedAt).at) > keepActed {
		return ""
	}
	return e.Value.(*actedAt).trace
}

// Acted notes from where a guest acts, for a ban that comes once it has gone.
func (r *Room) Acted(person, trace string) {
	if trace != "" {
		r.hub.acted.note(actor{r.id, person}, trace, time.Now())
	}
}

// untraced are those of the people about whom something was decided who are banned, and acted here from where nobody has noted
// yet.
func (r *Room) untraced(changed map[string]*eventv1.Standing, now time.Time) (traces map[string]string) {
	for person, s := range changed {
		trace := r.hub.acted.trace(actor{r.id, person}, now)
		if trace == "" || !people.Holds(s.GetBan(), eventv1.Role_ROLE_VIEWER, now) || slices.Contains(s.GetTraces(), trace) {
			continue
		}
		if traces == nil {
			traces = make(map[string]string)
		}
		traces[person] = trace
	}
	return traces
}

// noteTraces has traces noted with the bans of those whose they are.
func (r *Room) noteTraces(traces map[string]string) {
	for person, trace := range traces {
		r.fetches.Go(func() {
			if err := r.hub.o.NoteTrace(context.WithoutCancel(r.hub.life), r.id, person, trace); err != nil {
				r.log.Warn("from where a banned guest came is not noted", "error", err)
			}
		})
	}
}
