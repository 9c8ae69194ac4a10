package hearts

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	// retryLife is how long after its first try a window may be sent again and still counts once. Gateways try for 5 s; a
	// backend that kept its windows through an outage has a day.
	retryLife = 24 * time.Hour
	// sweepEvery is how often markers are looked at.
	sweepEvery = time.Hour
)

// sweep forgets the markers of writers that sent nothing for longer than a retry may take. Each gateway that ever started
// leaves one for each of its lanes, and each exclusion two: with this there are, besides those of the writers at work, only
// those of the last 25 hours. Every replica does it, at a time of its own; done twice it changes nothing.
func (s *Service) sweep(ctx context.Context) {
	wait := time.NewTimer(rand.N(sweepEvery)) //nolint:gosec // spreads work, guards nothing
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		s.forgetWriters(ctx, retryLife)
		wait.Reset(sweepEvery)
	}
}

func (s *Service) forgetWriters(ctx context.Context, silent time.Duration) {
	n, err := s.bus.ForgetWriters(ctx, silent)
	s.meter.markers.Add(ctx, int64(n))
	if err != nil && ctx.Err() == nil {
		s.log.Warn("cannot forget the markers of gateways that are gone; trying again in an hour", "error", err)
	}
}
