package hearts

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// Who asks while a show is being read is given the next reading, and all of those the same.
func TestEqualReadsOfOneMomentAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r readings
		reads, goOn := 0, make(chan struct{})
		read := func(context.Context) (reading, error) {
			reads++
			n := uint64(reads)
			<-goOn
			return reading{rows: rows{7: {viewers: n}}}, nil
		}
		ask := func() <-chan uint64 {
			got := make(chan uint64, 1)
			go func() {
				one, _ := r.do(t.Context(), stretch{room: "main"}, read)
				got <- one.rows[7].viewers
			}()
			synctest.Wait()
			return got
		}
		first := ask()
		var later []<-chan uint64
		for range 20 {
			later = append(later, ask())
		}
		if reads != 1 {
			t.Errorf("%d reads at once", reads)
		}
		if _, err := r.do(t.Context(), stretch{room: "other"}, func(context.Context) (reading, error) { return reading{}, nil }); err != nil {
			t.Errorf("another room waits: %v", err)
		}
		goOn <- struct{}{}
		if got := <-first; got != 1 {
			t.Errorf("the first is given reading %d", got)
		}
		synctest.Wait()
		last := ask() // while the second is read
		goOn <- struct{}{}
		for _, one := range later {
			if got := <-one; got != 2 {
				t.Errorf("who came meanwhile is given reading %d", got)
			}
		}
		goOn <- struct{}{}
		if got := <-last; got != 3 || reads != 3 {
			t.Errorf("who came last is given reading %d of %d", got, reads)
		}
		synctest.Wait()
		if len(r.of) != 0 {
			t.Errorf("%d stretches are remembered that nobody asks for", len(r.of))
		}
	})
}

// Who goes before the end takes nobody along, and whoever waits may go, too.
func TestWhoeverLeavesAReadLeavesItToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r readings
		first, leave := context.WithCancel(t.Context())
		go func() {
			_, _ = r.do(first, stretch{}, func(ctx context.Context) (reading, error) { <-ctx.Done(); return reading{}, ctx.Err() })
		}()
		synctest.Wait()
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.do(impatient, stretch{}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("who went is told %v", err)
		}
		waited := make(chan error)
		go func() {
			_, err := r.do(t.Context(), stretch{}, func(context.Context) (reading, error) { return reading{}, nil })
			waited <- err
		}()
		synctest.Wait()
		leave()
		if err := <-waited; err != nil {
			t.Errorf("who waited is told %v", err)
		}
	})
}

// Series, highlights and files of one show take what is being read of it, and leave it to the others as it is.
func TestWhatIsReadOfAShowIsShared(t *testing.T) {
	b := testbed.New(t)
	s := New(Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	room := b.Room("main", nil)
	shared := reading{rows: rows{1_000_000: {viewers: 3}, 1_000_000 + longestShow: {viewers: 4}}, totals: map[string]uint64{}, at: time.UnixMilli(1_000)}
	s.readings.of = make(map[stretch]*line)
	for _, totals := range []bool{true, false} { // whoever asks now is given that
		s.readings.of[stretch{room: "main", nonce: room.GetNonce(), totals: totals}] = &line{turn: make(chan struct{}, 1), users: 1, answered: math.MaxInt, got: shared}
	}
	ctx := testbed.As(t.Context(), auth.Viewer, "ann")
	if _, err := s.ListHighlights(ctx, &heartsv1.ListHighlightsRequest{Room: "main"}); err != nil || len(shared.rows) != 2 {
		t.Errorf("highlights leave %d of 2 rows, %v", len(shared.rows), err)
	}
	series, err := s.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: "main"})
	if want := longestShow + 1; err == nil || len(series.GetViewers()) != 0 {
		t.Errorf("%d points and no refusal, want one of %d", len(series.GetViewers()), want)
	}
	delete(shared.rows, 1_000_000+longestShow)
	if series, err = s.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: "main"}); err != nil || len(series.GetViewers()) != 1 || series.GetReadTime().AsTime().UnixMilli() != 1_000 {
		t.Errorf("the series is %v, %v", series, err)
	}
	if r, err := s.ExportHearts(ctx, &heartsv1.ExportHeartsRequest{Room: "main", Format: heartsv1.ExportHeartsRequest_FORMAT_JSON}); err != nil || len(r.GetBody()) == 0 {
		t.Errorf("the file is %v, %v", r, err)
	}
}
