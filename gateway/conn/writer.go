package conn

import (
	"net"
	"sync"
	"time"
)

// writer is how one socket is written without waiting.
type writer interface {
	// tryWrite takes what it can; fewer bytes than given mean "later".
	tryWrite(b []byte) (int, error)
	// stop ends what the writer started; the socket is closed right after.
	stop()
}

func newWriter(c net.Conn) writer {
	if w := newRawWriter(c); w != nil {
		return w
	}
	return newPatientWriter(c)
}

// patientWriter serves sockets that offer no non-blocking write, under TLS or on other systems: a goroutine writes one
// buffer at a time, and until it is done there is no room for more.
type patientWriter struct {
	conn net.Conn
	work chan []byte
	done chan struct{}

	mu   sync.Mutex
	busy bool  // guarded by mu
	err  error // guarded by mu
	once sync.Once
}

// writePatience ends a write that makes no progress: the socket is dead then.
const writePatience = 30 * time.Second

func newPatientWriter(c net.Conn) *patientWriter {
	w := &patientWriter{conn: c, work: make(chan []byte, 1), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *patientWriter) run() {
	for {
		select {
		case <-w.done:
			return
		case b := <-w.work:
			err := w.conn.SetWriteDeadline(time.Now().Add(writePatience))
			if err == nil {
				_, err = w.conn.Write(b)
			}
			w.mu.Lock()
			w.busy, w.err = false, err
			w.mu.Unlock()
			if err != nil {
				return
			}
		}
	}
}

func (w *patientWriter) tryWrite(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	if w.busy {
		return 0, nil
	}
	w.busy = true
	w.work <- append([]byte(nil), b...)
	return len(b), nil
}

// stop lets a write under way end with the socket, which is closed next.
func (w *patientWriter) stop() { w.once.Do(func() { close(w.done) }) }
