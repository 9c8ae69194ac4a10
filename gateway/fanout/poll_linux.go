package fanout

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// epoll watches the descriptors of a shard's members, level-triggered: what was not taken is told again, so that nothing
// must be remembered. Its own descriptor is parked in Go's poller, so that an idle shard costs no thread.
type epoll struct {
	file   *os.File
	raw    syscall.RawConn
	fd     int
	bell   int // an eventfd
	events [maxReady]unix.EpollEvent
	most   int // of them that a wait asks for
	ready  int
	poll   func(fd uintptr) bool // made once: a closure for each wait would be garbage

	// A descriptor's number is used again as soon as it is closed, perhaps while events for the old one are still in hand.
	// So events carry a place and its turn.
	places []place
	free   []int32
}

type place struct {
	member *Member
	turn   int32
}

const bellPlace = -1

func newPoller() (poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	bell, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err == nil {
		err = unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: bellPlace})
	}
	if err == nil {
		err = unix.SetNonblock(fd, true) // makes the file below one that Go's poller takes
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p := &epoll{file: os.NewFile(uintptr(fd), "epoll"), fd: fd, bell: bell}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p.poll = func(uintptr) bool {
		p.ready = p.now()
		return p.ready != 0
	}
	return p, nil
}

func (p *epoll) now() int {
	for {
		n, err := unix.EpollWait(p.fd, p.events[:p.most], 0)
		if err == nil {
			return n
		}
		if !errors.Is(err, syscall.EINTR) {
			return -1 // it was closed
		}
	}
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
	if err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, p.event(m, true, false)); err != nil {
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
		_ = unix.EpollCtl(p.fd, unix.EPOLL_CTL_MOD, m.conn.Descriptor(), p.event(m, read, write))
	}
}

func (p *epoll) remove(m *Member) {
	if m.place != noPlace {
		_ = unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, m.conn.Descriptor(), nil)
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
	p.most = min(most, maxReady)
	if !block {
		p.ready = p.now()
	} else if p.raw.Read(p.poll) != nil {
		p.ready = 0
	}
	p.ready = max(0, p.ready)
	for i := range p.ready {
		e := &p.events[i]
		if e.Fd == bellPlace {
			var count [8]byte
			_, _ = unix.Read(p.bell, count[:])
			continue
		}
		if at := &p.places[e.Fd]; at.turn == e.Pad && at.member != nil {
			ready(at.member)
		}
	}
	return p.ready
}

func (p *epoll) wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(p.bell, one[:])
}

func (p *epoll) close() {
	_ = p.file.Close()
	_ = unix.Close(p.bell)
}
