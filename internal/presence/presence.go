// Package presence adds up how many viewers and overlays gateways say their rooms have: connections, not people. Gateways report on
// core NATS under Topic, which keeps nothing, so whoever only wants to know the sums takes the messages in and reports
// nothing itself.
package presence

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Topic of the signals.
const Topic = "presence"

const (
	// Life is how long the share of a gateway that fell silent counts: with the look for such, each second, and a tick, it is
	// gone within 25 s.
	Life = 23 * time.Second
	// Full is how often a gateway says everything it has.
	Full = 10 * time.Second
)

// Presence sums the viewers that each gateway reports: connections, not people.
type Presence struct {
	gateway string

	mu       sync.Mutex
	gateways map[string]*share // guarded by mu
	told     map[string]Count  // what this gateway said last; guarded by mu
	asked    bool              // somebody wants to know all of it; guarded by mu
	fullAt   time.Time         // guarded by mu
}

// Count is how many sockets a room has.
type Count struct {
	// Viewers are connections, not people.
	Viewers uint64
	// Overlays came with a link of theirs.
	Overlays uint64
}

type share struct {
	heard time.Time
	rooms map[string]Count
}

// New makes an empty sum. gateway is the id of the own process; one that only listens has none.
func New(gateway string) *Presence {
	return &Presence{gateway: gateway, gateways: make(map[string]*share), told: make(map[string]Count)}
}

// Report is what to send of the own counts: what changed, or everything now and then; nil for nothing. Own counts are
// taken in at once: they do not wait for the message to come back.
func (p *Presence) Report(own map[string]Count, now time.Time) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	full := p.asked || now.Sub(p.fullAt) >= Full
	if full {
		p.fullAt, p.asked = now, false
	}
	m := &eventv1.Presence{Gateway: p.gateway, Rooms: make(map[string]uint64), Overlays: make(map[string]uint64)}
	for room, n := range own {
		if said, ok := p.told[room]; full || !ok || said != n {
			m.Rooms[room] = n.Viewers
			if n.Overlays > 0 || said.Overlays > 0 {
				m.Overlays[room] = n.Overlays
			}
		}
	}
	for room, n := range p.told {
		if _, ok := own[room]; !ok && n != (Count{}) {
			m.Rooms[room] = 0
			if n.Overlays > 0 {
				m.Overlays[room] = 0
			}
		}
	}
	p.told = own
	if len(m.GetRooms()) == 0 {
		return nil
	}
	p.add(m, now)
	body, err := proto.Marshal(m)
	if err != nil {
		return nil
	}
	return body
}

// Take takes in a message of any gateway. What cannot be read is none of ours. asked is true when somebody wants to know
// everything that this gateway has: the next report has it, and is wanted within half a second.
func (p *Presence) Take(body []byte, now time.Time) (asked bool) {
	m := new(eventv1.Presence)
	if proto.Unmarshal(body, m) != nil || m.GetGateway() == p.gateway {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.GetAsk() {
		p.asked = true
		return true
	}
	p.add(m, now)
	return false
}

// Ask is what whoever begins to listen sends first, also after it could not hear for a while: what does not change is told
// every ten seconds only.
func (p *Presence) Ask() []byte {
	body, err := proto.Marshal(&eventv1.Presence{Gateway: p.gateway, Ask: true})
	if err != nil {
		return nil
	}
	return body
}

func (p *Presence) add(m *eventv1.Presence, now time.Time) {
	if m.GetGoodbye() {
		delete(p.gateways, m.GetGateway())
		return
	}
	s := p.gateways[m.GetGateway()]
	if s == nil {
		s = &share{rooms: make(map[string]Count)}
		p.gateways[m.GetGateway()] = s
	}
	s.heard = now
	change := func(room string, to func(*Count)) {
		n := s.rooms[room]
		if to(&n); n == (Count{}) {
			delete(s.rooms, room)
		} else {
			s.rooms[room] = n
		}
	}
	for room, n := range m.GetRooms() {
		change(room, func(c *Count) { c.Viewers = n })
	}
	for room, n := range m.GetOverlays() {
		change(room, func(c *Count) { c.Overlays = n })
	}
}

// Expire forgets gateways that fell silent.
func (p *Presence) Expire(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range p.gateways {
		if now.Sub(s.heard) > Life {
			delete(p.gateways, id)
		}
	}
}

// Count is a room's over all gateways.
func (p *Presence) Count(room string) Count {
	p.mu.Lock()
	defer p.mu.Unlock()
	var n Count
	for _, s := range p.gateways {
		n.Viewers += s.rooms[room].Viewers
		n.Overlays += s.rooms[room].Overlays
	}
	return n
}

// Viewers is a room's count of them over all gateways.
func (p *Presence) Viewers(room string) uint64 { return p.Count(room).Viewers }

// Share is what one gateway holds of a room.
type Share struct {
	// Gateway is its id.
	Gateway string
	// Viewers there.
	Viewers uint64
}

// Shares are the gateways that hold viewers of a room, the fullest first.
func (p *Presence) Shares(room string) []Share {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Share
	for id, s := range p.gateways {
		if n := s.rooms[room].Viewers; n > 0 {
			all = append(all, Share{id, n})
		}
	}
	slices.SortFunc(all, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Viewers, a.Viewers), strings.Compare(a.Gateway, b.Gateway))
	})
	return all
}

// Goodbye is what a gateway sends last: its share is dropped at once.
func (p *Presence) Goodbye() []byte {
	body, err := proto.Marshal(&eventv1.Presence{Gateway: p.gateway, Goodbye: true})
	if err != nil {
		return nil
	}
	return body
}

// ForViewers is a count as a room tells it to its viewers; moderators see it as it is.
func ForViewers(c eventv1.ViewerCount, n uint64) uint64 {
	switch c {
	case eventv1.ViewerCount_VIEWER_COUNT_HIDDEN:
		return 0
	case eventv1.ViewerCount_VIEWER_COUNT_ROUNDED:
		step := uint64(1)
		for n/step >= 100 {
			step *= 10
		}
		return n / step * step
	}
	return n
}
