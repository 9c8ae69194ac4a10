// Package audience holds very many viewers in one process as cheaply as a client can: a socket, a goroutine and half a
// kilobyte each. They understand nothing of frames but where they begin and end, and the marks that a load test writes into
// comments, by which each checks that it is given every one of them once and in order.
package audience

import (
	"context"
	"errors"
	"fmt"
	"net"
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
	// From is the first of the addresses (Loopback) to dial from; there is one for every 9,000 viewers.
	From int
	// Local is the address to dial from where the server is not on loopback; nil is the kernel's choice.
	Local net.IP
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
	// Missed is the part of Lost that came after the end of the sockets that ended.
	Missed int64 `json:"missed"`
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

// SentAway is how often somebody was told to come back.
func (a *Audience) SentAway() int64 { return a.sentAway.Load() }

// Welcomes are how long each who was let in waited for the welcome and the snapshot behind it, from when the handshake was
// answered. What it waited for its turn, in the kernel or because it was told to come back, is not in it.
func (a *Audience) Welcomes() (all []time.Duration) {
	for _, m := range a.members {
		all = append(all, m.welcomed)
	}
	return all
}

// Open brings one viewer in and leaves its socket to the caller, with what the welcome brought already read.
func Open(ctx context.Context, o Options) (net.Conn, error) {
	m, err := (&Audience{o: o}).dial(ctx, 0)
	if err != nil {
		return nil, err
	}
	return m.conn, nil
}

// Loopback is the n-th address of 127.0.0.0/16. Of one address 28,000 connections can be open or have ended within a minute; close
// to that the kernel looks for a free port for so long that everything else on the machine waits.
func Loopback(n int) net.IP { return net.IPv4(127, 0, byte(n>>8), byte(n)) }

// Dialer is for very many connections from one machine; give it a LocalAddr of the loopback network for more than one
// address has ports.
func Dialer() net.Dialer {
	return net.Dialer{Timeout: 20 * time.Second, KeepAlive: -1, Control: latePort}
}

// resync is the frame that announces a snapshot.
var resync = func() []byte {
	b, err := proto.Marshal(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Resync{Resync: new(gatewayv1.Resync)}})
	if err != nil {
		panic(err) // a constant message
	}
	return b
}()

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

// Speak has everybody say something. Whoever was closed while it was stopped hears of it then: what the server's kernel still
// has for it may come a minute later.
func (a *Audience) Speak() {
	for _, m := range a.members {
		_ = send(m.conn, 0x8a, nil) // who was closed cannot, which its reading tells
	}
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
		behind := int64(r.Last - min(r.Last, m.last.Load()))
		r.Lost += behind
		if m.first > 0 && (r.First == 0 || m.first < r.First) {
			r.First = m.first
		}
		if m.err != nil && !errors.Is(m.err, net.ErrClosed) {
			r.Missed += behind
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
