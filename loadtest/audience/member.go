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
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

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

	welcomed time.Duration // after the handshake was answered
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

func (a *Audience) dial(ctx context.Context, i int) (*member, error) {
	d := Dialer()
	if strings.HasPrefix(a.o.Address, "127.") {
		d.LocalAddr = &net.TCPAddr{IP: Loopback(a.o.From + i/9000)}
	} else if a.o.Local != nil {
		d.LocalAddr = &net.TCPAddr{IP: a.o.Local}
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
	answered := time.Now()
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
	m.welcomed = time.Since(answered)
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
