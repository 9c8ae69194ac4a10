package questions

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// part gives those questions that were merged into ones that their askers or a moderator took away for good their own
// place back: they are other people's. What is said of them from then on counts.
func (s *Service) part(ctx context.Context, room *eventv1.Room, gone []string) error {
	if len(gone) == 0 {
		return nil
	}
	now, by := s.clock().UnixMilli(), audit.System()
	parted := func(q *eventv1.Question) bool { // by an earlier try, which may have been cut short
		return slices.Contains(gone, q.GetPartedFrom()) && q.GetLastRequest() == partID(room.GetId(), q, q.GetRevision()-1).Message() &&
			now <= doneMs(q)+judge.UndoAgain.Milliseconds()
	}
	theirs, err := s.asked(ctx, room.GetId(), func(q *eventv1.Question) bool { return slices.Contains(gone, q.GetMergedInto()) || parted(q) })
	if err != nil {
		return err
	}
	moved, err := s.moveAll(ctx, room.GetId(), room, theirs, func(q *eventv1.Question) (*eventv1.Question, error) {
		if !slices.Contains(gone, q.GetMergedInto()) {
			return nil, nil
		}
		next := before(q)
		if err := move(next, unmerge, brings{}); err != nil {
			return nil, err
		}
		mark(q, next, by, partID(room.GetId(), q, q.GetRevision()), now)
		return next, nil
	})
	for _, q := range append(slices.DeleteFunc(theirs, func(q *eventv1.Question) bool { return !parted(q) }), moved...) {
		err = errors.Join(err, people.Renew(ctx, s.bus, room.GetId(), q.GetId()))
		act := once.Of("audit", room.GetId(), "part", q.GetId(), strconv.FormatUint(q.GetRevision(), 10))
		err = errors.Join(err, audit.Write(ctx, s.bus, room.GetId(), act, &eventv1.AuditEntry{
			Actor: by, Action: arrows[unmerge].verb, Target: q.GetId(), About: q.GetAuthor().GetPerson(), Reason: "what it was merged into is gone", AtMs: now,
		}))
	}
	return err
}

// partLate is part for a question that was just merged into another, which may have been taken away between the look at it and the
// writing of the link: too late for who took it away to see that.
func (s *Service) partLate(ctx context.Context, room *eventv1.Room, into string) error {
	target, _, err := s.stored(ctx, room.GetId(), into)
	if err != nil || !takenAway(room.GetId(), target) {
		return err
	}
	return s.part(ctx, room, []string{into})
}

// takenAway tells whether a question is gone for good: by its asker, or with everything of that person.
func takenAway(room string, q *eventv1.Question) bool {
	atOnce := removedAtOnce(room, q.GetAuthor().GetPerson(), &eventv1.Author{Person: q.GetLastBy()})
	return q.GetState() == withdrawn || q.GetLastRequest() == atOnce.Message()
}

// partID marks a question that was parted so from a revision of it.
func partID(room string, q *eventv1.Question, revision uint64) once.ID {
	return once.Of("part", room, q.GetId(), strconv.FormatUint(revision, 10))
}

// rejoin merges again what part gave its own place, when the questions that were taken away are back. What somebody moved since
// stays where it is.
func (s *Service) rejoin(ctx context.Context, room *eventv1.Room, back []string) error {
	theirs, err := s.asked(ctx, room.GetId(), func(q *eventv1.Question) bool { return slices.Contains(back, q.GetPartedFrom()) })
	if err != nil {
		return err
	}
	now, by := s.clock().UnixMilli(), audit.System()
	moved, err := s.moveAll(ctx, room.GetId(), room, theirs, func(q *eventv1.Question) (*eventv1.Question, error) {
		into := q.GetPartedFrom()
		if !slices.Contains(back, into) || q.GetLastRequest() != partID(room.GetId(), q, q.GetRevision()-1).Message() {
			return nil, nil
		}
		next := before(q)
		if err := move(next, merge, brings{into: into}); err != nil {
			return nil, err
		}
		if err := s.lockTarget(ctx, room.GetId(), into, q.GetState()); fault.Is(err, fault.WrongState) { // it does not stand for itself any more
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		next.PartedFrom = ""
		mark(q, next, by, once.Of("rejoin", room.GetId(), q.GetId(), strconv.FormatUint(q.GetRevision(), 10)), now)
		return next, nil
	})
	for _, q := range moved {
		err = errors.Join(err, people.Forget(ctx, s.bus, room.GetId(), q.GetId(), judge.UndoAgain))
		act := once.Of("audit", room.GetId(), "rejoin", q.GetId(), strconv.FormatUint(q.GetRevision(), 10))
		err = errors.Join(err, audit.Write(ctx, s.bus, room.GetId(), act, &eventv1.AuditEntry{
			Actor: by, Action: arrows[merge].verb, Target: q.GetId(), About: q.GetAuthor().GetPerson(), Reason: "what it was merged into is back", AtMs: now,
		}))
		err = errors.Join(err, s.partLate(ctx, room, q.GetMergedInto()))
	}
	return err
}
