package comments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Keys below a room in the held stream.
const (
	removedKey  = "rm" // what was removed, for its undo
	originalKey = "ed" // what was edited, as long as its comment stands and the room keeps it
)

// sweepEvery is how often copies are looked at: one is gone at most that long after its time.
const sweepEvery = 5 * time.Second

// mostCopies bounds what a sweep reads of one comment; the next one goes on.
const mostCopies = 100

// copies keeps what was removed for as long as it can be undone, and erases it then. Replicas do the same work side by
// side.
type copies struct {
	// static
	bus     *bus.Bus
	log     *slog.Logger
	clock   func() time.Time
	removed *removals

	// owned by the goroutine that sweeps
	pace pace
}

// keep stores a copy of a comment for the undo of a removal. Each try of that has its own: the copy of one that was cut short is too
// old for the next.
func (c *copies) keep(ctx context.Context, room string, comment *eventv1.Comment, removal *eventv1.Removal) error {
	id := once.Of("copy", room, number(removal.GetSequence()), number(uint64(removal.GetRemovedMs())))
	return c.store(ctx, bus.InRoom(bus.Held, room, removedKey, comment.GetId()), id, comment)
}

func (c *copies) store(ctx context.Context, k bus.Key, id once.ID, comment *eventv1.Comment) error {
	body, err := proto.Marshal(comment)
	if err != nil {
		return err
	}
	_, err = c.bus.Append(ctx, k, id.Message(), body)
	return err
}

// erase erases every copy of a removed comment.
func (c *copies) erase(ctx context.Context, room, comment string) error {
	return c.eraseOf(ctx, bus.InRoom(bus.Held, room, removedKey, comment))
}

// last is the newest copy of a removed comment; nil when its time is over.
func (c *copies) last(ctx context.Context, room, comment string) (*eventv1.Comment, uint64, error) {
	record, err := c.bus.Last(ctx, bus.InRoom(bus.Held, room, removedKey, comment))
	if errors.Is(err, bus.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read a copy: %w", err)
	}
	kept := new(eventv1.Comment)
	if err := proto.Unmarshal(record.Body, kept); err != nil {
		return nil, 0, fmt.Errorf("read a copy: %w", err)
	}
	return kept, record.Sequence, nil
}

func (c *copies) run(ctx context.Context) error {
	for n := 0; pause.For(ctx, sweepEvery); n++ {
		if err := c.sweep(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("copies of removed comments could not be erased yet", "error", err)
		}
		if n%sweepsAnOriginals != 0 {
			continue
		}
		if err := c.sweepOriginals(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("what edits replaced could not be erased yet", "error", err)
		}
	}
	return ctx.Err()
}

// sweep erases every copy whose time is over, and with the last way back to a comment what edits of it replaced.
func (c *copies) sweep(ctx context.Context) error {
	subjects, err := c.bus.Keys(ctx, bus.AllInEveryRoom(bus.Held, removedKey))
	if err != nil {
		return err
	}
	var over, last []tombstone // last are those after which none of the comment is left
	for _, subject := range subjects {
		records, more, err := c.bus.Range(ctx, bus.Key{Stream: bus.Held, Subject: subject}, 1, mostCopies)
		if err != nil {
			return err
		}
		for i, r := range records {
			if c.clock().Sub(r.Time) < judge.UndoFor {
				break // and those after it
			}
			t := tombstone{r.Sequence, r.Subject, r.Time.Add(judge.UndoFor)}
			if over = append(over, t); i == len(records)-1 && !more {
				last = append(last, t)
			}
		}
	}
	for _, list := range [][]tombstone{over, last} {
		slices.SortFunc(list, func(a, b tombstone) int { return cmp.Compare(a.sequence, b.sequence) })
	}
	originals, err := c.ofRemoved(ctx, last)
	if err != nil {
		return err
	}
	return c.eraseAll(ctx, append(originals, over...)) // the copies last: they are what tells of the originals
}

// eraseAll erases entries, oldest first, at the pace of the stream.
func (c *copies) eraseAll(ctx context.Context, over []tombstone) error {
	for i, t := range over {
		if err := c.pace.take(ctx, apartFor(c.clock(), over[i:]), func() error { return c.bus.Erase(ctx, bus.Held, t.sequence) }); err != nil {
			return err
		}
	}
	return nil
}
