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

// scrapes reads the metrics a hundred times a second for so long, by so many at once, and counts the whole answers and those that
// say that too many ask. Any other answer is an error.
func scrapes(s *server.Server, readers int, span time.Duration) (whole, busy int, err error) {
	var mu sync.Mutex
	var all errgroup.Group
	every := time.Duration(readers) * 10 * time.Millisecond
	for range readers {
		all.Go(func() error {
			for end := time.Now().Add(span); time.Now().Before(end); {
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

// 54: who reads the metrics a hundred times a second, while fifty people tap and write, gets them whole; of more than four at once
// some are told that too many ask. Nobody's frames wait for it, and nothing is counted that was not before.
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
				if _, err := w.Write(masked(0x81, []byte(frame))); err != nil {
					t.Errorf("a viewer's socket ended: %v", err)
					return
				}
			}
		})
	}
	w := join(t, s, "show", "")
	say := func(i int) {
		w.send(fmt.Sprintf(`{"id":"%d","post":{"requestId":"request-54-%d","text":"still here"}}`, i, i))
		if a := w.until("ack"); a["id"] != fmt.Sprint(i) {
			t.Errorf("the ack is %v", a)
		}
	}
	say(0)
	series := func() int { return strings.Count(text(t, "http://"+s.Admin+"/metrics"), "\n") }
	if whole, refused, err := scrapes(s, 3, 3*time.Second); err != nil || refused > 0 || whole < 30 {
		t.Errorf("three at once: %d whole answers, %d refused, %v", whole, refused, err)
	}
	before := series() // what there is to count was counted once by now
	again := make(chan error, 1)
	go func() {
		whole, refused, err := scrapes(s, 20, 3*time.Second)
		if err == nil && whole == 0 {
			err = fmt.Errorf("twenty at once: no whole answer, %d refused", refused)
		}
		again <- err
	}()
	for i := range 10 { // beside it people are heard
		say(i + 1)
	}
	if err := <-again; err != nil {
		t.Error(err)
	}
	close(stop)
	busy.Wait()
	if after := series(); after > before+80 {
		t.Errorf("%d lines of metrics before, %d after", before, after)
	}
}
