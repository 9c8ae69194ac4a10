package votes

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/loadtest/latency"
	"github.com/ovation-live/ovation/loadtest/server"
	"github.com/ovation-live/ovation/loadtest/viewer"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// watchers are sockets that must be shown the exact count in the end.
const watchers = 3

// stretch has so many people vote at a rate on a question of its own, and counts them again.
func (v *voting) stretch(ctx context.Context, identities int, rate float64) (*Stretch, error) {
	room, question, err := v.ballot(ctx)
	if err != nil {
		return nil, err
	}
	screens := make([]*viewer.Viewer, watchers)
	for i := range screens {
		if screens[i], err = viewer.Dial(ctx, viewer.Options{URL: v.server.URL(), Room: room}); err != nil {
			return nil, err
		}
		defer screens[i].Close()
		if err := screens[i].Until(ctx, func(w *viewer.View) bool { return w.Questions[question] != nil }); err != nil {
			return nil, fmt.Errorf("a viewer who watches: %w", err)
		}
	}
	served, err := server.Use(v.server.PID())
	if err != nil {
		return nil, err
	}
	own, err := server.Use(os.Getpid())
	if err != nil {
		return nil, err
	}
	c := &casting{acks: latency.New(), refused: make(map[string]int64)}
	start := time.Now()
	if err := v.send(ctx, c, room, question, start, identities, rate); err != nil {
		return nil, err
	}
	took := time.Since(start).Seconds()
	after, err := server.Use(v.server.PID())
	if err != nil {
		return nil, err
	}
	ownAfter, err := server.Use(os.Getpid())
	if err != nil {
		return nil, err
	}
	s := &Stretch{
		Identities: identities, Rate: rate, Seconds: took, Acked: c.acked.Load(), GuestsAcked: c.guests.Load(), Refused: c.refused, AckMs: c.acks.Figures(),
		ServerCPU: float64((after.CPU - served.CPU).Microseconds()) / float64(identities),
		LoaderCPU: float64((ownAfter.CPU - own.CPU).Microseconds()) / float64(identities),
	}
	for _, n := range c.refused {
		s.Unanswered += n
	}
	s.Kept = s.Unanswered == 0 && s.AckMs.P99 <= float64(v.Limit.Microseconds())/1000
	return s, v.recount(ctx, s, screens, room, question)
}

// casting is what came of the votes of a stretch.
type casting struct {
	acks          *latency.Histogram
	acked, guests atomic.Int64

	mu      sync.Mutex
	refused map[string]int64 // by the code of the answer; guarded by mu while it runs
}

// send sends each vote at its moment, whatever the server does: latencies count from that moment, so that a server which
// stalls cannot hide it. It returns when all are answered.
func (v *voting) send(ctx context.Context, c *casting, room, question string, start time.Time, identities int, rate float64) error {
	clients := make([]questionsv1.QuestionsServiceClient, len(v.conns))
	for i, conn := range v.conns {
		clients[i] = questionsv1.NewQuestionsServiceClient(conn)
	}
	var votes sync.WaitGroup
	defer votes.Wait()
	places := make(chan struct{}, inFlight)
	for i := range identities {
		due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case places <- struct{}{}:
		}
		votes.Go(func() {
			defer func() { <-places }()
			who := &roomsv1.Actor{Subject: fmt.Sprintf("voter-%d", i), Role: "viewer", Guest: i%guestEvery == 0}
			calling, cancel := context.WithTimeout(rpc.WithKey(ctx, room+"/"+who.GetSubject()), 30*time.Second)
			defer cancel()
			a, err := clients[i%len(clients)].VoteQuestion(calling, &questionsv1.VoteQuestionRequest{Room: room, Question: question, Up: true, Actor: who})
			if err != nil || !a.GetChanged() {
				c.mu.Lock()
				c.refused[status.Code(err).String()]++
				c.mu.Unlock()
				return
			}
			c.acks.Record(time.Since(due))
			c.acked.Add(1)
			if who.GetGuest() {
				c.guests.Add(1)
			}
		})
	}
	return nil
}

// recount waits until the tally and the screens have every vote that was acknowledged, and then counts all votes anew.
func (v *voting) recount(ctx context.Context, s *Stretch, screens []*viewer.Viewer, room, question string) error {
	start := time.Now()
	waiting, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	for _, screen := range screens {
		err := screen.Until(waiting, func(w *viewer.View) bool { return int64(w.Questions[question].GetVotes()) >= s.Acked })
		screen.Look(func(w *viewer.View) { s.Shown = max(s.Shown, int64(w.Questions[question].GetVotes())) })
		if err != nil && ctx.Err() == nil {
			s.Late++ // a viewer who never was shown what was acknowledged
		}
	}
	s.ShownAfterMs = float64(time.Since(start).Microseconds()) / 1000
	if ctx.Err() != nil {
		return ctx.Err()
	}
	asks := questionsv1.NewQuestionsServiceClient(v.conns[0])
	counted, err := asks.RecountVotes(ctx, &questionsv1.RecountVotesRequest{Room: room})
	if err != nil {
		return fmt.Errorf("count again: %w", err)
	}
	for _, q := range counted.GetQuestions() {
		s.Tally += int64(q.GetVotes())
		s.GuestTally += int64(q.GetGuestVotes())
		s.Recounted += int64(q.GetRecountedVotes()) + int64(q.GetWaiting())
		s.GuestsRecounted += int64(q.GetRecountedGuestVotes())
	}
	return nil
}
