package show

import (
	"context"
	"fmt"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
	"github.com/ovation-live/ovation/loadtest/scrape"
	"github.com/ovation-live/ovation/loadtest/viewer"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// settle waits until every viewer has what it is owed, or for a while.
func (s *show) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	for !s.complete() && ctx.Err() == nil {
		pause.For(ctx, 100*time.Millisecond)
	}
}

func (s *show) complete() bool {
	for _, seat := range s.audience {
		lost, _, _ := s.check(seat)
		behind := false
		seat.Look(func(w *viewer.View) { behind = int64(w.Hearts[kind]) < s.tapped.Load() })
		if lost > 0 || behind {
			return false
		}
	}
	return true
}

// check compares what a viewer was given with what it is owed: every acknowledged comment, but for those it was told of.
func (s *show) check(seat *seat) (lost, duplicated, hidden int64) {
	seat.Look(func(w *viewer.View) { hidden = int64(w.NotShown - min(w.NotShown, seat.baseline)) })
	s.mu.Lock()
	seat.mu.Lock()
	defer s.mu.Unlock()
	defer seat.mu.Unlock()
	missing := int64(0)
	for number := range s.acked {
		if seat.given[number] == 0 {
			missing++
		}
	}
	for _, n := range seat.given {
		duplicated += int64(n - 1)
	}
	return max(0, missing-hidden), duplicated, hidden
}

// recount fills in what the server says at the end.
func (s *show) recount(ctx context.Context, r *Report) error {
	for _, seat := range s.audience {
		if err := seat.Err(); err != nil {
			return fmt.Errorf("a viewer was cut off: %w", err)
		}
		lost, duplicated, hidden := s.check(seat)
		r.LogLost += lost
		r.LogDuplicated += duplicated
		r.NotShown = max(r.NotShown, hidden)
		seat.Look(func(w *viewer.View) { r.TapsCounted = max(r.TapsCounted, int64(w.Hearts[kind])) })
	}
	if s.Server.Admin != "" {
		n, err := scrape.Sum(ctx, "ovation_gateway_taps_over_cap_total", s.Server.Admin)
		if err != nil {
			return err
		}
		r.TapsOverCap = int64(n)
	}
	if s.Votes == 0 {
		return nil
	}
	list := func() (votes int64, err error) {
		l, err := s.asks.ListQuestions(ctx, &questionsv1.ListQuestionsRequest{Room: s.room, PageSize: 500})
		for _, q := range l.GetQuestions() {
			votes += int64(q.GetVotes())
		}
		return votes, err
	}
	for deadline := time.Now().Add(settle); ; {
		votes, err := list()
		if err != nil {
			return fmt.Errorf("read the tallies: %w", err)
		}
		r.VotesCounted = votes
		if votes >= r.VotesAcked || time.Now().After(deadline) || !pause.For(ctx, 200*time.Millisecond) {
			return nil
		}
	}
}
