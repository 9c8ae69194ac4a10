package questions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bloc"
	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// maxLag is how many readings of a replica that lags are borne with.
const maxLag = 100

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
