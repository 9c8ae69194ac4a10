package fanout

import (
	"sync"
	"time"
)

// holdMost is how long others wait for ticks: an engine that does little but send still takes newcomers, some hundred a
// second.
const holdMost = 50 * time.Millisecond

// sending knows whether any shard is in the middle of a sweep, or a room about to begin one, for whoever had better wait.
type sending struct {
	mu   sync.Mutex
	busy int           // shards that sweep and rooms that are about to; guarded by mu
	over chan struct{} // closed when there are none any more; nil until somebody waits; guarded by mu
}

func (s *sending) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy++
}

func (s *sending) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy--; s.busy == 0 && s.over != nil {
		close(s.over)
		s.over = nil
	}
}

func (s *sending) wait(most time.Duration) {
	s.mu.Lock()
	if s.busy == 0 {
		s.mu.Unlock()
		return
	}
	if s.over == nil {
		s.over = make(chan struct{})
	}
	over := s.over
	s.mu.Unlock()
	timeout := time.NewTimer(most)
	defer timeout.Stop()
	select {
	case <-over:
	case <-timeout.C:
	}
}
