package hearts

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// Queued is how many windows are queued or under way.
func (s *Service) Queued() int {
	s.flush.mu.Lock()
	defer s.flush.mu.Unlock()
	return len(s.flush.known)
}

// DieAfter makes the service die when so many batches are stored: the answer of the last one is lost with the process,
// and nothing is stored any more.
func (s *Service) DieAfter(batches int, die func()) {
	store := s.flush.store
	done := 0
	s.flush.store = func(ctx context.Context, w []bus.Window, sums []bus.Sum) error {
		if done == batches {
			return unavailable("dead")
		}
		err := store(ctx, w, sums)
		if done++; done == batches {
			die()
			return unavailable("dead")
		}
		return err
	}
}

// DieClaiming ends the goroutine of milestones between taking one up and logging it, as the death of the process would.
func (s *Service) DieClaiming(die func()) { s.milestones.claimed = die }

// Write writes every pulse now.
func (s *Service) Write(ctx context.Context) { s.pulse.write(ctx, func(*beat) bool { return true }) }

// Say takes in what a gateway says of its viewers.
func (s *Service) Say(presence []byte) { s.presence.Take(presence, s.clock()) }

// Sweep forgets writers that were silent for so long.
func (s *Service) Sweep(ctx context.Context, silent time.Duration) { s.forgetWriters(ctx, silent) }

// RetryLife is how long a window may be sent again.
const RetryLife = retryLife
