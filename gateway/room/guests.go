package room

import (
	"context"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
)

// shut is why a seat may not be in a room that takes no guests; nil for everybody else, and in all other rooms.
func (r *Room) shut(seat *Seat) error {
	if !seat.Uninvited {
		return nil
	}
	return judge.Guests(r.Settings())
}

// shuttingOut closes seats as a hello there is refused.
func (r *Room) shuttingOut(why error) func(*Seat) {
	f, _ := fault.Of(why) // the rule gives nothing else
	return r.dismisser(fault.CloseDenied, f.Message)
}

// closeToGuests sends uninvited guests away where the room takes none any more, share by share like those of a link. Their
// seats are found by going through all, and only when that changes; whoever comes later is refused at the
// hello, or on its way in. Where the room is opened again meanwhile the rest stays.
func (r *Room) closeToGuests(ctx context.Context) {
	why := judge.Guests(r.Settings())
	was := r.shutOut
	if r.shutOut = why != nil; !r.shutOut || was {
		return
	}
	var out []*fanout.Member
	r.mu.Lock()
	for m, seat := range r.sessions {
		if seat.Uninvited {
			out = append(out, m)
		}
	}
	r.mu.Unlock()
	if len(out) > 0 {
		r.fetches.Go(func() {
			r.sendAway(ctx, out, r.shuttingOut(why), func(seat *Seat) bool { return r.shut(seat) != nil })
		})
	}
}
