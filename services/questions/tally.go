package questions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

const (
	foldEvery     = 200 * time.Millisecond // at most 5 times a second for a question
	positionEvery = time.Second
	maxStored     = 10_000 // tallies kept in memory
	maxLag        = 100    // readings of a replica that lags
)

// tally adds votes up. It follows the votes stream in order and compare-and-sets each question's sum together with the
// sequence up to which votes are in it, so that a crash, a rival, a restart or a retry changes nothing: a vote at or below
// that sequence is skipped.
type tally struct {
	// static
	bus   *bus.Bus
	log   *slog.Logger
	meter meters

	mu    sync.Mutex
	fresh map[ballot][]cast // votes not yet in a stored sum, in order; guarded by mu
	seen  uint64            // every vote up to it was taken in; guarded by mu

	// owned by fold
	stored   map[ballot]sum
	position struct{ value, sequence uint64 }
	wrote    time.Time
}

// ballot is one question of one room.
type ballot struct{ room, question string }

// cast is one vote's effect.
type cast struct {
	sequence uint64
	up       bool
	guest    bool
}

// sum is a stored tally and the sequence of its document.
type sum struct {
	tally    *eventv1.Tally
	sequence uint64
}

func newTally(b *bus.Bus, log *slog.Logger, m meters) *tally {
	return &tally{bus: b, log: log, meter: m, fresh: make(map[ballot][]cast), stored: make(map[ballot]sum)}
}

var positionKey = bus.Singleton(bus.Tallies, "position")

