package poll

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Poller tells which descriptors can be read or written, level-triggered: what was not taken is told again, so that nothing
// must be remembered. Its own descriptor is parked in Go's poller, so that whoever waits costs no thread. All but Wake belong
// to one goroutine.
type Poller struct {
	file    *os.File
	raw     syscall.RawConn
	fd      int
	bell    int // an eventfd
	events  []unix.EpollEvent
	most    int // of them that are asked for
	ready   int
	some    func(fd uintptr) bool // made once: a closure for each wait would be garbage
	limited bool                  // the file has a deadline
}

// bellMark is the bell's own in events; those who watch give marks from 0 on.
const bellMark = -1

// New makes a poller that tells of at most so many events at a time.
func New(most int) (*Poller, error) {
	p := &Poller{fd: -1, bell: -1, events: make([]unix.EpollEvent, most)}
	if err := p.open(); err != nil {
		p.Close()
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p.some = func(uintptr) bool {
		p.fetch()
		return p.ready != 0
	}
	return p, nil
}

func (p *Poller) open() (err error) {
	if p.fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if err = unix.SetNonblock(p.fd, true); err != nil { // or Go's poller does not take the file
		return err
	}
	p.file = os.NewFile(uintptr(p.fd), "epoll")
	if p.bell, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return err
	}
	if err = p.Add(p.bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: bellMark}); err != nil {
		return err
	}
	p.raw, err = p.file.SyscallConn()
	return err
}

// Add watches a descriptor. The event is given back as it is, with what has happened: Fd and Pad are the caller's marks.
func (p *Poller) Add(fd int, e *unix.EpollEvent) error {
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, e)
}

// Change watches a descriptor for something else.
func (p *Poller) Change(fd int, e *unix.EpollEvent) {
	_ = unix.EpollCtl(p.fd, unix.EPOLL_CTL_MOD, fd, e)
}

// Remove forgets a descriptor, which is still open.
func (p *Poller) Remove(fd int) { _ = unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil) }

// Now gives at most so many of the events that there are; they are good until the next call.
func (p *Poller) Now(most int) []unix.EpollEvent {
	p.most = min(most, len(p.events))
	p.fetch()
	return p.told()
}

// Wait waits until there are events, for Wake, or until a time, the zero time being never; then it gives them as Now does.
func (p *Poller) Wait(until time.Time, most int) []unix.EpollEvent {
	if limited := !until.IsZero(); limited || p.limited {
		p.limited = limited
		_ = p.file.SetReadDeadline(until)
	}
	p.most, p.ready = min(most, len(p.events)), 0
	_ = p.raw.Read(p.some) // an error is the end of the time
	return p.told()
}

func (p *Poller) fetch() {
	for {
		n, err := unix.EpollWait(p.fd, p.events[:p.most], 0)
		if err == nil {
			p.ready = n
			return
		}
		if !errors.Is(err, syscall.EINTR) {
			p.ready = -1 // it was closed
			return
		}
	}
}

// told takes the bell out of what is ready.
func (p *Poller) told() []unix.EpollEvent {
	told := p.events[:0]
	for _, e := range p.events[:max(0, p.ready)] {
		if e.Fd == bellMark {
			var count [8]byte
			_, _ = unix.Read(p.bell, count[:])
			continue
		}
		told = append(told, e)
	}
	return told
}

// Wake ends a Wait, or the next one.
func (p *Poller) Wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(p.bell, one[:])
}

// Close ends it; nobody may wake it any more.
func (p *Poller) Close() {
	switch {
	case p.file != nil:
		_ = p.file.Close()
	case p.fd >= 0:
		_ = unix.Close(p.fd)
	}
	if p.bell >= 0 {
		_ = unix.Close(p.bell)
	}
}
