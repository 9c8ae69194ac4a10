package bus

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/nats-io/nats.go"
)

// Live is a set of subscriptions to live copies that share one channel. A full channel drops copies: the reader finds
// the gap by Record.Previous or by its tail check.
type Live struct {
	bus  *Bus
	in   chan *nats.Msg
	lose atomic.Int64 // copies that a test wants lost
}

// NewLive makes an empty set whose channel holds so many copies.
func (b *Bus) NewLive(depth int) *Live { return &Live{bus: b, in: make(chan *nats.Msg, depth)} }

// Join adds a key (or a filter) to the set; the returned function takes it out. When it returns, every message stored
// from now on will be copied.
func (l *Live) Join(k Key) (leave func(), err error) {
	if live[k.Stream] == "" {
		return nil, fmt.Errorf("bus: %s has no live copies", streamNames[k.Stream])
	}
	subject := live[k.Stream] + strings.TrimPrefix(k.Subject, prefix[k.Stream])
	sub, err := l.bus.nc.ChanSubscribe(subject, l.in)
	if err != nil {
		return nil, outward(err, "subscribe")
	}
	if err := l.bus.nc.Flush(); err != nil {
		_ = sub.Unsubscribe()
		return nil, outward(err, "subscribe")
	}
	return func() { _ = sub.Unsubscribe() }, nil
}

// Next waits for the next copy of any key of the set.
func (l *Live) Next(ctx context.Context) (Record, error) {
	for {
		select {
		case m := <-l.in:
			if l.lose.Load() > 0 && l.lose.Add(-1) >= 0 {
				continue
			}
			return liveRecord(m), nil
		case <-ctx.Done():
			return Record{}, ctx.Err()
		}
	}
}

// LoseNext drops the next n copies, as the broker may at any time: for tests of those who must find the gap.
func (l *Live) LoseNext(n int) { l.lose.Store(int64(n)) }

// Signal sends on core NATS: at most once, kept nowhere. Topics are the few words of this program, such as "presence".
func (b *Bus) Signal(topic string, body []byte) error {
	mustPlain(topic)
	if err := b.nc.Publish("ov.signal."+topic, body); err != nil {
		return outward(err, "signal")
	}
	return nil
}

// OnSignal calls do for each signal of a topic, own ones included, in order and on one goroutine, until stop is called.
func (b *Bus) OnSignal(topic string, do func(body []byte)) (stop func(), err error) {
	mustPlain(topic)
	sub, err := b.nc.Subscribe("ov.signal."+topic, func(m *nats.Msg) { do(m.Data) })
	if err != nil {
		return nil, outward(err, "subscribe")
	}
	return func() { _ = sub.Unsubscribe() }, nil
}
