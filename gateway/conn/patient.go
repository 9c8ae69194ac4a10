package conn

import (
	"crypto/tls"
	"net"
	"sync"
)

// patient serves sockets that offer no way to read and write without waiting, under TLS or on other systems: whoever fills
// waits, and a goroutine writes one buffer at a time; until it is done there is no room for more.
type patient struct {
	conn net.Conn
	work chan struct{} // has a place: the buffer is to be written
	done chan struct{} // closed when the writing goroutine has ended
	once sync.Once

	mu       sync.Mutex
	wake     func() // guarded by mu
	busy     bool   // the buffer belongs to the goroutine; guarded by mu
	buf      []byte // guarded by mu while not busy
	err      error  // guarded by mu
	finished bool   // guarded by mu
}

// maxPatient is how much is taken at once; it bounds what a socket that does not read makes us hold.
const maxPatient = 16 << 10

func newPatient(c net.Conn) *patient {
	p := &patient{conn: c, work: make(chan struct{}, 1), done: make(chan struct{})}
	if t, ok := bottom(c).(*net.TCPConn); ok {
		_ = t.SetWriteBuffer(maxPatient) // without it a stalled reader is found later
	}
	go p.run()
	return p
}

// bottom is the socket under TLS, and under what a proxy said before it.
func bottom(c net.Conn) net.Conn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if behind, ok := c.(interface{ TCP() *net.TCPConn }); ok {
		return behind.TCP()
	}
	return c
}

func (p *patient) bind(wake func()) {
	p.mu.Lock()
	p.wake = wake
	p.mu.Unlock()
}

// run ends with kill. A write to a peer that does not read ends with the socket.
func (p *patient) run() {
	defer close(p.done)
	for range p.work {
		_, err := p.conn.Write(p.buf)
		p.mu.Lock()
		p.busy, p.err = false, err
		if cap(p.buf) > 4096 {
			p.buf = nil
		}
		wake := p.wake
		p.mu.Unlock()
		if wake != nil {
			wake()
		}
	}
}

func (p *patient) descriptor() int { return -1 }

func (p *patient) fill(buf []byte) (int, error) {
	n, err := p.conn.Read(buf)
	if n > 0 {
		return n, nil // an error comes again
	}
	return 0, err
}

func (p *patient) tryWrite(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(b) == 0 || p.err != nil || p.busy || p.finished { // nothing to write must not keep the next from being written
		return 0, p.err
	}
	p.busy = true
	p.buf = append(p.buf[:0], b[:min(len(b), maxPatient)]...)
	p.work <- struct{}{} // there is a place: nobody else is busy
	return len(p.buf), nil
}

func (p *patient) flushed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.busy
}

// finish comes after flushed, so that closing TLS kindly finds room.
func (p *patient) finish() {
	p.mu.Lock()
	p.finished = true
	p.mu.Unlock()
	if half, ok := p.conn.(interface{ CloseWrite() error }); ok {
		go func() { _ = half.CloseWrite() }() // of TLS, it may wait for a peer that does not read; kill ends it
	}
}

// kill closes the socket itself: closing TLS kindly could wait for a peer that does not read.
func (p *patient) kill() {
	p.once.Do(func() { close(p.work) })
	_ = bottom(p.conn).Close()
	<-p.done
}
