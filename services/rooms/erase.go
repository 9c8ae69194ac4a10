package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Times of a deletion.
const (
	// settle lets every process follow the room's new state before its data goes: a write that was judged a moment ago by
	// the old state would otherwise come after the erasing and stay.
	settle = time.Second
	// keepErased is how long the mark of an erased room stands: a retry within it succeeds, and nobody who still follows
	// takes the room for another.
	keepErased = time.Hour
	// patience is how long a caller is kept for the erasing, or half of what its deadline leaves: most rooms are erased by then,
	// and one with many thousands of questions is the janitor's.
	patience = 5 * time.Second
)

// DeleteRoom marks a room deleted, which ends everything at once and is what its caller is promised, and then erases every
// stream's share of it. What outlasts the caller's patience is finished by the janitor, whoever dies meanwhile: the mark is
// the job. A retry or the next CreateRoom of the id works at it, too.
func (s *Service) DeleteRoom(ctx context.Context, r *roomsv1.DeleteRoomRequest) (*roomsv1.DeleteRoomResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	erased, err := s.remove(ctx, r)
	s.meter.act(ctx, "delete_room", err)
	if err != nil {
		return nil, err
	}
	return &roomsv1.DeleteRoomResponse{Erased: erased}, nil
}

func (s *Service) remove(ctx context.Context, r *roomsv1.DeleteRoomRequest) (erased bool, err error) {
	who, err := acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return false, err
	}
	fresh, err := s.mark(ctx, r.GetRoom(), who)
	if err != nil {
		return false, err
	}
	ctx, cancel := s.patiently(ctx)
	defer cancel()
	if !fresh || pause.For(ctx, s.settle) {
		err = s.erase(ctx, r.GetRoom())
	} else {
		err = ctx.Err()
	}
	if err == nil {
		return true, nil
	}
	s.log.Info("a deleted room is erased further without its caller", "room", r.GetRoom(), "error", err)
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return false, nil
}

// patiently bounds how long a caller is kept for an erasing; its context has a deadline.
func (s *Service) patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, _ := ctx.Deadline()
	return context.WithTimeout(ctx, min(s.patience, time.Until(deadline)/2))
}

// mark writes the state DELETED, with nothing left in the document that could identify anybody. fresh is false when the
// room was marked before.
func (s *Service) mark(ctx context.Context, room string, who auth.Person) (fresh bool, err error) {
	for range tries {
		doc, sequence, err := s.read(ctx, room)
		if err != nil {
			return false, err
		}
		if doc == nil {
			return false, follow.RoomNotFound(room)
		}
		if doc.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
			return false, nil
		}
		body, err := proto.Marshal(&eventv1.Room{
			Id: room, State: eventv1.RoomState_ROOM_STATE_DELETED, Revision: doc.GetRevision() + 1, Nonce: doc.GetNonce(),
		})
		if err != nil {
			return false, fmt.Errorf("delete a room: %w", err)
		}
		if _, err = s.bus.Put(ctx, keyOf(room), body, sequence); err == nil {
			s.log.Info("room deleted", "room", room, "role", string(who.Role))
			return true, nil
		} else if !errors.Is(err, bus.ErrConflict) {
			return false, fmt.Errorf("delete a room: %w", err)
		}
	}
	return false, busy()
}

// erase takes a deleted room out of every stream and marks it erased. Done twice it changes nothing. One process erases a
// room once at a time; before each step it looks whether the room is still the deleted one, since another replica may
// have finished and somebody made the room anew.
func (s *Service) erase(ctx context.Context, room string) error {
	release, err := s.alone(ctx, room)
	if err != nil {
		return err
	}
	defer release()
	var sequence uint64
	doc := new(eventv1.Room)
	still := func() (bool, error) {
		now, at, err := s.read(ctx, room)
		if err != nil {
			return false, err
		}
		doc, sequence = now, at
		return now.GetState() == eventv1.RoomState_ROOM_STATE_DELETED && !now.GetErased(), nil
	}
	steps := []func() error{func() error { return s.removeDocuments(ctx, room) }}
	for _, share := range []bus.Key{
		bus.InRoom(bus.Log, room), bus.AllInRoom(bus.Held, room), bus.AllInRoom(bus.Votes, room), bus.AllInRoom(bus.Counters, room),
		bus.InRoom(bus.Pulse, room), bus.InRoom(bus.Audit, room), bus.AllInRoom(bus.Tallies, room), // tallies after the votes they follow
	} {
		steps = append(steps, func() error { return s.bus.Purge(ctx, share) })
	}
	for _, step := range steps {
		if ok, err := still(); err != nil || !ok {
			return err
		}
		if err := step(); err != nil {
			return fmt.Errorf("erase a room: %w", err)
		}
	}
	if ok, err := still(); err != nil || !ok {
		return err
	}
	doc.Erased = true
	body, err := proto.Marshal(doc)
	if err != nil {
		return fmt.Errorf("erase a room: %w", err)
	}
	if _, err := s.bus.PutFor(ctx, keyOf(room), body, sequence, keepErased); err != nil && !errors.Is(err, bus.ErrConflict) {
		return fmt.Errorf("erase a room: %w", err)
	}
	return nil
}

// alone makes others in this process wait for the room.
func (s *Service) alone(ctx context.Context, room string) (release func(), err error) {
	for {
		s.mu.Lock()
		busy := s.erasing[room]
		if busy == nil {
			mine := make(chan struct{})
			s.erasing[room] = mine
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				delete(s.erasing, room)
				s.mu.Unlock()
				close(mine)
			}, nil
		}
		s.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// atOnce is how many documents are removed at a time.
const atOnce = 32

// removeDocuments replaces every state document of the room but its own by a marker. A purge would be one call, but it
// tells followers nothing: a gateway that has the room open would show the old questions in a new room of the same id.
func (s *Service) removeDocuments(ctx context.Context, room string) error {
	subjects, err := s.bus.Keys(ctx, bus.AllInRoom(bus.State, room))
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(subjects, bus.MaxRead) {
		if err := s.removeThese(ctx, room, chunk); err != nil {
			return err
		}
	}
	return nil
}

// removeThese reads many documents at once, since one that goes on after it was cut short finds thousands of markers.
func (s *Service) removeThese(ctx context.Context, room string, subjects []string) error {
	records, _, err := s.bus.LastMany(ctx, bus.State, subjects)
	if err != nil {
		return err
	}
	known := make(map[string]bus.Record, len(records))
	for _, r := range records {
		known[r.Subject] = r
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, subject := range subjects {
		last, here := known[subject]
		if subject == keyOf(room).Subject || last.Deleted {
			continue
		}
		g.Go(func() error { return s.removeDocument(ctx, bus.Key{Stream: bus.State, Subject: subject}, last, here) })
	}
	return g.Wait()
}

// removeDocument removes a document as it was read; where a replica that lags gave an older one, or none, the leader is asked.
func (s *Service) removeDocument(ctx context.Context, key bus.Key, last bus.Record, here bool) error {
	for {
		var err error
		if !here {
			last, err = s.bus.Last(ctx, key)
			if errors.Is(err, bus.ErrNotFound) || err == nil && last.Deleted {
				return nil
			}
		}
		if err == nil {
			_, err = s.bus.Remove(ctx, key, last.Sequence)
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
		here = false
	}
}
