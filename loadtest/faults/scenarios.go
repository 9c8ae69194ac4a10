package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
)

// scenario breaks something and mends it again.
type scenario struct {
	name, what string
	people     int
	lose       allowed
	do         func(*place, *crowd) ([]string, error)
}

var scenarios = []scenario{
	{"roll-gateways", "each gateway ends in order; nobody is lost and no second holds a storm", 300, allowed{hearts: true}, rollGateways},
	{"roll-brokers", "each broker ends in order and comes back", 60, allowed{}, rollBrokers},
	{"kill-gateways", "kill -9 each gateway in turn", 90, allowed{hearts: true}, killGateways},
	{"kill-services", "kill -9 both processes of services in turn", 60, allowed{hearts: true}, killServices},
	{"kill-broker", "kill -9 each broker in turn", 60, allowed{hearts: true}, killBrokers},
	{"kill-two-brokers", "kill -9 two of three brokers: writes are refused, sockets stay, all goes on without a restart", 60, allowed{hearts: true}, killTwoBrokers},
	{"freeze-broker", "SIGSTOP each broker for 12 s", 60, allowed{hearts: true}, freezeBrokers},
	{"slow-network", "300 ms, 20 KB/s and bytes one by one between clients and gateways, gateways and brokers", 30, allowed{hearts: true}, slowNetwork},
	{"cut-network", "connections reset, and swallowed for 5 s, each 2 s, and for 30 s", 60, allowed{hearts: true}, cutNetwork},
}

func (s scenario) play(ctx context.Context, binary string, log io.Writer) (notes []string, err error) {
	p, err := build(ctx, binary, log)
	if err != nil {
		return nil, fmt.Errorf("build the installation: %w", err)
	}
	defer p.end()
	c, err := gather(p, s.people)
	if err != nil {
		return nil, err
	}
	pause(ctx, 3*time.Second)
	notes, broken := s.do(p, c)
	if err := c.moves(20 * time.Second); err != nil {
		broken = errors.Join(broken, err)
	}
	more, err := c.audit(s.lose)
	return append(notes, more...), errors.Join(broken, err)
}

// moves waits until comments are acknowledged again.
func (c *crowd) moves(limit time.Duration) error {
	before, start := c.ackedCount(), time.Now()
	for c.ackedCount() < before+3 {
		if time.Since(start) > limit {
			return fmt.Errorf("no comments are acknowledged %v after it was mended", limit)
		}
		pause(c.p.ctx, 50*time.Millisecond)
	}
	return nil
}

func rollGateways(p *place, c *crowd) (notes []string, err error) {
	for _, g := range p.gateways {
		start := time.Now()
		unready := make(chan time.Duration, 1)
		go func() {
			for readiness(p.ctx, g) == nil {
				time.Sleep(10 * time.Millisecond)
			}
			unready <- time.Since(start)
		}()
		if err := g.running.Stop(); err != nil {
			return notes, fmt.Errorf("%s did not end with 0: %w", g.name, err)
		}
		took := time.Since(start)
		if late := <-unready; late > time.Second {
			return notes, fmt.Errorf("%s said that it is ready for %v after SIGTERM", g.name, late)
		}
		worst, mean := c.herd(start, took)
		notes = append(notes, fmt.Sprintf("%s drained in %.1f s; the fullest second had %d of on average %.1f reconnects", g.name, took.Seconds(), worst, mean))
		if mean > 5 && float64(worst) > 3*mean {
			return notes, fmt.Errorf("a storm: %d reconnects in one second, %.1f on average", worst, mean)
		}
		if err := errors.Join(p.run(g), p.ready(g, 30*time.Second)); err != nil {
			return notes, err
		}
	}
	return notes, nil
}

// herd is the fullest second and the mean of joins in a time.
func (c *crowd) herd(from time.Time, span time.Duration) (worst int, mean float64) {
	buckets := make([]int, int(span/time.Second)+2)
	c.mu.Lock()
	defer c.mu.Unlock()
	all := 0
	for _, j := range c.joins {
		if i := int(j.at.Sub(from) / time.Second); j.at.After(from) && i < len(buckets) {
			buckets[i]++
			all++
		}
	}
	for _, n := range buckets {
		worst = max(worst, n)
	}
	return worst, float64(all) / max(1, span.Seconds())
}

