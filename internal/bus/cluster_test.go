package bus_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// freePorts reserves ports by listening on all of them before letting go of any.
func freePorts(t testing.TB, n int) []string {
	t.Helper()
	var held []net.Listener
	var addresses []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, l)
		addresses = append(addresses, l.Addr().String())
	}
	for _, l := range held {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return addresses
}

// Three servers roll one after the other under writes: what was acknowledged is there. A server hands over what it leads
// before it goes; how long the slowest write waited is told.
func TestAClusterRollsAndLosesNothing(t *testing.T) {
	const token = "a token of the cluster"
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	clients, routes := freePorts(t, 3), freePorts(t, 3)
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	run := func(i int) *bus.Server {
		s, err := bus.StartServer(bus.ServerOptions{
			Dir: dirs[i], Strict: true, Listen: clients[i], Cluster: routes[i], Routes: routes, Name: fmt.Sprint("n", i), Token: token, Logger: quiet,
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	servers := []*bus.Server{run(0), run(1), run(2)}
	defer func() {
		for _, s := range servers {
			s.Stop()
		}
	}()
	within := func(what string, limit time.Duration, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(limit); !ok(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("never: %s", what)
			}
		}
	}
	joined := func() bool { return servers[0].Joined() && servers[1].Joined() && servers[2].Joined() }
	within("three servers find each other", 30*time.Second, joined)

	url := "nats://" + strings.Join(clients, ",nats://")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if b, err := bus.Connect(ctx, bus.Options{URL: url, Logger: quiet}); err == nil {
		b.Close()
		t.Fatal("somebody without the token was let in")
	}
	b, err := bus.Connect(ctx, bus.Options{URL: url, Token: func() string { return token }, Replicas: 3, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	within("streams of three copies are made", time.Minute, func() bool { return b.Ensure(ctx) == nil })

	stop, done := make(chan struct{}), make(chan struct{})
	var acked int
	var longest time.Duration
	go func() {
		defer close(done)
		last := time.Now()
		for n := 0; ; n++ {
			for { // one message until it is in, as a service does it
				select {
				case <-stop:
					return
				default:
				}
				try, cancel := context.WithTimeout(ctx, time.Second)
				_, err := b.Append(try, bus.InRoom(bus.Log, "main"), fmt.Sprint("message-", n), []byte(fmt.Sprint(n)))
				cancel()
				if err == nil {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			acked++
			longest = max(longest, time.Since(last))
			last = time.Now()
		}
	}()
	for i := range servers {
		begun := time.Now()
		servers[i].Stop()
		stopped := time.Since(begun)
		servers[i] = run(i)
		within("the server is back with the others", 30*time.Second, joined)
		t.Logf("server %d stopped in %v and was back %v after that", i, stopped, time.Since(begun)-stopped)
	}
	close(stop)
	<-done
	if acked == 0 {
		t.Fatal("nothing was acknowledged")
	}
	// Any copy answers a read, also one that has just come back and has yet to catch up: reading again is what followers do.
	var records []bus.Record
	within(fmt.Sprint(acked, " acknowledged messages can be read"), 20*time.Second, func() bool {
		records = records[:0]
		for more, from := true, uint64(1); more; from = records[len(records)-1].Sequence + 1 {
			var part []bus.Record
			if part, more, err = b.Range(ctx, bus.InRoom(bus.Log, "main"), from, 1000); err != nil || len(part) == 0 {
				return false
			}
			records = append(records, part...)
		}
		return len(records) >= acked
	})
	for i, r := range records {
		if string(r.Body) != fmt.Sprint(i) {
			t.Fatalf("record %d holds %s: lost, double or out of order", i, r.Body)
		}
	}
	// An election takes 4 s at least, so a longest wait below that says that leaders were handed over. It is told and not
	// demanded: three servers that each sync every write to one disk may be slower than that by themselves.
	t.Logf("%d writes, the slowest %v", acked, longest)
}

func TestClustersThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		o    bus.ServerOptions
		want string
	}{
		"forgetful":          {bus.ServerOptions{Listen: "127.0.0.1:0", Cluster: "127.0.0.1:0"}, "durability strict"},
		"unreachable":        {bus.ServerOptions{Strict: true, Cluster: "127.0.0.1:0"}, "an address to listen on"},
		"routes to nowhere":  {bus.ServerOptions{Routes: []string{"a:1"}}, "give broker.cluster"},
		"a route of no port": {bus.ServerOptions{Strict: true, Listen: "127.0.0.1:0", Cluster: "127.0.0.1:0", Routes: []string{"a"}}, `route "a"`},
	} {
		c.o.Dir = t.TempDir()
		s, err := bus.StartServer(c.o)
		if err == nil {
			s.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Whoever may connect may read and write everything: without the token nobody does.
func TestABrokerAsksForItsToken(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	at := freePorts(t, 1)[0]
	server, err := bus.StartServer(bus.ServerOptions{Dir: t.TempDir(), Listen: at, Token: "a token of the broker", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	for token, good := range map[string]bool{"": false, "another token of it": false, "a token of the brokeR": false, "a token of the broker": true} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		b, err := bus.Connect(ctx, bus.Options{URL: "nats://" + at, Token: func() string { return token }, Logger: quiet})
		if err == nil {
			if err = b.Ensure(ctx); good && err != nil {
				t.Errorf("with the token: %v", err)
			}
			b.Close()
		}
		if (err == nil) != good {
			t.Errorf("with %q: %v", token, err)
		}
		cancel()
	}
}

// Services and gateways of a fresh installation start beside their brokers. What they ask before there is a majority is lost,
// and asked again. A server that is left alone says so.
func TestWithoutAMajority(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	clients, routes := freePorts(t, 3), freePorts(t, 3)
	run := func(i int) (s *bus.Server, stop func()) {
		s, err := bus.StartServer(bus.ServerOptions{
			Dir: t.TempDir(), Strict: true, Listen: clients[i], Cluster: routes[i], Routes: routes, Name: fmt.Sprint("n", i), Logger: quiet,
		})
		if err != nil {
			t.Fatal(err)
		}
		stop = sync.OnceFunc(s.Stop)
		t.Cleanup(stop)
		return s, stop
	}
	first, _ := run(0)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b, err := bus.Connect(ctx, bus.Options{URL: "nats://" + clients[0], Replicas: 3, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	early, end := context.WithTimeout(ctx, time.Second)
	defer end()
	if err := b.Ensure(early); err == nil || !strings.Contains(err.Error(), "no majority") {
		t.Errorf("one of three alone: %v", err)
	}
	made := make(chan error, 1)
	go func() { made <- b.Ensure(ctx) }()
	time.Sleep(time.Second) // so that it has asked while nobody could answer
	second, stopSecond := run(1)
	third, stopThird := run(2)
	if err := <-made; err != nil {
		t.Fatal(err)
	}
	until(t, "all of them have joined", func() bool { return first.Joined() && second.Joined() && third.Joined() })
	stopThird()
	until(t, "two of three are a majority", func() bool { return first.Joined() && second.Joined() })
	stopSecond()
	until(t, "the first, left alone, says so", func() bool { return !first.Joined() })
}
