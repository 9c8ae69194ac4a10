// Package audience holds very many viewers in one process as cheaply as a client can: a socket, a goroutine and half a
// kilobyte each. They understand nothing of frames but where they begin and end, and the marks that a load test writes into
// comments, by which each checks that it is given every one of them once and in order.
package audience

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Options of an audience.
type Options struct {
	// Address of the server, host:port.
	Address string
	// Room to join; empty joins none, for a server that only writes.
	Room string
	// Viewers to connect, at most 18,000 a process.
	Viewers int
	// Patient ones who are told to come back do so when they were told to, as the client library does; else that is an error.
	Patient bool
	// Receive is how many bytes the kernel may hold for a viewer that does not read; 0 is its own choice.
	Receive int
	// From is the first of the addresses 127.0.0.x to dial from; there is one for every 9,000 viewers.
	From int
}

// Report is what an audience was given.
type Report struct {
	// Viewers that stayed to the end.
	Viewers int `json:"viewers"`
	// Frames with a payload, all viewers together.
	Frames int64 `json:"frames"`
	// Bytes of them.
	Bytes int64 `json:"bytes"`
	// First and Last mark that anybody was given.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	// Marks is how many were given, all viewers together.
	Marks int64 `json:"marks"`
	// Lost and Duplicated are gaps and repeats in the order of marks, all viewers together; a mark that did not come to
	// somebody at the end is lost.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	// Resynced is how often somebody was told that a snapshot follows, which replaces everything: what lay between is neither
	// lost nor doubled.
	Resynced int64 `json:"resynced"`
	// Ended is how many sockets ended before they were told to, and why the first one did.
	Ended int    `json:"ended"`
	Why   string `json:"why,omitempty"`
}

// Mark is what a comment carries to be recognised, wherever in a frame it stands.
func Mark(n uint64) string { return fmt.Sprintf("~%012d~", n) }

// Audience is a connected one.
type Audience struct {
	o       Options
	members []*member
	reading sync.WaitGroup
	leaving atomic.Bool

	sentAway atomic.Int64
}

type member struct {
	conn   net.Conn
	r      *bufio.Reader
	frames atomic.Int64
	bytes  atomic.Int64
	marks  atomic.Int64
	last   atomic.Uint64
	first  uint64
	lost   int64
	double int64
	resync int64     // how often a snapshot was announced
	anew   bool      // the next frame is that snapshot
	ended  time.Time // when a close frame came
	err    error
}

// Connect brings everybody in; it returns when each has been given its welcome.
func Connect(ctx context.Context, o Options) (*Audience, error) {
	a := &Audience{o: o, members: make([]*member, o.Viewers)}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(32)
	if o.Patient {
		g.SetLimit(-1) // who waits for a turn must not hold up the others
	}
	for i := range a.members {
		g.Go(func() error {
			m, err := a.dialUntil(ctx, i)
			if err != nil {
				return fmt.Errorf("viewer %d: %w", i, err)
			}
			a.members[i] = m
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		a.close()
		return nil, err
	}
	for _, m := range a.members {
		a.reading.Go(func() { a.read(m) })
	}
	return a, nil
}

// dialUntil dials again as often as it is told to.
func (a *Audience) dialUntil(ctx context.Context, i int) (*member, error) {
	for {
		m, err := a.dial(ctx, i)
		var later *comeBack
		if !a.o.Patient || !errors.As(err, &later) {
			return m, err
		}
		a.sentAway.Add(1)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(later.after):
		}
	}
}

// comeBack is a refusal that says when to try again.
type comeBack struct {
	after time.Duration
	how   string
}

func (c *comeBack) Error() string { return fmt.Sprintf("%s: come back in %s", c.how, c.after) }

// SentAway is how often somebody was told to come back.
func (a *Audience) SentAway() int64 { return a.sentAway.Load() }

// Open brings one viewer in and leaves its socket to the caller, with what the welcome brought already read.
func Open(ctx context.Context, o Options) (net.Conn, error) {
	m, err := (&Audience{o: o}).dial(ctx, 0)
	if err != nil {
		return nil, err
	}
	return m.conn, nil
}

// Dialer is for very many connections from one machine; give it a LocalAddr of the loopback network for more than one
// address has ports.
func Dialer() net.Dialer {
	return net.Dialer{Timeout: 20 * time.Second, KeepAlive: -1, Control: latePort}
}

func (a *Audience) dial(ctx context.Context, i int) (*member, error) {
	d := Dialer()
	if strings.HasPrefix(a.o.Address, "127.") {
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(a.o.From+i/9000))}
	}
	c, err := d.DialContext(ctx, "tcp", a.o.Address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok && a.o.Receive > 0 {
		_ = tcp.SetReadBuffer(a.o.Receive)
	}
	m := &member{conn: c, r: bufio.NewReaderSize(c, 512)}
	if err := a.enter(m); err != nil {
		_ = c.Close()
		return nil, err
	}
	return m, nil
}

