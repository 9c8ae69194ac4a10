// Package soak holds a server under an even load for a long time and looks whether anything of it grows: memory after a
// forced collection, goroutines, files. Begin at Run; heap.go tells whose memory is, growth.go what counts as growing.
package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// Options of a soak.
type Options struct {
	// Binary is the server's.
	Binary string
	// Viewers at once. Half of them stay, half come and go.
	Viewers int
	// Span of the load; the first half warms up and is not judged.
	Span time.Duration
	// Log is where progress is told.
	Log io.Writer
}

// Sample is what the server says of itself at one moment, after a forced collection.
type Sample struct {
	Seconds    float64 `json:"seconds"`
	Heap       float64 `json:"heapBytes"`
	Own        float64 `json:"ownBytes"`    // of the heap, without the broker
	Broker     float64 `json:"brokerBytes"` // of the heap
	Resident   float64 `json:"residentBytes"`
	Goroutines float64 `json:"goroutines"`
	Files      float64 `json:"files"`
	Sockets    float64 `json:"sockets"`
	Visits     int64   `json:"visits"` // so far

	places map[string]float64 // of Own, by function
}

// Report of a soak.
type Report struct {
	Viewers  int      `json:"viewers"`
	Seconds  float64  `json:"seconds"`
	Visits   int64    `json:"visits"`   // sockets that were opened
	Comments int64    `json:"comments"` // acknowledged
	Hearts   int64    `json:"hearts"`   // sent
	Failed   int64    `json:"failed"`   // verbs and visits that failed
	Before   Sample   `json:"before"`   // nobody is there yet
	Samples  []Sample `json:"samples"`
	After    Sample   `json:"after"`   // everybody has gone
	Growth   []Growth `json:"growth"`  // over the span, without the warm-up
	Growing  []string `json:"growing"` // what grew, in words
	// OwnPerVisit is what a visit added to the heap without the broker, in bytes.
	OwnPerVisit float64 `json:"ownBytesPerVisit"`
	// Places that hold more of it at the end than in the middle.
	Places []Place `json:"places"`
}

// every is how often the server is looked at.
const every = 10 * time.Second

const room = "show"

type soak struct {
	Options
	server *server.Server

	visits, comments, hearts, failed atomic.Int64
}

// Run soaks a server of its own. The error says what could not be done; what grew is in the report.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	if o.Viewers < 2 || o.Viewers > 15_000 {
		return nil, fmt.Errorf("--viewers must be 2 to 15,000, not %d", o.Viewers)
	}
	if o.Span < time.Minute {
		return nil, fmt.Errorf("--for %s is too short to see anything grow: at least 1m", o.Span)
	}
	data, err := os.MkdirTemp("", "ovation-soak-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(data) }() // in the temporary directory
	s := &soak{Options: o}
	if s.server, err = server.StartIn(ctx, []string{often}, o.Binary, data, io.Discard, "--room", room, "--limits-source-handshakes", "100000", "--limits-source-sockets", "100000"); err != nil {
		return nil, err
	}
	defer s.server.Kill()
	r = &Report{Viewers: o.Viewers}
	if r.Before, err = s.look(ctx, 0); err != nil {
		return nil, err
	}
	if err := s.load(ctx, r); err != nil {
		return nil, err
	}
	if r.After, err = s.empty(ctx); err != nil {
		return nil, err
	}
	r.Visits, r.Comments, r.Hearts, r.Failed = s.visits.Load(), s.comments.Load(), s.hearts.Load(), s.failed.Load()
	if n := len(r.Samples); n > 0 {
		r.Places = grown(r.Samples[n/2].places, r.Samples[n-1].places)
	}
	r.judge(o.Span)
	if err := s.server.Stop(); err != nil {
		return nil, fmt.Errorf("the server did not end in order: %w", err)
	}
	return r, nil
}

