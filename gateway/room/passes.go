package room

import (
	"context"
	"strings"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
)

// A link may be that of a whole audience. Closing it in one go would hold up its shards' ticks, so that the sockets are
// closed some hundred at a time, all of them within takeBackWithin: what is promised is 5 s from the revocation.
const (
	takeBackShare  = 256
	takeBackEvery  = 10 * time.Millisecond
	takeBackWithin = 2 * time.Second
)

// passes are the links among documents, by the key of their id, each with whether it is revoked.
func passes(docs []follow.Document) map[string]bool {
	var changed map[string]bool
	for _, d := range docs {
		if key, ok := strings.CutPrefix(d.Key, follow.LinkKey+"."); ok {
			if changed == nil {
				changed = make(map[string]bool)
			}
			changed[key] = follow.Revoked(d)
		}
	}
	return changed
}

// takePasses remembers which links were revoked for those who come, and gives the sockets that they let in. The sockets are
// found by going through all of the room's, as enforce does, but only when a link was revoked that was not before: most
// documents of links tell of new ones.
func (r *Room) takePasses(changed map[string]bool) []*fanout.Member {
	if len(changed) == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var taken map[string]bool
	for key, revoked := range changed {
		switch {
		case !revoked:
			delete(r.revoked, key) // its document ended, some time after the token
		case !r.revoked[key]:
			if r.revoked == nil {
				r.revoked = make(map[string]bool)
			}
			if taken == nil {
				taken = make(map[string]bool)
			}
			r.revoked[key], taken[key] = true, true
		}
	}
	if len(taken) == 0 {
		return nil
	}
	var out []*fanout.Member
	for m, seat := range r.sessions {
		if seat.Pass != "" && taken[seat.Pass] {
			out = append(out, m)
		}
	}
	return out
}

// takeBack closes sockets whose links were revoked, share by share. Who has shown another token meanwhile stays.
func (r *Room) takeBack(ctx context.Context, members []*fanout.Member) {
	if len(members) == 0 {
		return
	}
	r.sendAway(ctx, members, r.takenBack(), func(seat *Seat) bool { return r.revoked[seat.Pass] })
}

// sendAway closes sockets share by share, those of them that still have to go when their turn comes; goes is asked with mu
// held.
func (r *Room) sendAway(ctx context.Context, members []*fanout.Member, bye func(*Seat), goes func(*Seat) bool) {
	share := max(takeBackShare, len(members)*int(takeBackEvery)/int(takeBackWithin)+1)
	for first := true; len(members) > 0; first = false {
		if !first {
			select {
			case <-ctx.Done():
				return
			case <-time.After(takeBackEvery):
			}
		}
		n := min(share, len(members))
		out := make([]*Seat, 0, n)
		r.mu.Lock()
		for _, m := range members[:n] {
			if seat := r.sessions[m]; seat != nil && goes(seat) {
				out = append(out, seat)
			}
		}
		r.mu.Unlock()
		for _, seat := range out {
			bye(seat)
		}
		members = members[n:]
	}
}

// takenBack closes seats with one and the same goodbye.
func (r *Room) takenBack() func(*Seat) {
	return r.dismisser(fault.CloseTokenRevoked, "The host took this link back.")
}

// dismisser closes seats for one reason; its goodbye is encoded once for each protocol, when it is first needed.
func (r *Room) dismisser(c fault.Close, message string) func(*Seat) {
	var frames [2]*frame.Frame
	return func(seat *Seat) {
		if frames[seat.Protocol] == nil {
			frames[seat.Protocol] = r.encode(seat.Protocol, Goodbye(c, 0, message))
		}
		seat.Member.Close(c, frames[seat.Protocol])
	}
}

// Revoked tells whether the host took a link back; its key is that of auth.LinkKey.
func (r *Room) Revoked(pass string) bool {
	if pass == "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.revoked[pass]
}

// seatRevoked is Revoked for the pass that a seat has now: Renew gives it another one, also while it is on its way in.
func (r *Room) seatRevoked(seat *Seat) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return seat.Pass != "" && r.revoked[seat.Pass]
}
