package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// crowd is an audience of good clients: they come back with their cursor after the time that they were told, and send
// what was not acknowledged again under the same request id.
type crowd struct {
	p        *place
	question string
	people   []*person
	wg       sync.WaitGroup
	stop     context.CancelFunc

	writing atomic.Bool // while true, people write

	mu       sync.Mutex
	joins    []arrival       // guarded by mu
	acked    map[string]bool // texts; guarded by mu
	hearts   uint64          // sent; guarded by mu
	votes    int             // acknowledged; guarded by mu
	complain []string        // guarded by mu
	refused  map[string]int  // by reason; guarded by mu
}

type arrival struct {
	at      time.Time
	gateway int
}

// person is one of them.
type person struct {
	n       int
	crowd   *crowd
	gateway int
	seen    []string        // texts in the order in which they came, without what a whole snapshot gave again
	ever    map[string]bool // all of seen
	shown   map[string]bool // since the last whole snapshot, which replaces what a client shows
	reading bool            // a whole snapshot, just now
	hearts  uint64
	whole   int // snapshots instead of a recovery
}

// gather lets n people in, spread over the gateways; a few write, all read.
func gather(p *place, n int) (*crowd, error) {
	ctx, stop := context.WithCancel(p.ctx)
	c := &crowd{p: p, stop: stop, acked: map[string]bool{}, refused: map[string]int{}}
	c.writing.Store(true)
	asker, err := viewer.Dial(ctx, viewer.Options{URL: "http://" + p.toGateway[0].Listen, Room: room, Name: "Asker"})
	if err != nil {
		stop()
		return nil, err
	}
	q, err := asker.Ask(ctx, "Will it hold?")
	asker.Close()
	if err != nil {
		stop()
		return nil, err
	}
	c.question = q.GetQuestion()
	seated := make(chan struct{}, n)
	for i := range n {
		x := &person{n: i, crowd: c, gateway: i % len(p.gateways), ever: map[string]bool{}, shown: map[string]bool{}}
		c.people = append(c.people, x)
		c.wg.Go(func() { x.live(ctx, seated) })
	}
	late := time.After(30 * time.Second)
	for i := range n {
		select {
		case <-seated:
		case <-late:
			stop()
			return nil, fmt.Errorf("only %d of %d people are in after 30 s", i, n)
		}
	}
	return c, nil
}

func (c *crowd) note(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// ackedCount is how many comments were acknowledged so far.
func (c *crowd) ackedCount() (n int) {
	c.note(func() { n = len(c.acked) })
	return n
}

// live visits until the end, and again after each end of a socket.
func (x *person) live(ctx context.Context, seated chan<- struct{}) {
	var cursor *gatewayv1.Cursor
	first := true
	backoff := 200 * time.Millisecond
	for ctx.Err() == nil {
		dial, cancel := context.WithTimeout(ctx, 15*time.Second)
		v, err := viewer.Dial(dial, viewer.Options{
			URL: "http://" + x.crowd.p.toGateway[x.gateway].Listen, Room: room, Name: fmt.Sprint("Person ", x.n), Cursor: cursor, Light: true,
			OnComment: x.comment, OnHearts: x.total,
		})
		cancel()
		if err != nil {
			x.gateway = (x.gateway + 1) % len(x.crowd.p.toGateway)
			pause(ctx, rand.N(backoff))
			backoff = min(2*backoff, 5*time.Second)
			continue
		}
		backoff = 200 * time.Millisecond
		v.Look(func(w *viewer.View) {
			if cursor != nil && !w.Welcome.GetRecovered() {
				x.whole++
			}
		})
		x.crowd.note(func() { x.crowd.joins = append(x.crowd.joins, arrival{time.Now(), x.gateway}) })
		if first {
			first = false
			seated <- struct{}{}
		}
		x.act(ctx, v)
		cursor = v.Cursor()
		var after time.Duration
		v.Look(func(w *viewer.View) { after = time.Duration(w.Goodbye.GetReconnectAfterMs()) * time.Millisecond })
		v.Close()
		x.gateway = (x.gateway + 1) % len(x.crowd.p.toGateway)
		pause(ctx, max(after, rand.N(backoff)))
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// act writes, taps and votes while the socket lives: one in ten writes a comment a second, all tap, each votes once.
func (x *person) act(ctx context.Context, v *viewer.Viewer) {
	voted := false
	var text, request string
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-v.Done():
			return
		case <-time.After(time.Second + rand.N(200*time.Millisecond)):
		}
		if !x.crowd.writing.Load() {
			continue
		}
		if err := v.Tap(ctx, "heart", 1); err == nil {
			x.crowd.note(func() { x.crowd.hearts++ })
		}
		if !voted && x.n%5 == 0 && x.call(ctx, v, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Vote{Vote: &gatewayv1.VoteQuestion{Question: x.crowd.question, Up: true}}}) {
			voted = true
			x.crowd.note(func() { x.crowd.votes++ })
		}
		if x.n%10 != 0 {
			continue
		}
		if text == "" {
			text, request = fmt.Sprintf("%d says %d at %d", x.n, n, time.Now().UnixNano()), viewer.NewRequestID()
		}
		if x.call(ctx, v, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: request, Text: text}}}) {
			x.crowd.note(func() { x.crowd.acked[text] = true })
			text = ""
		}
	}
}

func (x *person) call(ctx context.Context, v *viewer.Viewer, f *gatewayv1.ClientFrame) bool {
	ctx, cancel := context.WithTimeout(ctx, 12*time.Second)
	defer cancel()
	_, err := v.Call(ctx, f)
	var refused viewer.Fault
	if errors.As(err, &refused) {
		x.crowd.note(func() { x.crowd.refused[refused.GetReason()]++ })
	}
	return err == nil
}

// comment takes what comes: once since the last whole snapshot, and in order.
func (x *person) comment(c *gatewayv1.Comment, snapshot bool) {
	text := c.GetText()
	if snapshot && !x.reading {
		clear(x.shown)
	}
	x.reading = snapshot
	if x.shown[text] {
		x.crowd.note(func() {
			x.crowd.complain = append(x.crowd.complain, fmt.Sprintf("person %d was given %q twice", x.n, text))
		})
	}
	x.shown[text] = true
	if !x.ever[text] {
		x.ever[text] = true
		x.seen = append(x.seen, text)
	}
}

// total must never go down.
func (x *person) total(hearts map[string]uint64) {
	n, ok := hearts["heart"]
	if !ok {
		return
	}
	if n < x.hearts {
		x.crowd.note(func() {
			x.crowd.complain = append(x.crowd.complain, fmt.Sprintf("person %d saw hearts fall from %d to %d", x.n, x.hearts, n))
		})
	}
	x.hearts = n
}
