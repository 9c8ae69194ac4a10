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

	"github.com/ovation-live/ovation/internal/bloc"
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

// store adds votes to a question's sum. One that others were merged into is left to storeGroup.
func (t *tally) store(ctx context.Context, b ballot, votes []cast) (sum, error) {
	key := bus.InRoom(bus.Tallies, b.room, b.question)
	s, ok := t.stored[b]
	for {
		if !ok {
			var err error
			if s, err = t.read(ctx, key, b); err != nil {
				return s, err
			}
			if s.sequence == 0 {
				if s.tally, err = t.recount(ctx, b, votes[0].sequence); err != nil || s.tally == nil {
					return s, err // nil: the votes are gone, since their room was deleted
				}
			}
		}
		if len(s.tally.GetMembers()) > 0 {
			return s, nil
		}
		next, counted := add(s.tally, votes)
		if counted == 0 && s.sequence > 0 {
			t.stored[b] = s
			return s, nil
		}
		var err error
		if s, err = t.put(ctx, key, b, s, next, counted); !errors.Is(err, bus.ErrConflict) {
			return s, err
		}
		ok = false
	}
}

// storeGroup adds votes, in order, to the sum of a question that others were merged into: votes on it and on them.
func (t *tally) storeGroup(ctx context.Context, b ballot, votes []cast) error {
	key := bus.InRoom(bus.Tallies, b.room, b.question)
	s, ok := t.stored[b]
	for try := 0; ; try++ {
		if !ok {
			fresh, err := t.read(ctx, key, b)
			if err != nil {
				return err
			}
			if slices.Equal(fresh.tally.GetMembers(), s.tally.GetMembers()) {
				fresh.people = s.people // who they are is the same, whoever wrote
			}
			s = fresh
		}
		if len(s.tally.GetMembers()) == 0 {
			// What is remembered is from before others were merged into it, or from before they were parted from it again: of
			// these votes those on itself are left.
			ok = false
			if try == 0 {
				if err := t.relink(ctx, b.room, 0); err != nil {
					return err
				}
				s = t.stored[b]
				continue
			}
			delete(t.stored, b)
			own := slices.DeleteFunc(slices.Clone(votes), func(v cast) bool { return v.question != b.question })
			if len(own) == 0 {
				return nil
			}
			alone, err := t.store(ctx, b, own)
			if err != nil || len(alone.tally.GetMembers()) == 0 {
				return err
			}
			continue // merged once more
		}
		if s.people == nil {
			var err error
			if s.people, err = t.electorate(ctx, b.room, append([]string{b.question}, s.tally.GetMembers()...)); err != nil {
				return err
			}
		}
		for _, v := range votes {
			if v.question == b.question || slices.Contains(s.tally.GetMembers(), v.question) {
				s.people.cast(v)
			}
		}
		t.stored[b] = s
		if s.people.upto <= s.tally.GetUpto() {
			return nil
		}
		next := proto.CloneOf(s.tally)
		next.Votes, next.Guests, next.Upto, next.Origins = s.people.votes, s.people.guests, s.people.upto, proto.CloneOf(s.people.origins)
		var err error
		if s, err = t.put(ctx, key, b, s, next, len(votes)); !errors.Is(err, bus.ErrConflict) {
			return err
		}
		ok = false
	}
}

// put writes a sum in place of the one that was read.
func (t *tally) put(ctx context.Context, key bus.Key, b ballot, s sum, next *eventv1.Tally, counted int) (sum, error) {
	body, err := proto.Marshal(next)
	if err != nil {
		return s, fmt.Errorf("tally: %w", err)
	}
	sequence, err := t.bus.Put(ctx, key, body, s.sequence)
	switch {
	case errors.Is(err, bus.ErrConflict):
		t.meter.conflicts.Add(ctx, 1)
		return s, err
	case err != nil:
		return s, err
	}
	t.meter.folded.Add(ctx, int64(counted))
	s = sum{next, sequence, s.people}
	t.stored[b] = s
	return s, nil
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
	return sum{tally: doc, sequence: record.Sequence}, nil
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
			if v, ok := castOf(r); ok { // take has told of others
				votes = append(votes, v)
			}
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
		case v.apart:
		case v.up:
			after.Votes++
			if v.guest {
				after.Guests++
			}
			if v.first {
				after.Origins = bloc.Add(after.GetOrigins(), v.network)
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
