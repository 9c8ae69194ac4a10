package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
)

// Sockets that come and go, and what may be left of them. A hundred bytes of each would be 10 MB.
const (
	warming     = 10_000
	comeAndGo   = 100_000
	abreast     = 32
	leftOfHeap  = 5 << 20
	leftOfFiles = 10
	leftOfTasks = 20
)

// hasty are the limits under which sockets of one machine may come as fast as they can.
var hasty = []string{"--gateway-handshakes", "100000", "--limits-source-handshakes", "100000", "--limits-source-sockets", "100000"}

// left is what a process holds, after everything that can be let go was.
type left struct{ heap, files, tasks, sockets float64 }

// holds has a process collect, and reads what is left.
func holds(ctx context.Context, x *part) (left, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+x.admin+"/debug/free", nil)
	if err != nil {
		return left{}, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return left{}, fmt.Errorf("have %s collect: %w", x.name, err)
	}
	_ = a.Body.Close() // it says that it did
	all, err := scrape.Totals(ctx, x.admin)
	if err != nil {
		return left{}, err
	}
	return left{all["go_memstats_heap_alloc_bytes"], all["process_open_fds"], all["go_goroutines"], all["ovation_gateway_connections"]}, nil
}

// cycles has so many new guests come in, each up to its snapshot, and go: with a close frame, without a word, with a reset,
// or with half a frame.
func (p *place) cycles(x *part, n int) error {
	var begun atomic.Int64
	g, ctx := errgroup.WithContext(p.ctx)
	for range abreast {
		g.Go(func() error {
			for ctx.Err() == nil {
				i := int(begun.Add(1))
				if i > n {
					return nil
				}
				c, err := audience.Open(ctx, audience.Options{Address: x.running.Listen, Room: room, From: 2 + i%250})
				if err != nil {
					return fmt.Errorf("socket %d: %w", i, err)
				}
				if err := leave(c, i); err != nil {
					return fmt.Errorf("socket %d: %w", i, err)
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

func leave(c net.Conn, way int) error {
	defer func() { _ = c.Close() }() // the server's end of it is what is looked at
	switch way % 4 {
	case 0:
		if _, err := c.Write([]byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8}); err != nil {
			return err
		}
		_, err := io.Copy(io.Discard, c)
		return err
	case 1:
		if tcp, ok := c.(*net.TCPConn); ok {
			return tcp.SetLinger(0)
		}
	case 2:
		_, err := c.Write([]byte{0x82, 0xfe, 0x10})
		return err
	}
	return nil
}

// comeAndGoAgain lets a hundred thousand sockets come and go beside an audience that stays, and looks for what is left.
func comeAndGoAgain(p *place, c *crowd) ([]string, error) {
	x := p.gateways[0]
	c.writing.Store(false) // what people write is kept, and is not what is looked for
	pause.For(p.ctx, 2*time.Second)
	if err := p.cycles(x, warming); err != nil { // buffers for so many abreast are there from now on
		return nil, err
	}
	before, err := p.settled(x, left{heap: 1 << 40, files: 1 << 20, tasks: 1 << 20, sockets: float64(len(c.people))})
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := p.cycles(x, comeAndGo); err != nil {
		return nil, err
	}
	took := time.Since(begun)
	after, err := p.settled(x, left{before.heap + leftOfHeap, before.files + leftOfFiles, before.tasks + leftOfTasks, before.sockets})
	c.writing.Store(true)
	return []string{fmt.Sprintf("%d came and went in %.0f s, each with a snapshot; heap %.1f MB before and %.1f MB after, files %.0f and %.0f, goroutines %.0f and %.0f, sockets %.0f and %.0f",
		comeAndGo, took.Seconds(), before.heap/1e6, after.heap/1e6, before.files, after.files, before.tasks, after.tasks, before.sockets, after.sockets)}, err
}

// settled waits until a process holds no more than it may. What is kept for a while, such as the buckets of those who went, is
// let go as others come, so that one does now and then.
func (p *place) settled(x *part, most left) (now left, err error) {
	return now, p.until(40*time.Second, x.name+" holds too much", func() (err error) {
		pause.For(p.ctx, time.Second)
		if err := p.cycles(x, 1); err != nil {
			return err
		}
		now, err = holds(p.ctx, x)
		if err == nil && (now.heap > most.heap || now.files > most.files || now.tasks > most.tasks || now.sockets != most.sockets) {
			err = fmt.Errorf("%+v, at most %+v", now, most)
		}
		return err
	})
}
