package process_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/ovation-live/ovation/internal/process"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStackEndsFromTheTopDown(t *testing.T) { synctest.Test(t, endsFromTheTopDown) }

func endsFromTheTopDown(t *testing.T) {
	var s process.Stack
	var ended []string // written by one part at a time, or the race detector tells
	for _, name := range []string{"store", "services", "gateway"} {
		s.Start(name, func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Second) // simulated: were all told at once, the order of ending would be any
			ended = append(ended, name)
			return ctx.Err()
		})
	}
	s.Defer("file", func() error { ended = append(ended, "file"); return nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if want := []string{"file", "gateway", "services", "store"}; !slices.Equal(ended, want) {
		t.Fatalf("ended in the order %v, want %v", ended, want)
	}
}

func TestStackEndsWithItsFirstFailure(t *testing.T) {
	for name, tc := range map[string]struct {
		returned error
		want     string
	}{
		"an error":             {errors.New("port gone"), "gateway: port gone"},
		"an end nobody wanted": {nil, "gateway: ended without being told to"},
	} {
		t.Run(name, func(t *testing.T) {
			var s process.Stack
			below := false
			s.Start("store", func(ctx context.Context) error { <-ctx.Done(); below = true; return nil })
			s.Start("gateway", func(context.Context) error { return tc.returned })
			err := s.Wait(t.Context())
			if err == nil || err.Error() != tc.want {
				t.Fatalf("got %v, want %s", err, tc.want)
			}
			if !below {
				t.Fatal("the part below was not ended")
			}
		})
	}
}

func TestStackTellsWhatFailsAtTheEnd(t *testing.T) {
	var s process.Stack
	s.Defer("store", func() error { return errors.New("disk gone") })
	s.Defer("gateway", func() error { return nil })
	if err := s.Stop(); err == nil || !strings.Contains(err.Error(), "store: disk gone") {
		t.Fatalf("got %v", err)
	}
}