// enter shakes hands and, where there is a room, says hello and waits for the welcome and the snapshot behind it.
func (a *Audience) enter(m *member) error {
	_ = m.conn.SetDeadline(time.Now().Add(30 * time.Second))
	_, err := io.WriteString(m.conn, "GET /v1/ws HTTP/1.1\r\nHost: "+a.o.Address+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.proto\r\n\r\n")
	if err != nil {
		return err
	}
	status, err := m.r.ReadString('\n')
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	wait := time.Second
	for line := status; line != "\r\n"; {
		if line, err = m.r.ReadString('\n'); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
		if after, ok := strings.CutPrefix(strings.ToLower(line), "retry-after:"); ok {
			if seconds, err := strconv.Atoi(strings.TrimSpace(after)); err == nil {
				wait = time.Duration(seconds) * time.Second
			}
		}
	}
	if !strings.Contains(status, " 101 ") {
		if strings.Contains(status, " 503 ") { // seconds are coarse: a client scatters them, or all of one second come back in one moment
			return &comeBack{wait - time.Second + rand.N(time.Second), "handshake refused"}
		}
		return fmt.Errorf("handshake: %s", strings.TrimSpace(status))
	}
	if a.o.Room != "" {
		hello, err := proto.Marshal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Hello{Hello: &gatewayv1.Hello{Room: a.o.Room}}})
		if err != nil {
			return err
		}
		if err := send(m.conn, 0x82, hello); err != nil {
			return err
		}
		for wanted := 2; wanted > 0; { // welcome and snapshot; a ping may stand between
			op, payload, err := m.next(nil)
			if err == nil && op == 8 {
				err = fmt.Errorf("closed: %q", payload)
			}
			if err == nil && op == 2 {
				err = refusal(payload)
			}
			if err != nil {
				return fmt.Errorf("welcome: %w", err)
			}
			if op <= 2 {
				wanted--
			}
		}
	}
	return m.conn.SetDeadline(time.Time{})
}

// refusal is what a goodbye in the place of a welcome says; nil for other frames.
func refusal(payload []byte) error {
	in := new(gatewayv1.ServerFrame)
	if err := proto.Unmarshal(payload, in); err != nil {
		return err
	}
	if in.GetGoodbye() == nil {
		return nil
	}
	return &comeBack{time.Duration(in.GetGoodbye().GetReconnectAfterMs()) * time.Millisecond, in.GetGoodbye().GetReason()}
}

// send writes a frame masked with zeros: the mask is not what is measured.
func send(w io.Writer, first byte, payload []byte) error {
	b := []byte{first}
	if n := len(payload); n < 126 {
		b = append(b, 0x80|byte(n))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	_, err := w.Write(append(append(b, 0, 0, 0, 0), payload...))
	return err
}

// next reads one frame into a buffer that may be grown.
func (m *member) next(into []byte) (op byte, payload []byte, err error) {
	op, err = m.r.ReadByte()
	if err != nil {
		return 0, into, err
	}
	short, err := m.r.ReadByte()
	if err != nil {
		return 0, into, err
	}
	size := uint64(short & 0x7f)
	if size >= 126 {
		var b [8]byte
		n := 2 << (2 * (size - 126)) // 2 or 8
		if _, err = io.ReadFull(m.r, b[8-n:]); err != nil {
			return 0, into, err
		}
		size = binary.BigEndian.Uint64(b[:])
	}
	if size > 8<<20 {
		return 0, into, fmt.Errorf("a frame of %d bytes", size)
	}
	if uint64(cap(into)) < size {
		into = make([]byte, size)
	}
	into = into[:size]
	_, err = io.ReadFull(m.r, into)
	return op & 0x0f, into, err
}

func (a *Audience) read(m *member) {
	var payload []byte
	for {
		var op byte
		var err error
		if op, payload, err = m.next(payload); err != nil {
			m.err = err
			return
		}
		switch op {
		case 1, 2:
			m.take(payload)
		case 8:
			m.err, m.ended = fmt.Errorf("closed: %q", payload), time.Now()
			return
		case 9:
			if err := send(m.conn, 0x8a, payload); err != nil {
				m.err = err
				return
			}
		}
		if cap(payload) > 4096 {
			payload = nil
		}
	}
}

// resync is the frame that announces a snapshot.
var resync = func() []byte {
	b, err := proto.Marshal(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Resync{Resync: new(gatewayv1.Resync)}})
	if err != nil {
		panic(err) // a constant message
	}
	return b
}()

