package hearts

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/testbed"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

func TestEqualReadsOfOneMomentAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r readings
		reads, goOn := 0, make(chan struct{})
		read := func(context.Context) (reading, error) {
			reads++
			<-goOn
			return reading{rows: rows{7: {viewers: 3}}}, nil
		}
		got := make(chan reading, 20)
		for range 20 {
			go func() {
				one, _ := r.do(t.Context(), stretch{room: "main"}, read)
				got <- one
			}()
		}
		synctest.Wait()
		if reads != 1 {
			t.Errorf("%d reads", reads)
		}
		if _, err := r.do(t.Context(), stretch{room: "other"}, func(context.Context) (reading, error) { return reading{}, nil }); err != nil {
			t.Errorf("another room waits: %v", err)
		}
		close(goOn)
		for range 20 {
			if one := <-got; one.rows[7] == nil {
				t.Error("somebody was given nothing")
			}
		}
		if _, _ = r.do(t.Context(), stretch{room: "main"}, read); reads != 2 {
			t.Errorf("%d reads, want a second one for who comes later", reads)
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
	shared := reading{rows: rows{1_000_000: {viewers: 3}, 1_000_000 + longestShow: {viewers: 4}}, totals: map[string]uint64{}}
	for _, totals := range []bool{true, false} {
		u := &underway{done: make(chan struct{}), got: shared}
		close(u.done)
		if s.readings.under == nil {
			s.readings.under = make(map[stretch]*underway)
		}
		s.readings.under[stretch{room: "main", nonce: room.GetNonce(), totals: totals}] = u
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
	if series, err = s.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: "main"}); err != nil || len(series.GetViewers()) != 1 {
		t.Errorf("the series is %v, %v", series, err)
	}
	if r, err := s.ExportHearts(ctx, &heartsv1.ExportHeartsRequest{Room: "main", Format: heartsv1.ExportHeartsRequest_FORMAT_JSON}); err != nil || len(r.GetBody()) == 0 {
		t.Errorf("the file is %v, %v", r, err)
	}
}
