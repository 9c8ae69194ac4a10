package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// links is which question of a room was merged into which, as of a position of the state stream.
type links struct {
	into map[string]string
	upto uint64
}

// above are the questions that one counts in, the nearest first.
func (l links) above(question string) (list []string) {
	for at := l.into[question]; at != "" && !slices.Contains(list, at); at = l.into[at] {
		list = append(list, at)
	}
	return list
}

// below are the questions that count in one, sorted.
func (l links) below(question string) (list []string) {
	for q := range l.into {
		if slices.Contains(l.above(q), question) {
			list = append(list, q)
		}
	}
	slices.Sort(list)
	return list
}

// linksOf is what a room's documents say.
func linksOf(all []*eventv1.Question) links {
	l := links{into: make(map[string]string)}
	for _, q := range all {
		if q.GetMergedInto() != "" {
			l.into[q.GetId()] = q.GetMergedInto()
		}
	}
	return l
}

// readLinks reads a room's links from the store, as of at least a position.
func (t *tally) readLinks(ctx context.Context, room string, least uint64) (links, error) {
	for try := 0; ; try++ {
		keys, err := t.bus.Keys(ctx, bus.AllInRoom(bus.State, room, "q"))
		if err != nil {
			return links{}, err
		}
		var all []*eventv1.Question
		position := least
		for chunk := range slices.Chunk(keys, 1000) {
			records, upTo, err := t.bus.LastMany(ctx, bus.State, chunk)
			if err != nil {
				return links{}, err
			}
			position = min(cmp.Or(position, upTo), upTo)
			for _, r := range records {
				if r.Deleted {
					continue
				}
				q, err := decode(r.Body)
				if err != nil {
					return links{}, err
				}
				all = append(all, q)
			}
		}
		if position >= least {
			l := linksOf(all)
			l.upto = position
			return l, nil
		}
		if try > maxLag { // a replica that lags
			return links{}, fmt.Errorf("the documents of a room end at %d, before %d", position, least)
		}
		select {
		case <-ctx.Done():
			return links{}, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// relink brings a room's tallies in line with its links as of at least a position: each question's tally says which
// others count in it and which it counts in, and has the people of all of them. What is so already is left alone, so that
// doing it twice, or by two processes at once, changes nothing. Those that count in others come first: a vote that is
// added meanwhile finds out where else it belongs, or is in what is counted after.
func (t *tally) relink(ctx context.Context, room string, least uint64) error {
	l, err := t.readLinks(ctx, room, least)
	if err != nil {
		return err
	}
	records, err := t.bus.ReadAll(ctx, bus.AllInRoom(bus.Tallies, room))
	if err != nil {
		return err
	}
	concerned := make(map[string]bool)
	for q, into := range l.into {
		concerned[q], concerned[into] = true, true
	}
	for _, r := range records {
		doc := new(eventv1.Tally)
		if proto.Unmarshal(r.Body, doc) != nil {
			continue
		}
		if len(doc.GetMembers())+len(doc.GetCountsIn()) > 0 {
			concerned[doc.GetQuestion()] = true
		}
		if b := (ballot{room, doc.GetQuestion()}); t.stored[b].sequence != r.Sequence { // another process wrote, and may have linked
			delete(t.stored, b)
		}
	}
	list := make([]string, 0, len(concerned))
	for q := range concerned {
		list = append(list, q)
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(l.above(b)), len(l.above(a))), cmp.Compare(a, b))
	})
	for _, q := range list {
		if err := t.linkOne(ctx, ballot{room, q}, l); err != nil {
			return err
		}
	}
	return nil
}

// linkOne brings one tally in line.
func (t *tally) linkOne(ctx context.Context, b ballot, l links) error {
	key := bus.InRoom(bus.Tallies, b.room, b.question)
	members, countsIn := l.below(b.question), l.above(b.question)
	for {
		s, err := t.read(ctx, key, b)
		if err != nil {
			return err
		}
		if s.tally.GetLinksUpto() > l.upto || slices.Equal(s.tally.GetMembers(), members) && slices.Equal(s.tally.GetCountsIn(), countsIn) {
			return nil
		}
		who, err := t.electorate(ctx, b.room, append([]string{b.question}, members...))
		if err != nil {
			return err
		}
		doc := &eventv1.Tally{
			Question: b.question, Votes: who.votes, Guests: who.guests, Upto: who.upto, Members: members, CountsIn: countsIn, LinksUpto: l.upto,
			Origins: proto.CloneOf(who.origins),
		}
		body, err := proto.Marshal(doc)
		if err != nil {
			return fmt.Errorf("tally: %w", err)
		}
		sequence, err := t.bus.Put(ctx, key, body, s.sequence)
		if err == nil {
			next := sum{tally: doc, sequence: sequence}
			if len(members) > 0 {
				next.people = who
			}
			t.stored[b] = next
			return nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
}

// electorate counts everybody who votes for one of the questions, up to the present end of the votes stream.
func (t *tally) electorate(ctx context.Context, room string, questions []string) (*electors, error) {
	end, err := t.bus.LastSequence(ctx, bus.Votes)
	if err != nil {
		return nil, err
	}
	return electorate(ctx, t.bus, room, questions, end)
}

// electorate counts everybody who votes for one of the questions, up to a sequence of the votes stream. All are cut at
// the same one: a vote between two readings would be in neither otherwise. The leader says how many votes there are, so
// that a replica that lags is waited for.
func electorate(ctx context.Context, b *bus.Bus, room string, questions []string, end uint64) (*electors, error) {
	who := newElectors()
	for _, q := range questions {
		filter := bus.AllInRoom(bus.Votes, room, q)
		expected, err := b.Total(ctx, filter)
		if err != nil {
			return nil, err
		}
		var have, next uint64 = 0, 1
		for try := 0; have < expected; {
			records, _, err := b.Range(ctx, filter, next, 1000)
			if err != nil {
				return nil, err
			}
			for _, r := range records {
				have, next = have+1, r.Sequence+1
				if v, ok := castOf(r); ok && r.Sequence <= end {
					who.change(v)
				}
			}
			if len(records) > 0 {
				continue
			}
			if try++; try > maxLag {
				return nil, fmt.Errorf("%d votes of a question can be read, of %d", have, expected)
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	who.upto = end
	return who, nil
}

// castOf reads a vote; false for what is none.
func castOf(r bus.Record) (cast, bool) {
	_, rest, ok := bus.InRoomOf(bus.Votes, r.Subject)
	question, person, hasPerson := cut(rest)
	v := new(eventv1.Vote)
	if !ok || !hasPerson || proto.Unmarshal(r.Body, v) != nil {
		return cast{}, false
	}
	return cast{sequence: r.Sequence, question: question, person: person, up: v.GetUp(), guest: v.GetGuest(), first: v.GetChange() == 1, network: v.GetNetwork(), apart: v.GetApart()}, true
}
