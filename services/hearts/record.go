package hearts

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/once"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// RecordBatch adds one window. Sums that their room does not take are refused one by one; the rest is stored when it
// answers.
func (s *Service) RecordBatch(ctx context.Context, r *heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := everywhere(ctx)
	if err == nil {
		err = checkBatch(r, s.clock())
	}
	if err != nil {
		s.meter.window(ctx, err)
		return nil, err
	}
	name := bus.Window{Writer: r.GetWriter(), Number: r.GetWindow()}
	if known := s.answers.find(name); known != nil {
		return known, nil // judged when it came first: a room that ended since must not refuse what was counted
	}
	response, err := s.record(ctx, name, r)
	s.meter.window(ctx, err)
	if err != nil {
		return nil, err
	}
	s.answers.keep(name, response, s.clock())
	return response, nil
}

// everywhere checks that the caller's token is for every room. A window is known by its writer and number alone, in whatever
// room (ADR 0043): whoever may write for one room could send the number of another writer's window ahead of it, and that one
// would pass for stored.
func everywhere(ctx context.Context) error {
	c, ok := auth.CallerFrom(ctx)
	switch {
	case !ok:
		return fault.New(fault.Unauthenticated, "no token was sent")
	case !c.Everywhere():
		return fault.New(fault.PermissionDenied, "windows of hearts are sent with a token for every room (rooms: \"*\")")
	}
	return nil
}

func (s *Service) record(ctx context.Context, name bus.Window, r *heartsv1.RecordBatchRequest) (*heartsv1.RecordBatchResponse, error) {
	judged, err := s.refuse(ctx, r.GetSums())
	if err != nil {
		return nil, err
	}
	response := &heartsv1.RecordBatchResponse{}
	w := &window{Window: name, since: s.clock(), done: make(chan struct{})}
	var taken uint64
	for i, sum := range r.GetSums() {
		if judged[i].reason != "" {
			response.Refused = append(response.Refused, &heartsv1.RefusedSum{Room: sum.GetRoom(), Kind: sum.GetKind(), Reason: string(judged[i].reason)})
			continue
		}
		w.sums = append(w.sums, bus.Sum{Key: bus.InRoom(bus.Counters, sum.GetRoom(), heartCounter, sum.GetKind()), Count: sum.GetCount()})
		w.hearts = append(w.hearts, counted{room: sum.GetRoom(), nonce: judged[i].nonce, kind: sum.GetKind(), count: sum.GetCount(), moments: sum.GetMoments()})
		taken += sum.GetCount()
	}
	if len(w.sums) > 0 {
		if err := s.flush.add(ctx, w); err != nil {
			return nil, err
		}
		s.meter.accepted.Add(ctx, int64(taken)) //nolint:gosec // at most 899 times a billion
	}
	response.Elsewhere = s.spent.tell(name.Writer, r.GetSpenders(), s.clock())
	return response, nil
}

// opening is how many rooms are opened at once for one window, when a process that just started gets a wide one.
const opening = 16

// verdict on a sum: what may be counted has no reason.
type verdict struct {
	reason fault.Reason
	nonce  string // of the room
}

// refuse judges each sum.
func (s *Service) refuse(ctx context.Context, sums []*heartsv1.HeartSum) ([]verdict, error) {
	judged := make([]verdict, len(sums))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(opening)
	for i, sum := range sums {
		g.Go(func() error {
			_, room, err := s.judge.Room(ctx, sum.GetRoom(), takes(sum.GetKind()))
			if f, ok := fault.Of(err); ok && refusable(f) {
				judged[i].reason = f.Reason
				return nil
			}
			judged[i].nonce = room.GetNonce()
			return err
		})
	}
	return judged, g.Wait()
}

// answers holds the last answer of each writer: a writer sends one window at a time, so that is the one which it may ask
// for again.
type answers struct {
	mu   sync.Mutex
	last map[string]lastAnswer // guarded by mu
}

type lastAnswer struct {
	number   uint64
	response *heartsv1.RecordBatchResponse
	at       time.Time
}

// maxWriters bounds the memory; there are as many writers as gateways.
const maxWriters = 10_000

func (a *answers) find(w bus.Window) *heartsv1.RecordBatchResponse {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.last[w.Writer]; l.number == w.Number {
		return l.response
	}
	return nil
}

func (a *answers) keep(w bus.Window, r *heartsv1.RecordBatchResponse, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.last) >= maxWriters {
		for writer, l := range a.last {
			if now.Sub(l.at) > once.Life {
				delete(a.last, writer)
			}
		}
		if len(a.last) >= maxWriters {
			clear(a.last) // the markers in the store still know the windows
		}
	}
	if l, ok := a.last[w.Writer]; !ok || l.number <= w.Number {
		a.last[w.Writer] = lastAnswer{w.Number, r, now}
	}
}
