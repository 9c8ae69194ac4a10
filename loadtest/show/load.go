package show

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/pause"
)

// load sends everything at its moment.
func (s *show) load(ctx context.Context, start time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	acks := &acks{ctx: ctx}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.sendHearts(ctx, start) })
	g.Go(func() error { return s.sendComments(ctx, start, acks) })
	g.Go(func() error { return s.sendVotes(ctx, start, acks) })
	g.Go(func() error { return s.probe(ctx, start) })
	err := g.Wait()
	acks.Wait()
	return errors.Join(err, s.lastErr)
}

// acks are comments and votes that wait for their acks beside the loop, and go on doing so when it is over.
type acks struct {
	sync.WaitGroup
	ctx context.Context
}

// each calls do at an even rate for the time of the load, with numbers from 0.
func (s *show) each(ctx context.Context, start time.Time, rate float64, do func(i int, due time.Time) error) error {
	for i := range int(rate * s.Duration.Seconds()) {
		due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if !pause.For(ctx, time.Until(due)) {
			return ctx.Err()
		}
		if err := do(i, due); err != nil {
			return err
		}
	}
	return nil
}

// maxTapFrames a second; above it a frame carries several taps, as clients merge theirs.
const maxTapFrames = 5000

func (s *show) sendHearts(ctx context.Context, start time.Time) error {
	if s.Hearts <= 0 {
		return nil
	}
	per := 1 + int(s.Hearts/maxTapFrames)
	return s.each(ctx, start, s.Hearts/float64(per), func(i int, _ time.Time) error {
		if err := s.audience[1+i%(len(s.audience)-1)].Tap(ctx, kind, uint32(per)); err != nil {
			return err
		}
		s.tapped.Add(int64(per))
		return nil
	})
}

func (s *show) sendComments(ctx context.Context, start time.Time, acks *acks) error {
	for i, a := range s.arrivals {
		due := start.Add(a.at)
		if !pause.For(ctx, time.Until(due)) {
			return ctx.Err()
		}
		text := fmt.Sprintf("c%d.%d ", i, due.UnixMicro())
		if pad := a.length - len(text); pad > 0 {
			text += strings.Repeat("x", pad)
		}
		from := s.audience[1+(i*7919)%(len(s.audience)-1)]
		acks.Go(func() {
			if _, err := from.Post(acks.ctx, text); err != nil {
				s.failed(fmt.Errorf("comment %d: %w", i, err))
				return
			}
			s.posted.Add(1)
			s.mu.Lock()
			s.acked[i] = true
			s.mu.Unlock()
		})
	}
	return nil
}

// sendVotes has each viewer vote once on each question, in turn.
func (s *show) sendVotes(ctx context.Context, start time.Time, acks *acks) error {
	if s.Votes <= 0 {
		return nil
	}
	if most := len(s.audience) * questions; s.Votes*s.Duration.Seconds() > float64(most) {
		return fmt.Errorf("%d viewers have %d votes on %d questions; lower --votes or --duration", len(s.audience), most, questions)
	}
	return s.each(ctx, start, s.Votes, func(i int, _ time.Time) error {
		from, question := s.audience[i%len(s.audience)], s.questions[(i/len(s.audience))%questions]
		s.voted.Add(1)
		acks.Go(func() {
			if err := from.Vote(acks.ctx, question, true); err != nil {
				s.failed(fmt.Errorf("vote %d: %w", i, err))
				return
			}
			s.voteAcks.Add(1)
		})
		return nil
	})
}

// failed keeps the first error: a refusal that the scenario did not expect ends the run.
func (s *show) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastErr == nil {
		s.lastErr = err
	}
}
