package harm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/audience"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Attack is one way to be hostile.
type Attack struct {
	// What it does, in a sentence.
	What string
	// Sockets it has by default.
	Sockets int
	// Stopped: once everybody is in, the process is stopped, and reads no more; in the calm stretch it does.
	Stopped bool

	run func(ctx context.Context, a attacker) error
}

// Attacks by name.
var Attacks = map[string]Attack{
	"none":       {What: "nobody does anything: how far the measure wanders by itself", Sockets: 1, run: nothing},
	"stalled":    {What: "viewers who read nothing more", Sockets: 100, Stopped: true, run: hold},
	"loris":      {What: "sockets that send a byte of a request a second, and as many that shake hands and say no hello", Sockets: 5_000, run: loris},
	"handshakes": {What: "everybody comes in one moment, says hello, leaves and comes again, and at once when sent away", Sockets: 20_000, run: handshakes},
	"pings":      {What: "pings of full size, as fast as can be", Sockets: 50, run: flood(pingFrames)},
	"large":      {What: "frames of 15 KB with 5,000 fields each, as fast as can be", Sockets: 50, run: flood(largeFrames)},
	"frames":     {What: "100,000 tiny frames a second in all", Sockets: 100, run: paced(tinyFrames, 100_000)},
}

// Names lists the attacks.
func Names() string { return strings.Join(slices.Sorted(maps.Keys(Attacks)), ", ") }

type attacker struct {
	options audience.Options
	sockets int
	ready   func() error
	last    func() uint64               // once the attack is over: the mark that whoever was woken must come to; 0 for none
	report  func(audience.Report) error // what they were given
}

// addresses are those of one process of attackers that come and go.
const addresses = 200

// mostSockets of one process of attackers; it has 20,000 files.
const mostSockets = 10_000

