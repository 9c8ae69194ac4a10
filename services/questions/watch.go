package questions

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// WatchQuestions sends a room's questions as they stand and then each change.
func (s *Service) WatchQuestions(r *questionsv1.WatchQuestionsRequest, stream grpc.ServerStreamingServer[questionsv1.WatchQuestionsResponse]) error {
	return s.watch(stream.Context(), r.GetRoom(), stream.Send)
}

func (s *Service) watch(ctx context.Context, room string, send func(*questionsv1.WatchQuestionsResponse) error) error {
	if _, _, err := s.reads(ctx, room); err != nil {
		return err
	}
	w := &watcher{s: s, room: room, send: send, signal: make(chan struct{}, 1), newest: make(map[string]follow.Document), tallies: make(map[string]*eventv1.Tally)}
	// Votes first: a question is sent with its votes.
	votes, err := s.sums.Open(ctx, room, func(d follow.Document) { d.Key = votesPrefix + d.Key; w.put(d) })
	if err != nil {
		return err
	}
	defer votes.Close()
	documents, err := s.state.Open(ctx, room, w.put)
	if err != nil {
		return err
	}
	defer documents.Close()
	if err := s.caughtUp(ctx); err != nil {
		return err
	}
	s.meter.watchers.Add(ctx, 1)
	defer s.meter.watchers.Add(context.WithoutCancel(ctx), -1)
	if err := w.tell(ctx); err != nil {
		return err
	}
	if err := send(&questionsv1.WatchQuestionsResponse{Change: &questionsv1.WatchQuestionsResponse_Synced{Synced: new(questionsv1.Synced)}}); err != nil {
		return err
	}
	w.synced = true
	again := time.NewTicker(readAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
			if _, _, err := s.reads(ctx, room); err != nil {
				return err
			}
		case <-w.signal:
			if err := w.tell(ctx); err != nil {
				return err
			}
		}
	}
}

// caughtUp waits until everything that is stored now was followed: whoever was told that a question is stored, and then
// begins to watch, finds it.
func (s *Service) caughtUp(ctx context.Context) error {
	end, err := s.bus.LastSequence(ctx, bus.State)
	if err != nil {
		return err
	}
	for s.state.Position() < end {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

const votesPrefix = "votes."

// readAgain is how often it is judged whether whoever watches may still read: a ban acts within it.
const readAgain = 2 * time.Second

// watcher is one stream. Followers put into it and must not wait, so a document that changes again before it was sent
// takes the place of its older version: however slowly somebody reads, there is at most one of each.
type watcher struct {
	// static
	s      *Service
	room   string
	send   func(*questionsv1.WatchQuestionsResponse) error
	signal chan struct{} // has a place: something is waiting

	mu     sync.Mutex
	newest map[string]follow.Document // guarded by mu
	order  []string                   // its keys as they came; guarded by mu

	// owned by tell
	tallies map[string]*eventv1.Tally
	synced  bool
}

func (w *watcher) put(d follow.Document) {
	w.mu.Lock()
	if _, waits := w.newest[d.Key]; !waits {
		w.order = append(w.order, d.Key)
	}
	w.newest[d.Key] = d
	w.mu.Unlock()
	select {
	case w.signal <- struct{}{}:
	default:
	}
}

// tell sends what waits.
func (w *watcher) tell(ctx context.Context) error {
	w.mu.Lock()
	newest, order := w.newest, w.order
	w.newest, w.order = make(map[string]follow.Document), nil
	w.mu.Unlock()
	changed := make(map[string]bool)
	for _, key := range order {
		if id, ok := strings.CutPrefix(key, votesPrefix); ok && newest[key].Body != nil {
			t := new(eventv1.Tally)
			if err := proto.Unmarshal(newest[key].Body, t); err != nil {
				return fmt.Errorf("tally of %s: %w", id, err)
			}
			w.tallies[id], changed[id] = t, true
		}
	}
	for _, key := range order {
		answer, err := w.change(ctx, key, newest[key])
		if err != nil {
			return err
		}
		if q := answer.GetQuestion(); q != nil {
			delete(changed, q.GetQuestion()) // it has its votes
		}
		if answer == nil {
			continue
		}
		if err := w.send(answer); err != nil {
			return err
		}
	}
	if !w.synced {
		return nil // each question came with its votes
	}
	for id := range changed {
		t := w.tallies[id]
		if err := w.send(&questionsv1.WatchQuestionsResponse{Change: &questionsv1.WatchQuestionsResponse_Votes{
			Votes: &questionsv1.VoteCount{Question: id, Votes: t.GetVotes(), GuestVotes: t.GetGuests()},
		}}); err != nil {
			return err
		}
	}
	return nil
}

// change is what a document of the state stream has to say; nil for one that concerns nobody here.
func (w *watcher) change(ctx context.Context, key string, d follow.Document) (*questionsv1.WatchQuestionsResponse, error) {
	if id, ok := strings.CutPrefix(key, "claim."); ok {
		c := w.s.standingClaim(d.Body, d.Body == nil)
		return &questionsv1.WatchQuestionsResponse{Change: &questionsv1.WatchQuestionsResponse_Claim{Claim: claimOutside(id, c)}}, nil
	}
	if key == follow.RoomKey {
		room := new(eventv1.Room)
		if d.Body == nil || proto.Unmarshal(d.Body, room) == nil && room.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
			return nil, follow.RoomNotFound(w.room)
		}
		return nil, nil
	}
	id, ok := strings.CutPrefix(key, "q.")
	if !ok {
		return nil, nil
	}
	if d.Body == nil {
		return &questionsv1.WatchQuestionsResponse{Change: &questionsv1.WatchQuestionsResponse_Gone{Gone: id}}, nil
	}
	q, err := decode(d.Body)
	if err != nil {
		return nil, err
	}
	o, err := w.s.outside(ctx, w.room, q, w.tallies[id], reader{all: true})
	if err != nil {
		return nil, err
	}
	return &questionsv1.WatchQuestionsResponse{Change: &questionsv1.WatchQuestionsResponse_Question{Question: o}}, nil
}
