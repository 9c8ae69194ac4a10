package protocol_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/audience"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
)

func use(t *testing.T, s *server.Server) server.Usage {
	t.Helper()
	u, err := server.Use(s.PID())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// 36: floods of every kind of small frame, under the default limits: 4029 three times, and then 4529. What is empty is an error
// each, and ends with 4501. All of them together cost the process little, however fast they are sent.
func Test36FloodsUnderTheDefaultLimits(t *testing.T) {
	t.Parallel()
	s := start(t)
	witness := join(t, s, "show", "")
	before := use(t, s)
	flood := func(token string, frame []byte) uint16 {
		w := open(t, s)
		w.send(`{"hello":{"room":"show","token":"` + token + `"}}`)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			many := bytes.Repeat(frame, 1000)
			for range 100 {
				if _, err := w.Write(many); err != nil {
					return
				}
			}
		}()
		code := w.closed()
		_ = w.Close()
		<-ended
		return code
	}
	kinds := [][]byte{masked(0x89, nil), masked(0x8a, nil), masked(0x81, []byte(`{"tap":{"kind":"heart","count":1}}`))}
	for i, frame := range kinds {
		if got := flood(s.Tokens.Viewer, frame); got != 4029 {
			t.Errorf("flood %d of one person: closed with %d, want 4029", i+1, got)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		w := open(t, s) // a socket that floods may take some seconds to end, and is counted then
		w.send(`{"hello":{"room":"show","token":"` + s.Tokens.Viewer + `"}}`)
		op, payload := w.frame()
		for op == 1 && bytes.Contains(payload, []byte(`"goodbye"`)) {
			op, payload = w.frame()
		}
		_ = w.Close()
		if op == 8 && binary.BigEndian.Uint16(payload) == 4529 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the third flood the person is let in, or told %q, want 4529", payload)
		}
	}
	for range 20 {
		if got := flood("", masked(0x81, nil)); got != 4501 {
			t.Errorf("100,000 empty frames: closed with %d, want 4501", got)
		}
	}
	witness.lives()
	cpu, frames := use(t, s).CPU-before.CPU, 24*100_000
	t.Logf("%s of CPU for up to %d frames", cpu, frames)
	if cpu > 2*time.Second {
		t.Errorf("%s of CPU for %d frames of which hardly any had to be looked at", cpu, frames)
	}
}

// 37: three thousand who come in one moment are all in within the time in which clients try, whoever is let in is answered soon,
// and the process grows by what they are.
func Test37ThreeThousandAtOnce(t *testing.T) {
	t.Parallel()
	const people = 3000
	s := start(t, "--gateway-handshakes", "1000")
	join(t, s, "show", "").lives()
	before := use(t, s)
	var mu sync.Mutex
	var took []time.Duration // from a try to its welcome
	var open []net.Conn
	sent := 0
	t.Cleanup(func() {
		for _, c := range open {
			_ = c.Close()
		}
	})
	ready := make(chan struct{})
	var g errgroup.Group
	for i := range people {
		g.Go(func() error {
			<-ready
			wait := 100 * time.Millisecond
			for tries := range 60 {
				began := time.Now()
				c, err := audience.Open(t.Context(), audience.Options{Address: s.Listen, Room: "show", From: 2 + i/1000})
				mu.Lock()
				if err == nil {
					took, open = append(took, time.Since(began)), append(open, c)
				} else {
					sent++
				}
				mu.Unlock()
				if err == nil {
					return nil
				}
				time.Sleep(wait * time.Duration(1+tries%10)) // as a client does that was told, or that does not know
			}
			return fmt.Errorf("person %d is not in after 60 tries", i)
		})
	}
	began := time.Now()
	close(ready)
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	all := time.Since(began)
	slices.Sort(took)
	after := use(t, s)
	t.Logf("in after %s, sent away %d times; welcomed after %s, half of them, and %s; from %d to %d MiB", all, sent, took[people/2], took[people-1], before.RSS>>20, after.RSS>>20)
	if all > 30*time.Second {
		t.Errorf("everybody is in after %s", all)
	}
	if half := took[people/2]; half > 3*time.Second { // a second, on a machine that does nothing else; what they wait in the kernel is in it
		t.Errorf("half of those who are let in are answered after %s", half)
	}
	if grown := int64(after.RSS) - int64(before.RSS); grown > 200<<20 {
		t.Errorf("%d MiB more for %d people", grown>>20, people)
	}
	if n, err := scrape.Sum(t.Context(), "ovation_gateway_connections", s.Admin); err != nil || n != people+1 {
		t.Errorf("%.0f sockets are open of %d (%v)", n, people+1, err)
	}
}
