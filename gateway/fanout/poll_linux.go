package fanout

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ovation-live/ovation/gateway/poll"
)

// epoll watches the descriptors of a shard's members.
type epoll struct {
	poll *poll.Poller

	// A descriptor's number is used again as soon as it is closed, perhaps while events for the old one are still in hand.
	// So events carry a place and its turn.
	places []place
	free   []int32
}

type place struct {
	member *Member
	turn   int32
}

func newPoller() (poller, error) {
	p, err := poll.New(maxReady)
	if err != nil {
		return nil, err
	}
	return &epoll{poll: p}, nil
}

func (p *epoll) add(m *Member) error {
	fd := m.conn.Descriptor()
	if fd < 0 {
		m.place = noPlace
		return nil
	}
	if n := len(p.free); n > 0 {
		m.place, p.free = p.free[n-1], p.free[:n-1]
	} else {
		m.place = int32(len(p.places))
		p.places = append(p.places, place{})
	}
	p.places[m.place].member = m
	if err := p.poll.Add(fd, p.event(m, true, false)); err != nil {
		p.vacate(m)
		return fmt.Errorf("epoll: %w", err)
	}
	return nil
}

func (p *epoll) event(m *Member, read, write bool) *unix.EpollEvent {
	e := &unix.EpollEvent{Fd: m.place, Pad: p.places[m.place].turn}
	if read {
		e.Events |= unix.EPOLLIN
	}
	if write {
		e.Events |= unix.EPOLLOUT
	}
	return e
}

func (p *epoll) want(m *Member, read, write bool) {
	if m.place != noPlace {
		p.poll.Change(m.conn.Descriptor(), p.event(m, read, write))
	}
}

func (p *epoll) remove(m *Member) {
	if m.place != noPlace {
		p.poll.Remove(m.conn.Descriptor())
		p.vacate(m)
	}
}

func (p *epoll) vacate(m *Member) {
	p.places[m.place].member = nil
	p.places[m.place].turn++
	p.free = append(p.free, m.place)
	m.place = noPlace
}

func (p *epoll) wait(block bool, most int, ready func(*Member)) int {
	var events []unix.EpollEvent
	if block {
		events = p.poll.Wait(time.Time{}, most)
	} else {
		events = p.poll.Now(most)
	}
	for _, e := range events {
		if at := &p.places[e.Fd]; at.turn == e.Pad && at.member != nil {
			ready(at.member)
		}
	}
	return len(events)
}

func (p *epoll) wake()  { p.poll.Wake() }
func (p *epoll) close() { p.poll.Close() }
