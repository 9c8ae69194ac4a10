package comments

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/once"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// How many log entries are searched for a comment whose sequence the caller does not know.
const (
	farthest      = 50_000
	farthestReply = 5_000 // anybody may ask for that one
)

// found is a comment where it stands, or its removal when it is removed.
type found struct {
	comment  *eventv1.Comment
	sequence uint64
	restored *eventv1.Restoration // the undo of a removal, where that is the last word
	gone     *removed
}

// find gives a comment as it stands now.
func (s *Service) find(ctx context.Context, room, id string, hint uint64, most int) (found, error) {
	now, err := s.removed.in(ctx, room, s.clock())
	if err != nil {
		return found{}, err
	}
	if gone, ok := now.gone[id]; ok {
		return found{gone: &gone}, nil
	}
	key := bus.InRoom(bus.Log, room)
	if hint > 0 && now.stands(hint) {
		record, err := s.bus.At(ctx, bus.Log, hint)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return found{}, fmt.Errorf("find a comment: %w", err)
		}
		if err == nil && record.Subject == key.Subject {
			if c, err := commentIn(record); err == nil && c.GetId() == id {
				return found{comment: c, sequence: hint}, nil // restored is for those who have no hint
			}
		}
		// A wrong hint, or erased since: the log tells.
	}
	var f found
	seen := 0
	err = lookback.Walk(ctx, s.bus, key, 0, func(record bus.Record) bool { // newest first: the first word on it is the last
		var entry eventv1.LogEntry
		if proto.Unmarshal(record.Body, &entry) == nil {
			if entry.GetRemoval().GetComment() == id {
				f.gone = &removed{entry.GetRemoval(), record.Sequence}
			} else if c := commentOf(&entry, record.Sequence); c.GetId() == id {
				f.comment, f.sequence, f.restored = c, record.Sequence, restoredBy(room, &entry, record)
			}
		}
		seen++
		return f.comment == nil && f.gone == nil && seen < most
	})
	switch {
	case err != nil:
		return found{}, fmt.Errorf("find a comment: %w", err)
	case f.comment == nil && f.gone == nil:
		return found{}, fault.New(fault.CommentNotFound, "there is no such comment among the room's last %d", most).On("comment")
	}
	return f, nil
}

// standing is find for those who can do nothing with a removed one.
func (s *Service) standing(ctx context.Context, room, id string, hint uint64, most int) (*eventv1.Comment, uint64, error) {
	f, err := s.find(ctx, room, id, hint, most)
	if err == nil && f.gone != nil {
		err = fault.New(fault.CommentNotFound, "that comment was removed").On("comment")
	}
	return f.comment, f.sequence, err
}

// commentIn reads the comment of a log entry; an entry that holds none gives nil.
func commentIn(r bus.Record) (*eventv1.Comment, error) {
	entry := new(eventv1.LogEntry)
	if err := proto.Unmarshal(r.Body, entry); err != nil {
		return nil, fmt.Errorf("log entry %d: %w", r.Sequence, err)
	}
	return commentOf(entry, r.Sequence), nil
}

// commentOf is the comment of an entry, with its place.
func commentOf(entry *eventv1.LogEntry, sequence uint64) *eventv1.Comment {
	var c *eventv1.Comment
	switch body := entry.GetBody().(type) {
	case *eventv1.LogEntry_Comment:
		c = body.Comment
	case *eventv1.LogEntry_Edit:
		c = body.Edit.GetComment()
	case *eventv1.LogEntry_Restoration:
		c = body.Restoration.GetComment()
	}
	if c != nil && c.GetPlace() == 0 {
		c.Place = sequence
	}
	return c
}

// tries bounds how often somebody who was overtaken looks again.
const tries = 4

// overrule appends an entry that overrules the one at a sequence. Of an edit and a removal at once the store takes the
// first: both have the same message id. was is what stands there already, nil when ours was the first. The eraser is given
// notice before, so that nothing can come between an entry and its erasing; what comes too late for it is not sent.
func (s *Service) overrule(ctx context.Context, room string, target uint64, entry *eventv1.LogEntry) (sequence uint64, was *eventv1.LogEntry, err error) {
	ctx, cancel := context.WithTimeout(ctx, overruleWithin)
	defer cancel()
	body, err := proto.Marshal(entry)
	if err != nil {
		return 0, nil, err
	}
	if err := give(ctx, s.bus, room, target); err != nil {
		return 0, nil, err
	}
	erases := number(target)
	stored, err := s.bus.Append(ctx, bus.InRoom(bus.Log, room), once.Of("overrule", room, erases).Message(), body,
		bus.Header{Name: bus.ErasesHeader, Value: erases})
	if err != nil || !stored.Duplicate {
		return stored.Sequence, nil, err
	}
	was = new(eventv1.LogEntry)
	record, err := s.bus.At(ctx, bus.Log, stored.Sequence)
	if errors.Is(err, bus.ErrNotFound) {
		return stored.Sequence, was, nil // an edit that was overruled and erased itself
	}
	if err != nil {
		return 0, nil, err
	}
	return stored.Sequence, was, proto.Unmarshal(record.Body, was)
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }
