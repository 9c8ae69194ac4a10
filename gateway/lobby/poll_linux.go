package lobby

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxReady is how many events are taken at a time.
const maxReady = 128

// poller watches the descriptors of guests, level-triggered. Its own descriptor is parked in Go's poller, so that an idle lobby
// costs no thread. All but wake belong to the lobby's goroutine, which is the only one that closes what is watched: an event
// is of the guest that has the descriptor, or of none.
type poller struct {
	file   *os.File
	raw    syscall.RawConn
	fd     int
	bell   int // an eventfd
	events [maxReady]unix.EpollEvent
	some   func(fd uintptr) bool // made once: a closure for each wait would be garbage
	ready  int
}

func newPoller() (*poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	bell, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err == nil {
		err = unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(bell)})
	}
	if err == nil {
		err = unix.SetNonblock(fd, true) // makes the file below one that Go's poller takes
	}
	if err != nil {
		_ = unix.Close(fd)
		if bell > 0 {
			_ = unix.Close(bell)
		}
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p := &poller{file: os.NewFile(uintptr(fd), "epoll"), fd: fd, bell: bell}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		p.close()
		return nil, fmt.Errorf("epoll: %w", err)
	}
	p.some = func(uintptr) bool {
		p.fetch()
		return p.ready != 0
	}
	return p, nil
}

func (p *poller) add(fd int) error {
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (p *poller) remove(fd int) { _ = unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil) }

func (p *poller) fetch() {
	for {
		n, err := unix.EpollWait(p.fd, p.events[:], 0)
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

// now gives the events that there are; they are good until the next call.
func (p *poller) now() []unix.EpollEvent {
	p.fetch()
	ready := p.events[:max(0, p.ready)]
	for i := range ready {
		if ready[i].Fd == int32(p.bell) {
			var count [8]byte
			_, _ = unix.Read(p.bell, count[:])
		}
	}
	return ready
}

// wait ends when there are events, for wake, or at a time; the zero time is never.
func (p *poller) wait(until time.Time) {
	_ = p.file.SetReadDeadline(until)
	_ = p.raw.Read(p.some)
}

func (p *poller) wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(p.bell, one[:])
}

func (p *poller) close() {
	_ = p.file.Close()
	_ = unix.Close(p.bell)
}
