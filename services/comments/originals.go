package comments

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// sweepsAnOriginals is after how many sweeps of copies it is looked whether rooms still keep originals: each half minute.
const sweepsAnOriginals = 6

// keepOriginal stores what an edit replaces.
func (c *copies) keepOriginal(ctx context.Context, room string, comment *eventv1.Comment, sequence uint64) error {
	return c.store(ctx, bus.InRoom(bus.Held, room, originalKey, comment.GetId()), once.Of("original", room, number(sequence)), comment)
}

// allOf is what stands on a key: of one comment, or of all of a room.
func (c *copies) allOf(ctx context.Context, key bus.Key) (list []bus.Record, err error) {
	for from, more := uint64(1), true; more; {
		var records []bus.Record
		if records, more, err = c.bus.Range(ctx, key, from, mostCopies); err != nil {
			return nil, fmt.Errorf("look for copies: %w", err)
		}
		if len(records) == 0 {
			return list, nil
		}
		list = append(list, records...)
		from = records[len(records)-1].Sequence + 1
	}
	return list, nil
}

// eraseOriginals erases what edits of a comment replaced, when nothing brings it back any more.
func (c *copies) eraseOriginals(ctx context.Context, room, comment string) error {
	return c.eraseOf(ctx, bus.InRoom(bus.Held, room, originalKey, comment))
}

// eraseOf erases all that a key holds.
func (c *copies) eraseOf(ctx context.Context, key bus.Key) error {
	list, err := c.allOf(ctx, key)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := c.bus.Erase(ctx, bus.Held, r.Sequence); err != nil {
			return fmt.Errorf("erase a copy: %w", err)
		}
	}
	return nil
}

// ofRemoved finds what edits replaced of comments whose last copies are over, one each, and that did not come back. That no copy is
// left is what counts: the time of a removal is that of another process's clock.
func (c *copies) ofRemoved(ctx context.Context, last []tombstone) (list []tombstone, err error) {
	gone := make(map[string]map[string]removed) // by room
	for _, t := range last {
		room, rest, _ := bus.InRoomOf(bus.Held, t.subject)
		comment := strings.TrimPrefix(rest, removedKey+".")
		records, err := c.allOf(ctx, bus.InRoom(bus.Held, room, originalKey, comment))
		if err != nil {
			return nil, err
		}
		if len(records) == 0 {
			continue
		}
		if gone[room] == nil { // the first of the room is its oldest
			if gone[room], _, err = c.removed.since(ctx, room, t.since.Add(-judge.UndoFor-clockSlack)); err != nil {
				return nil, err
			}
		}
		if removal, is := gone[room][comment]; !is || removal.waits() {
			continue // it is back, or a moderator decides about it
		}
		for _, r := range records {
			list = append(list, tombstone{r.Sequence, r.Subject, t.since})
		}
	}
	return list, nil
}

// mayKeepAgain tells whether an undo of the last change has a room keep originals again.
func (c *copies) mayKeepAgain(room *eventv1.Room) bool {
	last := room.GetChange()
	return last.GetBefore().GetSettings().GetKeepOriginals() && c.clock().Sub(time.UnixMilli(last.GetAtMs())) <= judge.UndoFor+clockSlack
}

// sweepOriginals erases what edits replaced in rooms that no longer keep it, once that cannot be taken back any more.
func (c *copies) sweepOriginals(ctx context.Context) error {
	subjects, err := c.bus.Keys(ctx, bus.AllInEveryRoom(bus.Held, originalKey))
	if err != nil {
		return err
	}
	looked := make(map[string]bool)
	var over []tombstone
	for _, subject := range subjects {
		room, _, ok := bus.InRoomOf(bus.Held, subject)
		if !ok || looked[room] {
			continue
		}
		looked[room] = true
		settings, err := judge.Settings(ctx, c.bus, room)
		if fault.Is(err, fault.RoomNotFound) {
			continue // what deletes the room erases it
		}
		if err != nil {
			return err
		}
		if settings.GetSettings().GetKeepOriginals() || c.mayKeepAgain(settings) {
			continue // another sweep looks again
		}
		records, err := c.allOf(ctx, bus.AllInRoom(bus.Held, room, originalKey))
		if err != nil {
			return err
		}
		for _, r := range records {
			over = append(over, tombstone{r.Sequence, r.Subject, c.clock()})
		}
	}
	return c.eraseAll(ctx, over)
}
