package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
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
)

// tally adds votes up. It follows the votes stream in order and compare-and-sets each question's sum together with the
// sequence up to which votes are in it, so that a crash, a rival, a restart or a retry changes nothing: a vote at or below
// that sequence is skipped.
type tally struct {
	// static
	bus   *bus.Bus
	log   *slog.Logger
	meter meters

	mu        sync.Mutex
	fresh     map[ballot][]cast // votes not yet in a stored sum, in order; guarded by mu
	seen      uint64            // every vote up to it was taken in; guarded by mu
	merges    map[string]uint64 // rooms in which questions were merged or parted, with the last position; guarded by mu
	seenLinks uint64            // every question up to it was looked at; guarded by mu

	// owned by fold
	stored   map[ballot]sum
	position struct{ value, links, sequence uint64 }
	wrote    time.Time
}

// ballot is one question of one room.
type ballot struct{ room, question string }

// cast is one vote's effect.
type cast struct {
	sequence uint64
	question string
	person   string
	up       bool
	guest    bool
	first    bool   // the person's first one for the question
	network  uint64 // it came from; 0 when that is not known
	apart    bool   // it counts for nobody
}

// sum is a stored tally and the sequence of its document; with its people, once they were needed, where others were
// merged into it.
type sum struct {
	tally    *eventv1.Tally
	sequence uint64
	people   *electors
}

func newTally(b *bus.Bus, log *slog.Logger, m meters) *tally {
	return &tally{bus: b, log: log, meter: m, fresh: make(map[ballot][]cast), merges: make(map[string]uint64), stored: make(map[ballot]sum)}
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
		return t.bus.Consume(ctx, bus.AllInEveryRoom(bus.State, "q"), t.position.links+1, false, t.takeQuestion)
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
	clear(t.merges)
	t.seen, t.seenLinks = 0, 0
	t.mu.Unlock()
	clear(t.stored)
	t.wrote = time.Time{}
	t.position.value, t.position.links, t.position.sequence = 0, 0, 0
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
	t.position.value, t.position.links, t.position.sequence = doc.GetUpto(), doc.GetLinksUpto(), record.Sequence
	return nil
}

func (t *tally) take(r bus.Record) error {
	room, rest, ok := bus.InRoomOf(bus.Votes, r.Subject)
	v, whole := castOf(r)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen = r.Sequence
	if !whole {
		if ok && rest != "" {
			t.log.Error("a vote cannot be read; it is not counted", "sequence", r.Sequence)
		}
		return nil
	}
	b := ballot{room, v.question}
	t.fresh[b] = append(t.fresh[b], v)
	return nil
}

// takeQuestion looks whether a question was merged or parted.
func (t *tally) takeQuestion(r bus.Record) error {
	room, _, ok := bus.InRoomOf(bus.State, r.Subject)
	q := new(eventv1.Question)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seenLinks = r.Sequence
	if ok && proto.Unmarshal(r.Body, q) == nil && (q.GetMergedInto() != "" || q.GetPartedFrom() != "") {
		t.merges[room] = r.Sequence
	}
	return nil
}

// fold stores what is fresh, and then how far everything has come.
func (t *tally) fold(ctx context.Context, now time.Time) error {
	t.mu.Lock()
	fresh, seen, merges, seenLinks := t.fresh, t.seen, t.merges, t.seenLinks
	t.fresh, t.merges = make(map[ballot][]cast), make(map[string]uint64)
	t.mu.Unlock()
	if len(t.stored) > maxStored {
		clear(t.stored) // read again when they are voted for again
	}
	// Whatever fails, begin starts anew from the stored position: nothing is lost.
	for room, position := range merges {
		if err := t.relink(ctx, room, position); err != nil {
			return err
		}
	}
	groups := make(map[ballot][]cast) // votes by the questions that have others merged into them
	for b, votes := range fresh {
		s, err := t.store(ctx, b, votes)
		if err != nil {
			return err
		}
		if len(s.tally.GetMembers()) > 0 {
			groups[b] = append(groups[b], votes...)
		}
		for _, q := range s.tally.GetCountsIn() {
			above := ballot{b.room, q}
			groups[above] = append(groups[above], votes...)
		}
	}
	for b, votes := range groups {
		slices.SortFunc(votes, func(a, b cast) int { return cmp.Compare(a.sequence, b.sequence) })
		if err := t.storeGroup(ctx, b, votes); err != nil {
			return err
		}
	}
	if (seen > t.position.value || seenLinks > t.position.links) && now.Sub(t.wrote) >= positionEvery {
		t.wrote = now
		return t.move(ctx, max(seen, t.position.value), max(seenLinks, t.position.links))
	}
	return nil
}

// move writes the position; a rival that is ahead is right as well.
func (t *tally) move(ctx context.Context, votes, links uint64) error {
	body, err := proto.Marshal(&eventv1.TallyPosition{Upto: votes, LinksUpto: links})
	if err != nil {
		return fmt.Errorf("position of the tallies: %w", err)
	}
	sequence, err := t.bus.Put(ctx, positionKey, body, t.position.sequence)
	if err == nil {
		t.position.value, t.position.links, t.position.sequence = votes, links, sequence
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
	t.position.value, t.position.links, t.position.sequence = doc.GetUpto(), doc.GetLinksUpto(), record.Sequence
	return nil
}
