package hearts_test

import (
	"context"
	"testing"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

func TestWhoIsBannedReadsNoHearts(t *testing.T) {
	b := testbed.New(t)
	s := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	b.Ban(b.Room("main", nil), "troll")
	for name, read := range map[string]func(context.Context) error{
		"totals": func(ctx context.Context) error {
			_, err := s.GetHeartTotals(ctx, &heartsv1.GetHeartTotalsRequest{Room: "main"})
			return err
		},
		"the series": func(ctx context.Context) error {
			_, err := s.GetHeartSeries(ctx, &heartsv1.GetHeartSeriesRequest{Room: "main"})
			return err
		},
		"highlights": func(ctx context.Context) error {
			_, err := s.ListHighlights(ctx, &heartsv1.ListHighlightsRequest{Room: "main"})
			return err
		},
	} {
		if err := read(testbed.As(t.Context(), auth.Viewer, "troll")); !fault.Is(err, fault.Banned) {
			t.Errorf("%s: %v", name, err)
		}
		if err := read(testbed.As(t.Context(), auth.Viewer, "ann")); err != nil {
			t.Errorf("%s for another: %v", name, err)
		}
	}
}