func (m *member) take(payload []byte) {
	m.frames.Add(1)
	m.bytes.Add(int64(len(payload)))
	if bytes.Equal(payload, resync) {
		m.resync++
		m.anew = true
		return
	}
	anew := m.anew
	m.anew = false
	for {
		at := bytes.IndexByte(payload, '~')
		if at < 0 || at+14 > len(payload) || payload[at+13] != '~' {
			if at < 0 {
				return
			}
			payload = payload[at+1:]
			continue
		}
		n, err := strconv.ParseUint(string(payload[at+1:at+13]), 10, 64)
		payload = payload[at+14:]
		if err != nil {
			continue
		}
		last := m.last.Load()
		switch {
		case anew: // of a snapshot, the newest counts
			n = max(n, last)
		case last == 0:
			m.first = n
		case n <= last:
			m.double++
			continue
		default:
			m.lost += int64(n - last - 1)
		}
		m.marks.Add(1)
		m.last.Store(n)
	}
}

// Frames is how many came so far.
func (a *Audience) Frames() (n int64) {
	for _, m := range a.members {
		n += m.frames.Load()
	}
	return n
}

// Bytes is how many came in frames so far.
func (a *Audience) Bytes() (n int64) {
	for _, m := range a.members {
		n += m.bytes.Load()
	}
	return n
}

// Until waits until everybody was given a mark, or for a while.
func (a *Audience) Until(mark uint64, atMost time.Duration) {
	for deadline := time.Now().Add(atMost); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		all := true
		for _, m := range a.members {
			all = all && m.last.Load() >= mark
		}
		if all {
			return
		}
	}
}

// Ends waits until every socket has ended by the server's will, and tells how many did in each second from the first on.
func (a *Audience) Ends() (bySecond []int) {
	a.reading.Wait()
	var first time.Time
	for _, m := range a.members {
		if !m.ended.IsZero() && (first.IsZero() || m.ended.Before(first)) {
			first = m.ended
		}
	}
	for _, m := range a.members {
		if m.ended.IsZero() {
			continue
		}
		second := int(m.ended.Sub(first) / time.Second)
		for len(bySecond) <= second {
			bySecond = append(bySecond, 0)
		}
		bySecond[second]++
	}
	return bySecond
}

// Leave ends everybody and tells what they were given up to a last mark; 0 takes the highest that anybody was given.
func (a *Audience) Leave(last uint64) Report {
	var r Report
	for _, m := range a.members { // those that ended by themselves, before they are told to
		if m.last.Load() > last && last == 0 {
			r.Last = max(r.Last, m.last.Load())
		}
	}
	r.Last = max(r.Last, last)
	a.leaving.Store(true)
	a.close()
	a.reading.Wait()
	for _, m := range a.members {
		r.Frames += m.frames.Load()
		r.Bytes += m.bytes.Load()
		r.Marks += m.marks.Load()
		r.Lost += m.lost
		r.Duplicated += m.double
		r.Resynced += m.resync
		if m.last.Load() < r.Last {
			r.Lost += int64(r.Last - m.last.Load())
		}
		if m.first > 0 && (r.First == 0 || m.first < r.First) {
			r.First = m.first
		}
		if m.err != nil && !errors.Is(m.err, net.ErrClosed) {
			if r.Ended++; r.Why == "" {
				r.Why = m.err.Error()
			}
			continue
		}
		r.Viewers++
	}
	return r
}

func (a *Audience) close() {
	for _, m := range a.members {
		if m != nil {
			_ = m.conn.Close()
		}
	}
}
