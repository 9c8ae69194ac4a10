package lobby

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sys/unix"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/poll"
	"github.com/ovation-live/ovation/gateway/source"
)

const (
	// slop is what the HTTP server reads beyond its own bound before it refuses a head.
	slop = 4 << 10
	// shakers is how many goroutines serve handshakes: more than wait for a tick's end, usually.
	shakers = 64
	// mostArrived is how many newcomers may wait for the lobby's goroutine; more wait in the kernel, or all that came during a
	// sweep would be served in one moment behind it.
	mostArrived = 32
	// usualHead is what a browser's head is well within: beyond it a head may have to go when all of them hold too much.
	usualHead = 4 << 10
	// maxReady is how many events are taken at a time.
	maxReady = 128
	// breather is the least between two looks at who sent something: who dribbles is read in company.
	breather = 2 * time.Millisecond
	// byeTime and maxSpilled are how long, and for how many bytes, who was refused may take to read why: a socket that is
	// closed with something unread loses its last words on the way.
	byeTime    = 500 * time.Millisecond
	maxSpilled = 256 << 10
)

// guest is a connection in the lobby. It belongs to the lobby's goroutine, and to whoever serves it from then on.
type guest struct {
	fd      int
	from    net.Addr
	source  source.Source
	head    []byte // what it sent, and perhaps what is behind the head
	whole   int    // how much of it is the head; 0 until it is whole
	polled  bool
	bye     bool // was refused: what it still says is thrown away
	spilled int  // how much was
	due     time.Time

	list       *line // in which it waits; nil while it does not
	prev, next *guest
}

// lobby is a listener for an HTTP server.
type lobby struct {
	net.Listener
	o      Options
	poll   *poll.Poller
	served chan *guest   // handshakes
	handed chan accepted // for the HTTP server
	inside metric.Int64UpDownCounter
	tired  metric.Int64Counter
	cut    metric.Int64Counter
	crowd  metric.Int64Counter
	closed chan struct{}
	once   sync.Once
	work   sync.WaitGroup // the accepting and the lobby's goroutine
	shake  sync.WaitGroup // shakers

	mu      sync.Mutex
	arrived []*guest // guarded by mu
	asleep  bool     // the lobby's goroutine waits for somebody to wake it; guarded by mu

	// owned by the lobby's goroutine
	here    map[int32]*guest      // polled ones, by descriptor
	fresh   *source.Fresh[*guest] // those who wait and are of a source that is limited
	waiting line                  // for their heads, in the order of their ends of patience
	leaving line
	held    int // memory of the heads of those who wait
	buf     []byte
}

type accepted struct {
	conn net.Conn
	err  error
}

// Listen puts a lobby before a listener, whose connections the lobby accepts from now on. What Accept gives are connections
// for an HTTP server; plain handshakes of WebSockets are served without it. Close ends everything and waits for it.
func Listen(l net.Listener, o Options) net.Listener {
	watched, err := poll.New(maxReady)
	if err != nil { // out of files, most likely: without a lobby there still is a server
		o.withDefaults().Logger.Error("there is no lobby; the HTTP server waits for requests itself", "error", err)
		return l
	}
	b := &lobby{
		Listener: l, o: o.withDefaults(), poll: watched, served: make(chan *guest, shakers), handed: make(chan accepted),
		closed: make(chan struct{}), here: make(map[int32]*guest), fresh: source.NewFresh[*guest](), buf: make([]byte, slop),
	}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/lobby")
	b.inside, _ = meter.Int64UpDownCounter("ovation.gateway.requests.waiting", metric.WithDescription("Connections that have yet to send the head of their first request."))
	b.tired, _ = meter.Int64Counter("ovation.gateway.requests.late", metric.WithDescription("Connections that were closed because they sent no whole head in time."))
	b.cut, _ = meter.Int64Counter("ovation.gateway.requests.cut", metric.WithDescription("Connections that were closed because half requests together held too much memory, and theirs was long."))
	b.crowd, _ = meter.Int64Counter("ovation.gateway.requests.crowded", metric.WithDescription("Connections that were closed because their address had too many that had sent no whole head: above an eighth of `limits.source_connections` the oldest that had been at it for two seconds, above half of it of any age."))
	b.work.Go(b.accept)
	b.work.Go(b.run)
	for range shakers {
		b.shake.Go(b.shakeHands)
	}
	return b
}

