package protocol_test

import (
	"bytes"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/server"
)

// grew is by how much a process has grown since, in MiB, and what CPU it used.
func grew(t *testing.T, s *server.Server, since server.Usage) (mib int64, cpu time.Duration) {
	t.Helper()
	now := use(t, s)
	return (int64(now.RSS) - int64(since.RSS)) >> 20, now.CPU - since.CPU
}

// 9: fifty megabytes that are really sent, in one frame and in fragments without end, by twenty at once: each is 1009 at the limit,
// and what is sent after it is neither held nor looked at.
func Test09FiftyMegabytesAreSent(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, s *server.Server) {
		witness := join(t, s, "show", "")
		before := use(t, s)
		one := masked(0x81, bytes.Repeat([]byte(" "), 50<<20))
		piece := masked(0x00, bytes.Repeat([]byte(" "), 8<<10))
		var all errgroup.Group
		for i := range 20 {
			w := join(t, s, "show", "")
			all.Go(func() error {
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					if i%2 == 0 {
						_, _ = w.Write(one) // it may be cut off in the middle
						return
					}
					_, err := w.Write(masked(0x01, []byte(" ")))
					for n := 0; n < 50<<20 && err == nil; n += len(piece) {
						_, err = w.Write(piece)
					}
				}()
				if got := w.closed(); got != 1009 {
					t.Errorf("socket %d is closed with %d, want 1009", i, got)
				}
				_ = w.Close()
				<-ended
				return nil
			})
		}
		_ = all.Wait() // what fails says so
		mib, cpu := grew(t, s, before)
		t.Logf("%d MiB and %s of CPU for 20 times 50 MB", mib, cpu)
		if mib > 64 {
			t.Errorf("the process grew by %d MiB: a thousand were sent, and sockets have a limit of 16 KiB", mib)
		}
		if cpu > 5*time.Second {
			t.Errorf("%s of CPU for what nobody looks at", cpu)
		}
		witness.lives()
	})
}

// 8: a header that announces 2^62 bytes ends its socket and costs nothing; half a message costs its bytes until it is cut.
func Test08HugeHeadersAndHalfMessagesCostLittle(t *testing.T) {
	t.Parallel()
	const sockets = 1000
	s := start(t)
	huge := []byte{0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	join(t, s, "show", "").lives()
	before := use(t, s)
	for i := range sockets {
		w := open(t, s)
		w.sendBytes(huge)
		if got := w.closed(); got != 1009 {
			t.Fatalf("socket %d is closed with %d, want 1009", i, got)
		}
		_ = w.Close()
	}
	if mib, _ := grew(t, s, before); mib > 24 {
		t.Errorf("the process grew by %d MiB for %d headers of 2^62 bytes", mib, sockets)
	}
	before = use(t, s)
	half := masked(0x81, []byte(`{"hello":{"room":"show"}}`))[:9]
	var waiting []*wire
	for range sockets {
		w := open(t, s)
		w.sendBytes(half)
		waiting = append(waiting, w)
	}
	if mib, _ := grew(t, s, before); mib > 40 {
		t.Errorf("the process grew by %d MiB for %d half messages of 9 bytes", mib, sockets)
	}
	for i, w := range waiting {
		if got := w.closed(); got != 4008 && got != 4002 { // no progress, or no hello
			t.Fatalf("half message %d is closed with %d", i, got)
		}
	}
	if mib, _ := grew(t, s, before); mib > 40 {
		t.Errorf("the process is larger by %d MiB when all of them are gone", mib)
	}
}

// 8: for the rest of a message 5 s are waited, and looked at each 5 s.
func Test08HalfAMessageIsWaitedForFor5To10Seconds(t *testing.T) {
	t.Parallel()
	ports(t, func(t *testing.T, s *server.Server) {
		w, began := join(t, s, "show", ""), time.Now()
		w.sendBytes(masked(0x81, []byte(`{"id":"1","mine":{}}`))[:9])
		if got := w.closed(); got != 4008 {
			t.Errorf("closed with %d, want 4008", got)
		}
		if took := time.Since(began); took < 4*time.Second || took > 20*time.Second {
			t.Errorf("closed after %s, want 5 to 10 s", took)
		}
	})
}
