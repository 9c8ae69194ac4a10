package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
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

	ledger *ledger

	writing atomic.Bool // while true, people write

	mu       sync.Mutex
	joins    []arrival            // guarded by mu
	acked    map[string]time.Time // texts, and when they were acknowledged; guarded by mu
	hearts   uint64               // sent; guarded by mu
	votes    map[int][]time.Time  // by person, when they were acknowledged, again after each return; guarded by mu
	complain []string             // guarded by mu
	refused  map[string]int       // by reason; guarded by mu
	lost     *window              // a time of which nothing need be kept; guarded by mu
	blind    *window              // a time in which gateways may show what is lost or in another place; guarded by mu
}

// window is a time in which what was acknowledged, or seen, may be lost by the promises: the last moments before a power
// cut.
type window struct{ from, to time.Time }

// holds is nil-safe.
func (w *window) holds(t time.Time) bool { return w != nil && !t.Before(w.from) && !t.After(w.to) }

type arrival struct {
	at      time.Time
	gateway int
}

// person is one of them.
type person struct {
	n     int
	crowd *crowd

	// owned by whoever reads its socket
	shown   map[string]bool // since the last whole snapshot, which replaces what a client shows
	reading bool            // a whole snapshot, just now
	hearts  uint64

	mu      sync.Mutex
	gateway int                  // written by live alone; guarded by mu
	viewer  *viewer.Viewer       // its socket; nil between two; guarded by mu
	seen    []string             // texts in the order in which they came, without what a whole snapshot gave again; guarded by mu
	ever    map[string]time.Time // all of seen, and when; guarded by mu
	whole   int                  // snapshots instead of a recovery; guarded by mu
}

// gather lets n people in, spread over the gateways; a few write, all read.
func gather(p *place, n int) (*crowd, error) {
	ctx, stop := context.WithCancel(p.ctx)
	c := &crowd{p: p, stop: stop, acked: map[string]time.Time{}, votes: map[int][]time.Time{}, refused: map[string]int{}}
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
	c.ledger = keep(ctx, p)
	seated := make(chan struct{}, n)
	for i := range n {
		x := &person{n: i, crowd: c, gateway: i % len(p.gateways), ever: map[string]time.Time{}, shown: map[string]bool{}}
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

// at gives the people who have a socket at a gateway, with it.
func (c *crowd) at(gateway int) map[*person]*viewer.Viewer {
	all := map[*person]*viewer.Viewer{}
	for _, x := range c.people {
		x.mu.Lock()
		if x.viewer != nil && x.gateway == gateway {
			all[x] = x.viewer
		}
		x.mu.Unlock()
	}
	return all
}

// out counts those who have no socket just now.
func (c *crowd) out() (n int) {
	for _, x := range c.people {
		x.mu.Lock()
		if x.viewer == nil {
			n++
		}
		x.mu.Unlock()
	}
	return n
}

// degraded counts those at a gateway who were told that it is away from the store.
func (c *crowd) degraded(gateway int) (n int) {
	for _, v := range c.at(gateway) {
		v.Look(func(w *viewer.View) {
			if w.Degraded {
				n++
			}
		})
	}
	return n
}

// reaches waits until everybody at a gateway was given a comment that was acknowledged after now.
func (c *crowd) reaches(gateway int, limit time.Duration) error {
	begun := time.Now()
	return c.p.until(limit, fmt.Sprintf("not everybody at gateway %d is given new comments", gateway), func() error {
		var fresh []string
		c.note(func() {
			for text, at := range c.acked {
				if at.After(begun) {
					fresh = append(fresh, text)
				}
			}
		})
		people := c.at(gateway)
		if len(fresh) == 0 || len(people) == 0 {
			return fmt.Errorf("%d new comments and %d people there", len(fresh), len(people))
		}
		for x := range people {
			x.mu.Lock()
			got := slices.ContainsFunc(fresh, func(text string) bool { _, seen := x.ever[text]; return seen })
			x.mu.Unlock()
			if !got {
				return fmt.Errorf("person %d has none of %d", x.n, len(fresh))
			}
		}
		return nil
	})
}

// live visits until the end, and again after each end of a socket.
func (x *person) live(ctx context.Context, seated chan<- struct{}) {
	var cursor *gatewayv1.Cursor
	var token string // what makes a guest the same person at each visit
	first := true
	backoff := 200 * time.Millisecond
	for ctx.Err() == nil {
		dial, cancel := context.WithTimeout(ctx, 15*time.Second)
		x.hearts = 0 // another gateway may be a moment behind; the client library goes on with the greater
		v, err := viewer.Dial(dial, viewer.Options{
			URL: "http://" + x.crowd.p.toGateway[x.gateway].Listen, Room: room, Token: token, Name: fmt.Sprint("Person ", x.n), Cursor: cursor, Light: true,
			OnComment: x.comment, OnHearts: x.total,
		})
		cancel()
		if err != nil {
			x.move()
			pause.For(ctx, rand.N(backoff))
			backoff = min(2*backoff, 5*time.Second)
			continue
		}
		backoff = 200 * time.Millisecond
		recovered := false
		v.Look(func(w *viewer.View) {
			recovered = w.Welcome.GetRecovered()
			token = cmp.Or(w.Welcome.GetYou().GetGuestToken(), token)
		})
		x.mu.Lock()
		if x.viewer = v; cursor != nil && !recovered {
			x.whole++
		}
		x.mu.Unlock()
		x.crowd.note(func() { x.crowd.joins = append(x.crowd.joins, arrival{time.Now(), x.gateway}) })
		if first {
			first = false
			seated <- struct{}{}
		}
		x.act(ctx, v)
		cursor = v.Cursor()
		var after time.Duration
		v.Look(func(w *viewer.View) { after = time.Duration(w.Goodbye.GetReconnectAfterMs()) * time.Millisecond })
		x.mu.Lock()
		x.viewer = nil
		x.mu.Unlock()
		v.Close()
		x.move()
		pause.For(ctx, max(after, rand.N(backoff)))
	}
}

// move goes to the next gateway.
func (x *person) move() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.gateway = (x.gateway + 1) % len(x.crowd.p.toGateway)
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
			x.crowd.note(func() { x.crowd.votes[x.n] = append(x.crowd.votes[x.n], time.Now()) })
		}
		if x.n%10 != 0 {
			continue
		}
		if text == "" {
			text, request = fmt.Sprintf("%d says %d at %d", x.n, n, time.Now().UnixNano()), viewer.NewRequestID()
		}
		if x.call(ctx, v, &gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Post{Post: &gatewayv1.Post{RequestId: request, Text: text}}}) {
			x.crowd.note(func() { x.crowd.acked[text] = time.Now() })
			text = ""
		}
	}
}

func (x *person) call(ctx context.Context, v *viewer.Viewer, f *gatewayv1.ClientFrame) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second) // longer than a gateway tries
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
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, known := x.ever[text]; !known {
		x.ever[text] = time.Now()
		x.seen = append(x.seen, text)
	}
}

// total must never go down at one gateway, unless the store lost its last moments.
func (x *person) total(hearts map[string]uint64) {
	n, ok := hearts["heart"]
	if !ok {
		return
	}
	if n < x.hearts {
		x.crowd.note(func() {
			if x.crowd.lost != nil {
				return
			}
			x.crowd.complain = append(x.crowd.complain, fmt.Sprintf("person %d saw hearts fall from %d to %d", x.n, x.hearts, n))
		})
	}
	x.hearts = n
}