// run follows and folds until the context ends. What interrupts it is logged, and it begins again from the stored position.
func (t *tally) run(ctx context.Context) error {
	for {
		err := t.once(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.log.Warn("adding votes up was interrupted; going on from the stored position", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (t *tally) once(ctx context.Context) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return t.bus.Consume(ctx, bus.Everything(bus.Votes), t.position.value+1, false, t.take)
	})
	g.Go(func() error {
		every := time.NewTicker(foldEvery)
		defer every.Stop()
		for {
			select {
			case <-ctx.Done():
				// What was taken in is in the stream: whoever comes next adds it up.
				return ctx.Err()
			case now := <-every.C:
				if err := t.fold(ctx, now); err != nil {
					return err
				}
			}
		}
	})
	return g.Wait()
}

// begin forgets everything and reads how far any process has come.
func (t *tally) begin(ctx context.Context) error {
	t.mu.Lock()
	clear(t.fresh)
	t.seen = 0
	t.mu.Unlock()
	clear(t.stored)
	t.wrote = time.Time{}
	t.position.value, t.position.sequence = 0, 0
	record, err := t.bus.Last(ctx, positionKey)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	var doc eventv1.TallyPosition
	if err := proto.Unmarshal(record.Body, &doc); err != nil {
		return fmt.Errorf("position of the tallies: %w", err)
	}
	t.position.value, t.position.sequence = doc.GetUpto(), record.Sequence
	return nil
}

func (t *tally) take(r bus.Record) error {
	room, rest, ok := bus.InRoomOf(bus.Votes, r.Subject)
	question, _, hasPerson := cut(rest)
	v := new(eventv1.Vote)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen = r.Sequence
	if !ok || !hasPerson {
		return nil
	}
	if err := proto.Unmarshal(r.Body, v); err != nil {
		t.log.Error("a vote cannot be read; it is not counted", "sequence", r.Sequence, "error", err)
		return nil
	}
	b := ballot{room, question}
	t.fresh[b] = append(t.fresh[b], cast{r.Sequence, v.GetUp(), v.GetGuest()})
	return nil
}

// fold stores what is fresh, and then how far everything has come.
func (t *tally) fold(ctx context.Context, now time.Time) error {
	t.mu.Lock()
	fresh, seen := t.fresh, t.seen
	t.fresh = make(map[ballot][]cast)
	t.mu.Unlock()
	if len(t.stored) > maxStored {
		clear(t.stored) // read again when they are voted for again
	}
	for b, votes := range fresh {
		if err := t.store(ctx, b, votes); err != nil {
			return err // begin starts anew from the stored position: nothing is lost
		}
	}
	if seen > t.position.value && now.Sub(t.wrote) >= positionEvery {
		t.wrote = now
		return t.move(ctx, seen)
	}
	return nil
}

// store adds votes to a question's sum.
func (t *tally) store(ctx context.Context, b ballot, votes []cast) error {
	key := bus.InRoom(bus.Tallies, b.room, b.question)
	s, ok := t.stored[b]
	for {
		if !ok {
			var err error
			if s, err = t.read(ctx, key, b); err != nil {
				return err
			}
			if s.sequence == 0 {
				if s.tally, err = t.recount(ctx, b, votes[0].sequence); err != nil {
					return err
				}
				if s.tally == nil {
					return nil // the votes are gone: their room was deleted
				}
			}
		}
		next, counted := add(s.tally, votes)
		if counted == 0 && s.sequence > 0 {
			t.stored[b] = s
			return nil
		}
		body, err := proto.Marshal(next)
		if err != nil {
			return fmt.Errorf("tally: %w", err)
		}
		sequence, err := t.bus.Put(ctx, key, body, s.sequence)
		if err == nil {
			t.stored[b] = sum{next, sequence}
			t.meter.folded.Add(ctx, int64(counted))
			return nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
		t.meter.conflicts.Add(ctx, 1)
		ok = false
	}
}

func (t *tally) read(ctx context.Context, key bus.Key, b ballot) (sum, error) {
	record, err := t.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return sum{tally: &eventv1.Tally{Question: b.question}}, nil
	} else if err != nil {
		return sum{}, err
	}
	doc := new(eventv1.Tally)
	if err := proto.Unmarshal(record.Body, doc); err != nil {
		return sum{}, fmt.Errorf("tally: %w", err)
	}
	return sum{doc, record.Sequence}, nil
}

// recount makes a question's first tally from all of its votes, up to and past the first fresh one; nil when that is
// gone. The fresh ones alone would not do: that no tally stands may also mean that it was thrown away, and a sum that
// leaves votes below its upto out would stay wrong for ever.
func (t *tally) recount(ctx context.Context, b ballot, reach uint64) (*eventv1.Tally, error) {
	doc := &eventv1.Tally{Question: b.question}
	filter := bus.AllInRoom(bus.Votes, b.room, b.question)
	for try := 0; ; try++ {
		records, more, err := t.bus.Range(ctx, filter, doc.GetUpto()+1, 1000)
		if err != nil {
			return nil, err
		}
		votes := make([]cast, 0, len(records))
		for _, r := range records {
			v := new(eventv1.Vote)
			if err := proto.Unmarshal(r.Body, v); err != nil {
				continue // take has told
			}
			votes = append(votes, cast{r.Sequence, v.GetUp(), v.GetGuest()})
		}
		doc, _ = add(doc, votes)
		switch {
		case more && len(records) > 0:
		case doc.GetUpto() >= reach:
			return doc, nil
		default: // a replica that lags, or a deleted room: the leader knows
			if _, err := t.bus.At(ctx, bus.Votes, reach); errors.Is(err, bus.ErrNotFound) {
				return nil, nil
			} else if err != nil {
				return nil, err
			}
			if try > maxLag {
				return nil, fmt.Errorf("the votes of a question end at %d, before %d", doc.GetUpto(), reach)
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// add is the pure fold: votes above upto change the sum, each by one.
func add(before *eventv1.Tally, votes []cast) (after *eventv1.Tally, counted int) {
	after = proto.CloneOf(before)
	for _, v := range votes {
		if v.sequence <= after.GetUpto() {
			continue
		}
		counted++
		after.Upto = v.sequence
		switch {
		case v.up:
			after.Votes++
			if v.guest {
				after.Guests++
			}
		case after.GetVotes() > 0:
			after.Votes--
			if v.guest && after.GetGuests() > 0 {
				after.Guests--
			}
		}
	}
	return after, counted
}

// move writes the position; a rival that is ahead is right as well.
func (t *tally) move(ctx context.Context, to uint64) error {
	body, err := proto.Marshal(&eventv1.TallyPosition{Upto: to})
	if err != nil {
		return fmt.Errorf("position of the tallies: %w", err)
	}
	sequence, err := t.bus.Put(ctx, positionKey, body, t.position.sequence)
	if err == nil {
		t.position.value, t.position.sequence = to, sequence
		return nil
	}
	if !errors.Is(err, bus.ErrConflict) {
		return err
	}
	// A rival wrote. What it says is true as well; the farther one stands. If the position is gone, the tallies were thrown
	// away to be rebuilt: the error starts us anew.
	record, err := t.bus.Last(ctx, positionKey)
	if err != nil {
		return err
	}
	var doc eventv1.TallyPosition
	if err := proto.Unmarshal(record.Body, &doc); err != nil {
		return fmt.Errorf("position of the tallies: %w", err)
	}
	t.position.value, t.position.sequence = doc.GetUpto(), record.Sequence
	return nil
}
