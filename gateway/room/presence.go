package room

import (
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// A dead gateway's share is forgotten after presenceLife; a living one says everything it has every presenceFull.
const (
	presenceLife = 25 * time.Second
	presenceFull = 10 * time.Second
)

// presence sums the viewers that each gateway reports: connections, not people.
type presence struct {
	gateway string

	mu       sync.Mutex
	gateways map[string]*share // guarded by mu
	told     map[string]uint64 // what this gateway said last; guarded by mu
	fullAt   time.Time         // guarded by mu
}

type share struct {
	heard time.Time
	rooms map[string]uint64
}

func newPresence(gateway string) *presence {
	return &presence{gateway: gateway, gateways: make(map[string]*share), told: make(map[string]uint64)}
}

// report is what to send of the own counts: what changed, or everything now and then; nil for nothing. Own counts are
// taken in at once: they do not wait for the message to come back.
func (p *presence) report(own map[string]uint64, now time.Time) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	full := now.Sub(p.fullAt) >= presenceFull
	if full {
		p.fullAt = now
	}
	m := &eventv1.Presence{Gateway: p.gateway, Rooms: make(map[string]uint64)}
	for room, n := range own {
		if said, ok := p.told[room]; full || !ok || said != n {
			m.Rooms[room] = n
		}
	}
	for room, n := range p.told {
		if _, ok := own[room]; !ok && n > 0 {
			m.Rooms[room] = 0
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

// take takes in a message of any gateway. What cannot be read is none of ours.
func (p *presence) take(body []byte, now time.Time) {
	m := new(eventv1.Presence)
	if proto.Unmarshal(body, m) != nil || m.GetGateway() == p.gateway {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(m, now)
}

func (p *presence) add(m *eventv1.Presence, now time.Time) {
	if m.GetGoodbye() {
		delete(p.gateways, m.GetGateway())
		return
	}
	s := p.gateways[m.GetGateway()]
	if s == nil {
		s = &share{rooms: make(map[string]uint64)}
		p.gateways[m.GetGateway()] = s
	}
	s.heard = now
	for room, n := range m.GetRooms() {
		if n == 0 {
			delete(s.rooms, room)
		} else {
			s.rooms[room] = n
		}
	}
}

func (p *presence) expire(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range p.gateways {
		if now.Sub(s.heard) > presenceLife {
			delete(p.gateways, id)
		}
	}
}

// viewers is a room's count over all gateways.
func (p *presence) viewers(room string) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var n uint64
	for _, s := range p.gateways {
		n += s.rooms[room]
	}
	return n
}

func (p *presence) goodbye() []byte {
	body, err := proto.Marshal(&eventv1.Presence{Gateway: p.gateway, Goodbye: true})
	if err != nil {
		return nil
	}
	return body
}
