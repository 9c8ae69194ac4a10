package bus_test

import (
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/ovation-live/ovation/internal/bus"
)

// What a stored comment costs: 100 writers at once, each waiting for its ack, into the embedded store and into a cluster of
// three that writes to disk before it acknowledges. Everything is in this process.
func BenchmarkAppend(b *testing.B) {
	for name, servers := range map[string]int{"embedded": 1, "cluster of three": 3} {
		b.Run(name, func(b *testing.B) {
			store := clustered(b, servers)
			body := []byte(strings.Repeat("c", 200))
			var n atomic.Uint64
			b.SetParallelism(100 / runtime.GOMAXPROCS(0))
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					i := n.Add(1)
					if _, err := store.Append(b.Context(), bus.InRoom(bus.Log, fmt.Sprint("room-", i%100)), fmt.Sprint("message-", i), body); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// What the client library's asynchronous publishing into the embedded store's log costs with 64 messages under way: the bare
// limit of BenchmarkAppend. They carry a message id and are republished as comments are.
func BenchmarkBarePublish(b *testing.B) {
	js := bus.JetStream(clustered(b, 1))
	body := []byte(strings.Repeat("c", 200))
	underWay := make(chan jetstream.PubAckFuture, 64)
	acked := make(chan struct{})
	go func() {
		defer close(acked)
		for f := range underWay {
			select {
			case <-f.Ok():
			case err := <-f.Err():
				b.Error(err)
			}
		}
	}()
	b.ResetTimer()
	for i := range b.N {
		f, err := js.PublishAsync(bus.InRoom(bus.Log, fmt.Sprint("room-", i%8)).Subject, body, jetstream.WithMsgID(fmt.Sprint("message-", i)))
		if err != nil {
			b.Fatal(err)
		}
		underWay <- f
	}
	close(underWay)
	<-acked
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// What a vote costs in the broker's memory, for as long as its room lives.
func BenchmarkVote(b *testing.B) {
	store := clustered(b, 1)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	var n atomic.Uint64
	b.SetParallelism(100 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			person := fmt.Sprintf("%026d", n.Add(1))
			if _, err := store.Put(b.Context(), bus.InRoom(bus.Votes, "main", "aaaaaaaaaaaaaaaaaaaaaaaaaa", person), []byte("+"), 0); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "votes/s")
	b.ReportMetric(float64(heap()-before)/float64(b.N), "heap-B/vote")
}

// clustered is a bus on the embedded store, or on a cluster in this process.
func clustered(b *testing.B, n int) *bus.Bus {
	b.Helper()
	quiet := slog.New(slog.DiscardHandler)
	options := bus.Options{Replicas: n, Logger: quiet}
	clients, routes := freePorts(b, n), freePorts(b, n)
	var servers []*bus.Server
	for i := range n {
		o := bus.ServerOptions{Dir: b.TempDir(), Logger: quiet}
		if n > 1 {
			o.Strict, o.Listen, o.Cluster, o.Routes, o.Name = true, clients[i], routes[i], routes, fmt.Sprint("n", i)
		}
		s, err := bus.StartServer(o)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(s.Stop)
		servers = append(servers, s)
	}
	if options.Server = servers[0]; n > 1 {
		options.Server, options.URL = nil, "nats://"+strings.Join(clients, ",nats://")
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		store, err := bus.Connect(b.Context(), options)
		if err == nil {
			if err = store.Ensure(b.Context()); err == nil {
				b.Cleanup(store.Close)
				return store
			}
			store.Close()
		}
		if time.Now().After(deadline) {
			b.Fatal(err)
		}
	}
}
