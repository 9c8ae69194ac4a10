package protocol_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/loadtest/server"
)

// scrapes reads the metrics so often, a hundred times a second where the machine has the time for it, by so many at once, and counts
// the whole answers and those that say that too many ask. Any other answer is an error.
func scrapes(s *server.Server, readers, times int) (whole, busy int, err error) {
	var mu sync.Mutex
	var all errgroup.Group
	every := time.Duration(readers) * 10 * time.Millisecond
	for range readers {
		all.Go(func() error {
			for range times / readers {
				begin := time.Now()
				a, err := http.Get("http://" + s.Admin + "/metrics")
				if err != nil {
					return err
				}
				body, err := io.ReadAll(a.Body)
				_ = a.Body.Close()
				mu.Lock()
				switch {
				case err == nil && a.StatusCode == http.StatusOK && strings.Contains(string(body), "ovation_gateway_connections ") && strings.HasSuffix(string(body), "\n"):
					whole++
				case err == nil && a.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), "Limit of concurrent requests reached (4)"):
					busy++
				default:
					err = fmt.Errorf("%s, %d bytes, %w", a.Status, len(body), err)
				}
				mu.Unlock()
				if err != nil {
					return err
				}
				time.Sleep(time.Until(begin.Add(every)))
			}
			return nil
		})
	}
	err = all.Wait()
	return whole, busy, err
}

// 54: who reads the metrics a hundred times a second, while fifty people tap and write, gets them whole, each time; of more than four
// at once some are told that too many ask. Nobody's frames wait for it, and nothing is counted that was not before.
func Test54MetricsAreReadALotUnderLoad(t *testing.T) {
	t.Parallel()
	s := start(t)
	stop := make(chan struct{})
	var busy sync.WaitGroup
	for i := range 50 {
		w := join(t, s, "show", "")
		go func() { _, _ = io.Copy(io.Discard, w.r) }()
		busy.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(100 * time.Millisecond):
				}
				frame := `{"tap":{"kind":"heart","count":1}}`
				if n%20 == i%20 {
					frame = fmt.Sprintf(`{"id":"%d","post":{"requestId":"request-54-%d-%d","text":"number %d of %d"}}`, n, i, n, n, i)
				}
				_ = w.SetDeadline(time.Now().Add(30 * time.Second))
				if _, err := w.Write(masked(0x81, []byte(frame))); err != nil {
					t.Errorf("a viewer's socket ended: %v", err)
					return
				}
			}
		})
	}
	w := join(t, s, "show", "")
	said := 0
	say := func() {
		said++
		began := time.Now()
		_ = w.SetDeadline(began.Add(30 * time.Second)) // all of it may take longer
		w.send(fmt.Sprintf(`{"id":"%d","post":{"requestId":"request-54-%d","text":"still here"}}`, said, said))
		if a := w.until("ack"); a["id"] != fmt.Sprint(said) {
			t.Errorf("the ack is %v", a)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("a comment is acknowledged after %s beside those who read the metrics", took)
		}
	}
	say()
	series := func() int { return strings.Count(text(t, "http://"+s.Admin+"/metrics"), "\n") }
	read := func(readers, times int) (whole, refused int) { // and beside it people are heard
		done := make(chan struct{})
		var err error
		go func() {
			defer close(done)
			whole, refused, err = scrapes(s, readers, times)
		}()
		for {
			say()
			select {
			case <-done:
				if err != nil {
					t.Errorf("%d at once: %v", readers, err)
				}
				return whole, refused
			case <-time.After(time.Second): // as often as one person may
			}
		}
	}
	if whole, refused := read(3, 300); whole != 300 {
		t.Errorf("three at once: %d whole answers of 300, %d refused", whole, refused)
	}
	before := series() // what there is to count was counted once by now
	if whole, refused := read(20, 300); whole == 0 || whole+refused != 300 {
		t.Errorf("twenty at once: %d whole answers, %d refused, of 300", whole, refused)
	}
	close(stop)
	busy.Wait()
	if after := series(); after > before+80 {
		t.Errorf("%d lines of metrics before, %d after", before, after)
	}
}