// Accept implements net.Listener.
func (b *lobby) Accept() (net.Conn, error) {
	select {
	case a := <-b.handed:
		return a.conn, a.err
	case <-b.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (b *lobby) Close() (err error) {
	b.once.Do(func() {
		close(b.closed)
		err = b.Listener.Close()
		b.poll.Wake()
		b.work.Wait()
		close(b.served)
		b.shake.Wait()
		for _, g := range b.arrived { // who came or was refused last
			conn.Close(g.fd)
		}
		b.poll.Close()
	})
	return err
}

func (b *lobby) isClosed() bool {
	select {
	case <-b.closed:
		return true
	default:
		return false
	}
}

// accept takes connections in; it is the one goroutine that does, as pacing wants it.
func (b *lobby) accept() {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			b.give(accepted{err: err})
			var temporary interface{ Timeout() bool }
			if b.isClosed() || errors.Is(err, net.ErrClosed) || !errors.As(err, &temporary) {
				return
			}
			continue
		}
		from := c.RemoteAddr()
		fd := conn.Detach(c)
		if fd < 0 { // no plain TCP
			b.give(accepted{conn: c})
			continue
		}
		g := &guest{fd: fd, from: from, due: time.Now().Add(b.o.HeadTime)}
		for n := b.arrive(g); n > mostArrived && !b.isClosed(); n = b.arrive(nil) {
			time.Sleep(time.Millisecond) // nothing tells when the lobby's goroutine took some; the kernel holds who comes meanwhile
		}
	}
}

// give hands something to the HTTP server.
func (b *lobby) give(a accepted) {
	select {
	case b.handed <- a:
	case <-b.closed:
		if a.conn != nil {
			_ = a.conn.Close()
		}
	}
}

// arrive puts a guest before the lobby's goroutine, nil none, and tells how many wait there.
func (b *lobby) arrive(g *guest) int {
	b.mu.Lock()
	if g != nil {
		b.arrived = append(b.arrived, g)
	}
	n, wake := len(b.arrived), b.asleep
	b.asleep = false
	b.mu.Unlock()
	if wake {
		b.poll.Wake()
	}
	return n
}

// run is the lobby's goroutine.
func (b *lobby) run() {
	defer b.empty()
	for !b.isClosed() {
		b.o.AfterTicks()
		now := time.Now()
		b.welcome()
		busy := b.look()
		b.late(now)
		if busy {
			time.Sleep(breather) // or a thousand who dribble would have it spin, a read at a time
			continue
		}
		b.mu.Lock()
		b.asleep = len(b.arrived) == 0
		asleep := b.asleep
		b.mu.Unlock()
		if asleep && !b.isClosed() {
			b.poll.Wait(b.patience(), maxReady)
		}
	}
}

// welcome takes in who arrived.
func (b *lobby) welcome() {
	b.mu.Lock()
	arrived := b.arrived
	b.arrived, b.asleep = nil, false
	b.mu.Unlock()
	for _, g := range arrived {
		if g.bye {
			b.leaving.join(g)
		} else {
			b.waiting.join(g)
			b.inside.Add(context.Background(), 1)
		}
		if b.hear(g); g.list == nil {
			continue
		}
		b.crowded(g)
		if err := b.poll.Add(g.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(g.fd)}); err != nil {
			b.o.Logger.Error("a connection cannot be watched", "error", err)
			b.end(g)
			continue
		}
		g.polled = true
		b.here[int32(g.fd)] = g
	}
}

// crowded counts somebody whose head has yet to come for its source, and closes the one that is too many.
func (b *lobby) crowded(g *guest) {
	if g.bye {
		return
	}
	if g.source = b.o.Source(g.from); !g.source.Limited {
		return
	}
	if oldest, cut := b.fresh.Join(g.source.Key, g, b.o.Kept(), time.Now()); cut {
		b.crowd.Add(context.Background(), 1)
		b.end(oldest)
	}
}

// look reads who sent something, and tells whether there was anybody.
func (b *lobby) look() (busy bool) {
	for {
		ready := b.poll.Now(maxReady)
		for _, e := range ready {
			if g := b.here[e.Fd]; g != nil { // an event is of the guest that has the descriptor: nobody else closes any
				busy = true
				b.hear(g)
			}
		}
		if len(ready) < maxReady {
			return busy
		}
	}
}

