package main

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

func rollGateways(p *place, c *crowd) (notes []string, err error) {
	for i, g := range p.gateways {
		start, people := time.Now(), len(c.at(i))
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
		pause.For(p.ctx, 2*time.Second) // the last are told to come back within a second
		worst, mean := c.herd(start, time.Now()), float64(people)/min(drainWindow, time.Duration(people)*drainPace).Seconds()
		notes = append(notes, fmt.Sprintf("%s sent %d people away in %.1f s; the fullest second had %d reconnects, %.1f are the mean", g.name, people, took.Seconds(), worst, mean))
		if people < 150 {
			return notes, fmt.Errorf("only %d people are at %s: so few are sent away in so short a time that this proves nothing", people, g.name)
		}
		if float64(worst) > 3*mean {
			return notes, fmt.Errorf("a storm: %d reconnects in one second, %.1f are the mean", worst, mean)
		}
		if err := errors.Join(p.run(g), p.ready(g, 30*time.Second)); err != nil {
			return notes, err
		}
	}
	return notes, nil
}

// What gateways are told of their drain: its window, and that it is shorter where few are there, 20 ms for each.
const (
	drainWindow = 6 * time.Second
	drainPace   = 20 * time.Millisecond
)

// herd is the most joins in one second of a time, wherever that second begins.
func (c *crowd) herd(from, to time.Time) (worst int) {
	var at []time.Time
	for _, j := range c.arrivals() {
		if j.at.After(from) && j.at.Before(to) {
			at = append(at, j.at)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	first := 0
	for i := range at {
		for at[i].Sub(at[first]) >= time.Second {
			first++
		}
		worst = max(worst, i-first+1)
	}
	return worst
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
		pause.For(p.ctx, away)
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
func killServices(p *place, c *crowd) (notes []string, err error) {
	for range 3 {
		if notes, err = killed(p, c, p.services, 500*time.Millisecond); err != nil {
			return notes, err
		}
	}
	return notes, nil
}
func killBrokers(p *place, c *crowd) ([]string, error) {
	return killed(p, c, p.brokers, 8*time.Second)
}

func killTwoBrokers(p *place, c *crowd) ([]string, error) {
	gone := p.brokers[:2]
	for _, b := range gone {
		b.running.Kill()
	}
	pause.For(p.ctx, 2*time.Second)
	before := len(c.arrivals())
	acked := c.ackedCount()
	pause.For(p.ctx, 10*time.Second)
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

// killAllBrokers takes the whole store away. Everything that was acknowledged is on a disk.
func killAllBrokers(p *place, c *crowd) ([]string, error) {
	for _, b := range p.brokers {
		b.running.Kill()
	}
	pause.For(p.ctx, 5*time.Second)
	before := len(c.arrivals())
	for _, b := range p.brokers {
		if err := p.run(b); err != nil {
			return nil, err
		}
	}
	start := time.Now()
	if err := c.moves(60 * time.Second); err != nil {
		return nil, err
	}
	if n := len(c.arrivals()) - before; n > 0 {
		return nil, fmt.Errorf("%d sockets ended while the store was away", n)
	}
	return []string{fmt.Sprintf("comments were acknowledged again %.1f s after all were started", time.Since(start).Seconds())}, nil
}

// freezeLeader stops the broker that leads the log: unlike one that was killed, it believes afterwards that it leads still.
func freezeLeader(p *place, c *crowd) ([]string, error) {
	b, err := p.leader("OV_LOG")
	if err != nil {
		return nil, err
	}
	if err := b.signal(syscall.SIGSTOP); err != nil {
		return nil, err
	}
	pause.For(p.ctx, 30*time.Second)
	if err := b.signal(syscall.SIGCONT); err != nil {
		return nil, err
	}
	if err := errors.Join(p.ready(b, 60*time.Second), c.moves(30*time.Second)); err != nil {
		return nil, fmt.Errorf("after %s was frozen: %w", b.name, err)
	}
	return []string{b.name + " led the log"}, nil
}
