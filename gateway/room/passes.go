package room

import (
	"strings"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
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

// takePasses closes the sockets of links that were revoked, and remembers them for those who come.
func (r *Room) takePasses(changed map[string]bool) {
	if len(changed) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, revoked := range changed {
		if !revoked {
			delete(r.revoked, key) // its document ended, some time after the token
			continue
		}
		if r.revoked == nil {
			r.revoked = make(map[string]bool)
		}
		r.revoked[key] = true
	}
	for _, seat := range r.sessions {
		if seat.Pass != "" && changed[seat.Pass] {
			r.takeBack(seat)
		}
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

func (r *Room) takeBack(seat *Seat) {
	seat.Member.Close(fault.CloseTokenRevoked, r.encode(seat.Protocol, Goodbye(fault.CloseTokenRevoked, 0, "The host took this link back.")))
}