// Strike runs an attack until the context ends or whoever reads out is gone. The sockets of the options are the attack's.
func Strike(ctx context.Context, kind string, o audience.Options, in io.Reader, out io.Writer) error {
	attack, ok := Attacks[kind]
	if !ok {
		return fmt.Errorf("there is no attack %q; there are %s", kind, Names())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var last atomic.Uint64
	go func() { // until whoever started this has gone, or says a mark
		var mark uint64
		if _, err := fmt.Fscanln(in, &mark); err == nil {
			last.Store(mark)
		}
		cancel()
	}()
	return attack.run(ctx, attacker{
		options: o, sockets: o.Viewers, ready: func() error { _, err := io.WriteString(out, ready); return err },
		last: last.Load, report: func(r audience.Report) error { return json.NewEncoder(out).Encode(r) },
	})
}

// nothing waits for its end.
func nothing(ctx context.Context, a attacker) error {
	err := a.ready()
	<-ctx.Done()
	return err
}

// each runs something for every socket, again and again, until the context ends; the first time all in one moment, or over
// some time.
func (a attacker) each(ctx context.Context, over time.Duration, do func(context.Context) error) error {
	if err := a.ready(); err != nil {
		return err
	}
	var all errgroup.Group
	for i := range a.sockets {
		all.Go(func() error {
			pause.For(ctx, over*time.Duration(i)/time.Duration(a.sockets))
			for ctx.Err() == nil {
				if do(ctx) != nil {
					pause.For(ctx, 200*time.Millisecond) // refused: come again
				}
			}
			return nil
		})
	}
	return all.Wait()
}

// dial opens a socket that ends with the context.
func (a attacker) dial(ctx context.Context) (net.Conn, func(), error) {
	d := audience.Dialer()
	d.LocalAddr = &net.TCPAddr{IP: audience.Loopback(a.options.From)}
	c, err := d.DialContext(ctx, "tcp", a.options.Address)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	return c, func() { stop(); _ = c.Close() }, nil
}

// wakeTime is how long who was woken may take to come to the end. What the kernel sent into a full socket it sends again after
// twice as long each time, so that a peer that stalled for some seconds hears nothing for as many once it reads.
const wakeTime = time.Minute

// hold brings everybody in and reads on; it is stopped and woken from outside.
func hold(ctx context.Context, a attacker) error {
	a.options.Receive = 1 // the least there is, so that it is full within seconds
	people, err := audience.Connect(ctx, a.options)
	if err != nil {
		return err
	}
	if err := a.ready(); err != nil {
		return err
	}
	<-ctx.Done()
	last := a.last()
	if last == 0 { // nobody asks
		people.Leave(0)
		return nil
	}
	people.Speak()
	people.Until(last, wakeTime)
	return a.report(people.Leave(last))
}

const (
	request = "GET /v1/ws HTTP/1.1\r\nHost: show.example.com\r\n"
	upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ovation.v1.proto\r\n\r\n"
)

func loris(ctx context.Context, a attacker) error {
	turns := make(chan bool, a.sockets)
	for i := range a.sockets {
		turns <- i%2 == 0
	}
	return a.each(ctx, time.Second, func(ctx context.Context) error {
		slow := <-turns
		defer func() { turns <- slow }()
		c, closed, err := a.dial(ctx)
		if err != nil {
			return err
		}
		defer closed()
		host := strings.Replace(request, "show.example.com", a.options.Address, 1)
		if !slow {
			host += upgrade
		}
		if _, err := io.WriteString(c, host); err != nil {
			return err
		}
		go func() { // what the server says, and that it has had enough
			_, _ = io.Copy(io.Discard, c)
			closed()
		}()
		for slow {
			if _, err := io.WriteString(c, "X"); err != nil {
				return nil // cut: that is the defence, come again at once
			}
			pause.For(ctx, time.Second)
		}
		pause.For(ctx, 9*time.Second)
		return nil
	})
}

func handshakes(ctx context.Context, a attacker) error {
	var n atomic.Int64
	return a.each(ctx, 0, func(ctx context.Context) error {
		o := a.options
		o.From += int(n.Add(1) % addresses)
		c, err := audience.Open(ctx, o)
		if err == nil {
			_ = c.Close()
		}
		return err
	})
}

// pingFrames are a hundred masked pings of 125 bytes.
func pingFrames() []byte {
	return bytes.Repeat(append([]byte{0x89, 0x80 | 125, 0, 0, 0, 0}, make([]byte, 125)...), 100)
}

// tinyFrames are a hundred taps of one heart.
func tinyFrames() []byte {
	tap, err := proto.Marshal(&gatewayv1.ClientFrame{Body: &gatewayv1.ClientFrame_Tap{Tap: &gatewayv1.Tap{Kind: "heart", Count: 1}}})
	if err != nil {
		panic(err) // a constant message
	}
	return bytes.Repeat(append([]byte{0x82, 0x80 | byte(len(tap)), 0, 0, 0, 0}, tap...), 100)
}

// largeFrames are eight of nearly the largest there may be, which say their id five thousand times: decoded, each would cost
// what hundreds of taps do.
func largeFrames() []byte {
	payload := bytes.Repeat([]byte{0x0a, 1, 'x'}, 5_000)
	return bytes.Repeat(append([]byte{0x82, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload)), 0, 0, 0, 0}, payload...), 8)
}

// flood writes some frames again and again, and reads what comes back.
func flood(frames func() []byte) func(context.Context, attacker) error { return paced(frames, 0) }

// paced is a flood of so many frames a second over all sockets; 0 is as fast as can be.
func paced(frames func() []byte, perSecond int) func(context.Context, attacker) error {
	return func(ctx context.Context, a attacker) error {
		batch := frames()
		var wait time.Duration
		if perSecond > 0 {
			wait = time.Second * time.Duration(a.sockets) * 100 / time.Duration(perSecond)
		}
		return a.each(ctx, time.Second, func(ctx context.Context) error {
			c, err := audience.Open(ctx, a.options)
			if err != nil {
				return err
			}
			defer func() { _ = c.Close() }()
			stop := context.AfterFunc(ctx, func() { _ = c.Close() })
			defer stop()
			go func() { _, _ = io.Copy(io.Discard, c) }()
			for {
				if _, err := c.Write(batch); err != nil {
					return err
				}
				if wait > 0 {
					pause.For(ctx, wait)
				}
			}
		})
	}
}

// Spin burns so many cores until the context ends or whoever reads out is gone: what the attackers burnt, without an attack.
func Spin(ctx context.Context, cores float64, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	if _, err := io.WriteString(out, ready); err != nil {
		return err
	}
	const slice = 5 * time.Millisecond
	threads := runtime.GOMAXPROCS(0)
	share := time.Duration(float64(slice) * min(1, cores/float64(threads)))
	var all errgroup.Group
	for range threads {
		all.Go(func() error {
			for ctx.Err() == nil {
				for begin := time.Now(); time.Since(begin) < share; {
				}
				pause.For(ctx, slice-share)
			}
			return nil
		})
	}
	return all.Wait()
}
