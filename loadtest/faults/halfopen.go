package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
)

// Sockets whose other end goes without a word, half of them alive still and half ended, and when a gateway must know: 60 s after
// the last answer to a ping, 5 s until it looks at each, a second for last words and 5 s until they are over; the rest is for a
// busy machine.
const (
	halfOpens    = 200
	halfOpenTime = 85 * time.Second
)

// pulled is an address of ours from which a gateway can be reached over its cable, and what pulls the cable for it alone.
func (p *place) pulled(g *part) (from string, pull, mend func() error, err error) {
	n := strings.Split(g.inside.far, ".")[2]
	from = "10.92." + n + ".1"
	inside := []string{"nsenter", "-t", strconv.Itoa(g.inside.holder.Process.Pid), "-n"}
	err = errors.Join(
		command(p.ctx, "ip", "addr", "add", from+"/32", "dev", "near"+n),
		command(p.ctx, append(inside, "ip", "route", "add", from+"/32", "dev", "far"+n)...),
	)
	pull = func() error {
		return errors.Join(
			command(p.ctx, "nft", "add", "rule", "inet", "cut"+n, "in", "ip", "daddr", from, "drop"),
			command(p.ctx, append(inside, "nft", "add", "rule", "inet", "cut", "in", "ip", "saddr", from, "drop")...),
		)
	}
	mend = func() error {
		return errors.Join(
			command(p.ctx, "nft", "flush", "chain", "inet", "cut"+n, "in"),
			command(p.ctx, append(inside, "nft", "flush", "chain", "inet", "cut", "in")...),
		)
	}
	return from, pull, mend, err
}

func halfOpen(p *place, c *crowd) (notes []string, err error) {
	g := p.gateways[0]
	from, pull, mend, err := p.pulled(g)
	if err != nil {
		return nil, err
	}
	staying := float64(len(c.at(0)))
	gauge := func(want float64) func() error {
		return func() error {
			now, err := scrape.Sum(p.ctx, "ovation_gateway_connections", g.admin)
			if err == nil && now != want {
				err = fmt.Errorf("ovation_gateway_connections is %.0f, %.0f sockets are open", now, want)
			}
			return err
		}
	}
	o := audience.Options{Address: g.running.Listen, Room: room, Viewers: halfOpens / 2, Local: net.ParseIP(from), Patient: true}
	silent, err := audience.Connect(p.ctx, o)
	if err != nil {
		return nil, err
	}
	defer silent.Leave(0)
	ended, err := audience.Connect(p.ctx, o)
	if err != nil {
		return nil, err
	}
	if err := p.until(10*time.Second, "not everybody is counted", gauge(staying+halfOpens)); err != nil {
		return nil, err
	}
	if err := pull(); err != nil {
		return nil, err
	}
	begun := time.Now()
	ended.Leave(0) // nobody hears of it
	if err := p.until(5*time.Second, "the cable is not pulled: the gateway heard that sockets ended", gauge(staying+halfOpens)); err != nil {
		return nil, errors.Join(err, mend())
	}
	if err := p.until(halfOpenTime, "the gateway counts sockets of clients that are gone", gauge(staying)); err != nil {
		return nil, errors.Join(err, mend())
	}
	notes = append(notes, fmt.Sprintf("%d sockets without another end were gone %.0f s after the cable was pulled; %.0f others stayed", halfOpens, time.Since(begun).Seconds(), staying))
	return notes, errors.Join(mend(), alive(p.ctx, g), c.reaches(0, 30*time.Second))
}