// hear reads what a guest has to say.
func (b *lobby) hear(g *guest) {
	for {
		n, err := conn.Receive(g.fd, b.buf)
		switch {
		case g.bye:
			if g.spilled += n; err != nil || g.spilled > maxSpilled {
				b.end(g)
				return
			}
		case err != nil && errors.Is(err, io.EOF) && len(g.head) > 0:
			b.hand(g) // it may still want to hear what is wrong with half a request
			return
		case err != nil:
			b.end(g)
			return
		}
		if n == 0 {
			return
		}
		if g.bye {
			continue
		}
		seen := len(g.head)
		b.held -= cap(g.head)
		g.head = append(g.head, b.buf[:n]...)
		b.held += cap(g.head)
		switch g.whole = headEnd(g.head, seen); {
		case g.whole > 0 && g.whole <= b.o.MaxHead+slop && isHandshake(g.head[:g.whole], b.o.Path):
			b.let(g)
			select {
			case b.served <- g:
			case <-b.closed:
				conn.Close(g.fd)
			}
			return
		case g.whole > 0, len(g.head) >= b.o.MaxHead+slop, isRefused(g.head):
			b.hand(g)
			return
		case b.held > b.o.MaxHeads && len(g.head) > usualHead:
			b.cut.Add(context.Background(), 1)
			b.end(g)
			return
		}
	}
}

// hand gives a guest to the HTTP server.
func (b *lobby) hand(g *guest) {
	b.let(g)
	c, err := hand(g)
	if err != nil {
		b.o.Logger.Debug("a connection is lost", "error", err)
		return
	}
	b.give(accepted{conn: c})
}

// let takes a guest out; its descriptor stays open.
func (b *lobby) let(g *guest) {
	if g.list == &b.waiting {
		b.inside.Add(context.Background(), -1)
		b.held -= cap(g.head)
	}
	if g.source.Limited {
		b.fresh.Leave(g.source.Key, g)
	}
	g.list.leave(g)
	if g.polled {
		g.polled = false
		delete(b.here, int32(g.fd))
		b.poll.Remove(g.fd)
	}
}

func (b *lobby) end(g *guest) {
	b.let(g)
	conn.Close(g.fd)
}

// late ends those who took too long.
func (b *lobby) late(now time.Time) {
	for _, l := range []*line{&b.waiting, &b.leaving} {
		for l.first != nil && !now.Before(l.first.due) {
			if l == &b.waiting {
				b.tired.Add(context.Background(), 1)
			}
			b.end(l.first)
		}
	}
}

// patience is when the next one is late; the zero time while nobody can be.
func (b *lobby) patience() (next time.Time) {
	for _, l := range []*line{&b.waiting, &b.leaving} {
		if l.first != nil && (next.IsZero() || l.first.due.Before(next)) {
			next = l.first.due
		}
	}
	return next
}

// empty ends everybody who is here.
func (b *lobby) empty() {
	for _, l := range []*line{&b.waiting, &b.leaving} {
		for l.first != nil {
			b.end(l.first)
		}
	}
}

// shakeHands serves handshakes, one after the other, until there are no more.
func (b *lobby) shakeHands() {
	r := bufio.NewReaderSize(nil, slop)
	for g := range b.served {
		if err := b.serve(g, r); err != nil {
			b.o.Logger.Debug("a handshake failed", "error", err)
			conn.Close(g.fd)
		}
	}
}

// serve has the handler answer a handshake. An error means that the descriptor is still to be closed.
func (b *lobby) serve(g *guest, r *bufio.Reader) (err error) {
	r.Reset(bytes.NewReader(g.head[:g.whole]))
	request, err := http.ReadRequest(r)
	if err != nil { // isHandshake is stricter: the HTTP server may say what it does not like
		c, err := hand(g)
		if err == nil {
			b.give(accepted{conn: c})
		}
		return nil
	}
	request.RemoteAddr = g.from.String()
	a := &answer{guest: g, header: make(http.Header)}
	defer func() {
		if p := recover(); p != nil {
			b.o.Logger.Error("a handshake's handler panicked", "panic", p, "stack", string(debug.Stack()))
			if !a.taken {
				conn.Close(g.fd)
			}
		}
	}()
	b.o.Handler.ServeHTTP(a, request)
	if a.taken {
		return nil
	}
	if err := a.refuse(); err != nil {
		return err
	}
	conn.Finish(g.fd)
	g.head, g.whole, g.bye, g.due = nil, 0, true, time.Now().Add(byeTime)
	b.arrive(g)
	return nil
}