func rollBrokers(p *place, _ *crowd) ([]string, error) {
	for _, b := range p.brokers {
		if err := b.running.Stop(); err != nil {
			return nil, fmt.Errorf("%s did not end with 0: %w", b.name, err)
		}
		if err := errors.Join(p.run(b), p.ready(b, 60*time.Second)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// killed ends parts as a crash would, waits, and starts them again.
func killed(p *place, c *crowd, parts []*part, away time.Duration) (notes []string, err error) {
	for _, x := range parts {
		x.running.Kill()
		pause(p.ctx, away)
		if err := errors.Join(p.run(x), p.ready(x, 60*time.Second)); err != nil {
			return notes, err
		}
		if err := c.moves(20 * time.Second); err != nil {
			return notes, fmt.Errorf("after %s was killed: %w", x.name, err)
		}
	}
	return notes, nil
}

func killGateways(p *place, c *crowd) ([]string, error) {
	return killed(p, c, p.gateways, 2*time.Second)
}
func killServices(p *place, c *crowd) ([]string, error) {
	return killed(p, c, p.services, 2*time.Second)
}
func killBrokers(p *place, c *crowd) ([]string, error) {
	return killed(p, c, p.brokers, 8*time.Second)
}

func killTwoBrokers(p *place, c *crowd) ([]string, error) {
	gone := p.brokers[:2]
	for _, b := range gone {
		b.running.Kill()
	}
	pause(p.ctx, 2*time.Second)
	before := len(c.arrivals())
	acked := c.ackedCount()
	pause(p.ctx, 10*time.Second)
	if now := c.ackedCount(); now > acked+6 { // those that were under way
		return nil, fmt.Errorf("%d comments were acknowledged by one of three brokers", now-acked)
	}
	if n := len(c.arrivals()) - before; n > 0 {
		return nil, fmt.Errorf("%d sockets ended while the store was away", n)
	}
	for _, x := range append(p.gateways, p.services...) {
		if err := alive(p.ctx, x); err != nil {
			return nil, err
		}
	}
	for _, b := range gone {
		if err := p.run(b); err != nil {
			return nil, err
		}
	}
	start := time.Now()
	if err := c.moves(60 * time.Second); err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("comments were acknowledged again %.1f s after both were started", time.Since(start).Seconds())}, nil
}

func (c *crowd) arrivals() (all []arrival) {
	c.note(func() { all = append(all, c.joins...) })
	return all
}

// alive fails when a process would be restarted.
func alive(ctx context.Context, x *part) error {
	if err := x.signal(0); err != nil {
		return fmt.Errorf("%s is gone: %w", x.name, err)
	}
	if err := readiness(ctx, x); err != nil && strings.Contains(err.Error(), "connection refused") {
		return fmt.Errorf("%s does not answer: %w", x.name, err)
	}
	return nil
}

func freezeBrokers(p *place, c *crowd) ([]string, error) {
	for _, b := range p.brokers {
		if err := b.signal(syscall.SIGSTOP); err != nil {
			return nil, err
		}
		pause(p.ctx, 12*time.Second)
		if err := b.signal(syscall.SIGCONT); err != nil {
			return nil, err
		}
		if err := errors.Join(p.ready(b, 60*time.Second), c.moves(30*time.Second)); err != nil {
			return nil, fmt.Errorf("after %s was frozen: %w", b.name, err)
		}
	}
	return nil, nil
}

// toxic is one of toxiproxy's, both ways, on every proxy.
func toxic(p *place, body string, proxies []*toxiproxy.Proxy) (mend func(), err error) {
	for _, proxy := range proxies {
		for _, way := range []string{"upstream", "downstream"} {
			if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(strings.Replace(body, "{", `{"stream":"`+way+`",`, 1))); err != nil {
				return nil, fmt.Errorf("toxic %s: %w", body, err)
			}
		}
	}
	return func() {
		for _, proxy := range proxies {
			proxy.Toxics.ResetToxics(p.ctx)
		}
	}, nil
}

func poisoned(p *place, c *crowd, body string, proxies []*toxiproxy.Proxy, span time.Duration) error {
	mend, err := toxic(p, body, proxies)
	if err != nil {
		return err
	}
	pause(p.ctx, span)
	mend()
	if err := c.moves(40 * time.Second); err != nil {
		return fmt.Errorf("after %s: %w", body, err)
	}
	for _, x := range append(append([]*part{}, p.gateways...), p.services...) {
		if err := alive(p.ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func slowNetwork(p *place, c *crowd) ([]string, error) {
	for _, proxies := range [][]*toxiproxy.Proxy{p.toGateway, p.toNATS} {
		for _, body := range []string{
			`{"type":"latency","attributes":{"latency":300,"jitter":50}}`,
			`{"type":"bandwidth","attributes":{"rate":20}}`,
			`{"type":"slicer","attributes":{"average_size":1,"size_variation":0,"delay":10}}`,
		} {
			if err := poisoned(p, c, body, proxies, 5*time.Second); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

func cutNetwork(p *place, c *crowd) ([]string, error) {
	for _, proxies := range [][]*toxiproxy.Proxy{p.toGateway, p.toNATS} {
		if err := poisoned(p, c, `{"type":"reset_peer","attributes":{"timeout":0}}`, proxies, 3*time.Second); err != nil {
			return nil, err
		}
		if err := poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, proxies, 5*time.Second); err != nil {
			return nil, err
		}
		for range 3 {
			if err := poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, proxies, 2*time.Second); err != nil {
				return nil, err
			}
		}
	}
	return nil, poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, p.toNATS, 30*time.Second)
}