// load keeps the audience for the span and samples.
func (s *soak) load(ctx context.Context, r *Report) error {
	ctx, stop := context.WithTimeout(ctx, s.Span)
	defer stop()
	var audience sync.WaitGroup
	defer audience.Wait()
	for i := range s.Viewers {
		audience.Go(func() { s.live(ctx, i) })
	}
	start, told := time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			r.Seconds = time.Since(start).Seconds()
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil
			}
			return ctx.Err()
		case <-time.After(every):
		}
		sample, err := s.look(ctx, time.Since(start).Seconds())
		if ctx.Err() != nil {
			continue // it ended while it was looked at
		}
		if err != nil {
			return err
		}
		r.Samples = append(r.Samples, sample)
		if time.Since(told) >= time.Minute {
			told = time.Now()
			_, _ = fmt.Fprintf(s.Log, "%4.0f s: %.0f sockets, heap %.1f MB, %.1f MB of it own and %.1f MB the broker's, %.0f goroutines, %.0f files\n",
				sample.Seconds, sample.Sockets, sample.Heap/1e6, sample.Own/1e6, sample.Broker/1e6, sample.Goroutines, sample.Files)
		}
	}
}

// live visits until the end: even ones stay, odd ones come and go within a minute, some of them with their cursor, some as
// others, some by vanishing.
func (s *soak) live(ctx context.Context, n int) {
	pause.For(ctx, rand.N(10*time.Second)) // they do not come in one moment
	var cursor *gatewayv1.Cursor
	for ctx.Err() == nil {
		o := viewer.Options{URL: s.server.URL(), Room: room, Name: fmt.Sprint("Guest ", n), Cursor: cursor, Light: true, JSON: n%3 == 0}
		dial, cancel := context.WithTimeout(ctx, 15*time.Second)
		v, err := viewer.Dial(dial, o)
		cancel()
		if err != nil {
			if ctx.Err() == nil {
				s.failed.Add(1)
			}
			pause.For(ctx, time.Second)
			continue
		}
		s.visits.Add(1)
		stay := ctx
		leave := func() {}
		if n%2 == 1 {
			stay, leave = context.WithTimeout(ctx, 10*time.Second+rand.N(50*time.Second))
		}
		s.act(ctx, stay, v, n)
		leave()
		if cursor = v.Cursor(); rand.N(3) == 0 {
			cursor = nil
		}
		v.Close()
		pause.For(ctx, rand.N(2*time.Second))
	}
}

// act taps each few seconds; one in 50 writes now and then.
func (s *soak) act(ctx, stay context.Context, v *viewer.Viewer, n int) {
	for pause.For(stay, 2*time.Second+rand.N(4*time.Second)) {
		select {
		case <-v.Done():
			return
		default:
		}
		if v.Tap(ctx, "heart", 1) == nil {
			s.hearts.Add(1)
		}
		if n%50 != 0 {
			continue
		}
		if _, err := v.Post(ctx, fmt.Sprint("Comment ", rand.Uint64())); err == nil {
			s.comments.Add(1)
		} else if ctx.Err() == nil {
			s.failed.Add(1)
		}
	}
}

// empty waits until the server knows that everybody has gone, and that the room has closed for want of them.
func (s *soak) empty(ctx context.Context) (Sample, error) {
	for deadline := time.Now().Add(3 * time.Minute); ; {
		totals, err := scrape.Totals(ctx, s.server.Admin)
		if err == nil && totals["ovation_gateway_connections"] == 0 && totals["ovation_gateway_rooms"] == 0 {
			return s.look(ctx, 0)
		}
		if time.Now().After(deadline) {
			return Sample{}, fmt.Errorf("3 minutes after everybody has gone the server has %v sockets and %v rooms: %w",
				totals["ovation_gateway_connections"], totals["ovation_gateway_rooms"], err)
		}
		if !pause.For(ctx, time.Second) {
			return Sample{}, ctx.Err()
		}
	}
}

// look has the server collect, and reads what it says.
func (s *soak) look(ctx context.Context, at float64) (Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.server.Admin+"/debug/free", nil)
	if err != nil {
		return Sample{}, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return Sample{}, fmt.Errorf("have the server collect: %w", err)
	}
	_ = a.Body.Close() // it says that it did
	totals, err := scrape.Totals(ctx, s.server.Admin)
	if err != nil {
		return Sample{}, err
	}
	h, err := readHeap(ctx, s.server.Admin)
	if err != nil {
		return Sample{}, err
	}
	return Sample{
		Seconds: at, Heap: totals["go_memstats_heap_alloc_bytes"], Resident: totals["process_resident_memory_bytes"],
		Goroutines: totals["go_goroutines"], Files: totals["process_open_fds"], Sockets: totals["ovation_gateway_connections"],
		Own: h.own, Broker: h.broker, Visits: s.visits.Load(), places: h.places,
	}, nil
}
