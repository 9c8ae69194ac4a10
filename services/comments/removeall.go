package comments

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/lookback"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Bounds of one call of RemovePersonComments, stated in the proto, and how many comments it removes side by side.
const (
	mostLooked   = 100_000
	mostRemoved  = 1_000
	besideOthers = 8
)

// clockSlack is how far the clocks of the store and of a process may be apart.
const clockSlack = 10 * time.Second

// RemovePersonComments removes everything of one person.
func (s *Service) RemovePersonComments(ctx context.Context, r *commentsv1.RemovePersonCommentsRequest) (*commentsv1.RemovePersonCommentsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	answer, err := s.removeAll(ctx, r)
	s.meter.act(ctx, "remove_all", err)
	return answer, err
}

func (s *Service) removeAll(ctx context.Context, r *commentsv1.RemovePersonCommentsRequest) (*commentsv1.RemovePersonCommentsResponse, error) {
	why, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("person", r.GetPerson()), err); err != nil {
		return nil, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	theirs, next, err := s.theirs(ctx, r.GetRoom(), r.GetPerson(), r.GetBeforeSequence())
	if err != nil {
		return nil, err
	}
	for _, f := range theirs {
		if f.comment.GetAuthor().GetRole() > by.GetRole() {
			return nil, fault.New(fault.PermissionDenied, "this person wrote as a %s; ask one", roleNames[f.comment.GetAuthor().GetRole()]).On("person")
		}
	}
	earlier, err := s.removedAtOnce(ctx, r.GetRoom(), r.GetPerson(), by)
	if err != nil {
		return nil, err
	}
	// What waits first: it is in nobody's sight, and a release of it must not come in between.
	held, err := s.rejectAll(ctx, r.GetRoom(), r.GetPerson(), by, why)
	if err != nil {
		return nil, err
	}
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(besideOthers)
	for _, f := range theirs {
		g.Go(func() error { return s.removeOne(inner, r.GetRoom(), f, by) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := s.forgetReports(ctx, r.GetRoom(), earlier); err != nil {
		return nil, err
	}
	if err := s.keepGone(ctx, r.GetRoom(), r.GetPerson()); err != nil {
		return nil, err
	}
	if err := s.keepRejected(ctx, r.GetRoom(), r.GetPerson()); err != nil {
		return nil, err
	}
	removed := uint32(len(theirs) + held)
	s.unpinGone(ctx, r.GetRoom(), func(id string) bool {
		return earlier[id] || slices.ContainsFunc(theirs, func(f found) bool { return f.comment.GetId() == id })
	})
	now := s.clock().UnixMilli()
	if removed > 0 || next == 0 && r.GetBeforeSequence() == 0 {
		err = audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), "remove_person_comments", r.GetPerson(), number(uint64(now))), &eventv1.AuditEntry{
			Actor: by, Action: "remove_person_comments", Target: r.GetPerson(), About: r.GetPerson(), Reason: why, AtMs: now,
		})
	}
	return &commentsv1.RemovePersonCommentsResponse{Removed: removed, Next: next}, err
}

// removedAtOnce are the comments of a person that somebody removed with everything of it a moment ago: by an earlier try, which
// may have been cut short.
func (s *Service) removedAtOnce(ctx context.Context, room, person string, by *eventv1.Author) (map[string]bool, error) {
	gone, _, err := s.removed.since(ctx, room, s.clock().Add(-judge.UndoAgain-clockSlack))
	if err != nil {
		return nil, err
	}
	ids := make(map[string]bool)
	for id, r := range gone {
		if r.GetAll() && r.GetBy() == by.GetPerson() && r.GetAuthor() == person {
			ids[id] = true
		}
	}
	return ids, nil
}

// forgetReports drops the reports of comments that are gone.
func (s *Service) forgetReports(ctx context.Context, room string, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	reported, err := s.bus.Keys(ctx, bus.AllInRoom(bus.State, room, people.ReportsKey))
	if err != nil {
		return fmt.Errorf("look for reports: %w", err)
	}
	for _, key := range reported {
		if id := key[strings.LastIndexByte(key, '.')+1:]; gone[id] {
			if err := people.Forget(ctx, s.bus, room, id, judge.UndoAgain); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepGone erases the copies of what a person took away itself, so that it cannot bring that back.
func (s *Service) keepGone(ctx context.Context, room, person string) error {
	now, err := s.removed.in(ctx, room, s.clock())
	if err != nil {
		return err
	}
	keys, err := s.bus.Keys(ctx, bus.AllInRoom(bus.Held, room, removedKey))
	if err != nil {
		return fmt.Errorf("look for copies: %w", err)
	}
	for chunk := range slices.Chunk(keys, 1000) {
		records, _, err := s.bus.LastMany(ctx, bus.Held, chunk)
		if err != nil {
			return fmt.Errorf("look for copies: %w", err)
		}
		for _, r := range records {
			kept := new(eventv1.Comment)
			if r.Deleted || proto.Unmarshal(r.Body, kept) != nil || kept.GetAuthor().GetPerson() != person {
				continue
			}
			if gone, ok := now.gone[kept.GetId()]; !ok || gone.GetBy() != person {
				continue
			}
			if err := s.copies.eraseOriginals(ctx, room, kept.GetId()); err != nil {
				return err
			}
			if err := s.copies.erase(ctx, room, kept.GetId()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepRejected is keepGone for what waited when its author took it away: it is nobody's to bring back then.
func (s *Service) keepRejected(ctx context.Context, room, person string) error {
	own := func(doc *eventv1.HeldComment) bool {
		return doc.GetState() == eventv1.HeldState_HELD_STATE_REJECTED && doc.GetDecidedBy().GetPerson() == person
	}
	ids, err := s.heldOf(ctx, room, person, own)
	if err != nil {
		return err
	}
	for _, id := range ids {
		_, err := s.decide(ctx, room, id, audit.System(), func(doc *eventv1.HeldComment) (bool, error) { return own(doc), nil })
		if err != nil && !fault.Is(err, fault.CommentNotFound) { // cleared away meanwhile
			return err
		}
	}
	return nil
}

// theirs are a person's comments that stand among the entries below a sequence (0: the newest), and where to go on.
func (s *Service) theirs(ctx context.Context, room, person string, before uint64) (list []found, next uint64, err error) {
	now, err := s.removed.in(ctx, room, s.clock())
	if err != nil {
		return nil, 0, err
	}
	looked := 0
	err = lookback.Walk(ctx, s.bus, bus.InRoom(bus.Log, room), before, func(r bus.Record) bool {
		if looked == mostLooked || len(list) == mostRemoved {
			next = r.Sequence + 1
			return false
		}
		looked++
		if c, err := commentIn(r); err == nil && c.GetAuthor().GetPerson() == person && now.stands(r.Sequence) {
			list = append(list, found{comment: c, sequence: r.Sequence})
		}
		return true
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look for a person's comments: %w", err)
	}
	return list, next, nil
}

// removeOne stores the tombstone of one of many, also of one that its author changes meanwhile.
func (s *Service) removeOne(ctx context.Context, room string, f found, by *eventv1.Author) error {
	for range tries {
		removal, err := s.entomb(ctx, room, f, by, true)
		if err != nil {
			return err
		}
		if removal != nil {
			return people.Forget(ctx, s.bus, room, f.comment.GetId(), judge.UndoAgain)
		}
		if f, err = s.find(ctx, room, f.comment.GetId(), 0, farthest); err != nil {
			return err
		}
		if f.gone != nil {
			return nil
		}
	}
	return fault.New(fault.Unavailable, "the comments are being changed; try again").After(time.Second)
}

// heldOf are the ids of a person's comments that wait, or were decided a moment ago.
func (s *Service) heldOf(ctx context.Context, room, person string, wanted func(*eventv1.HeldComment) bool) (ids []string, err error) {
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.State, room, heldKey))
	if err != nil {
		return nil, fmt.Errorf("look for a person's held comments: %w", err)
	}
	for _, record := range records {
		doc := new(eventv1.HeldComment)
		if err := proto.Unmarshal(record.Body, doc); err != nil {
			return nil, fmt.Errorf("look for a person's held comments: %w", err)
		}
		if doc.GetAuthor().GetPerson() == person && wanted(doc) {
			ids = append(ids, doc.GetId())
		}
	}
	return ids, nil
}

// rejectAll refuses what waits of a person.
func (s *Service) rejectAll(ctx context.Context, room, person string, by *eventv1.Author, why string) (n int, err error) {
	waiting := func(doc *eventv1.HeldComment) bool {
		return doc.GetState() == eventv1.HeldState_HELD_STATE_UNSPECIFIED
	}
	ids, err := s.heldOf(ctx, room, person, waiting)
	for _, id := range ids {
		moved := false
		doc, err := s.decide(ctx, room, id, by, func(doc *eventv1.HeldComment) (bool, error) {
			if moved = waiting(doc); moved {
				doc.State, doc.Answer, doc.All = eventv1.HeldState_HELD_STATE_REJECTED, why, true
			}
			return moved, nil
		})
		if fault.Is(err, fault.CommentNotFound) {
			continue // decided and cleared away meanwhile
		}
		if err == nil && moved {
			n++
			err = s.settleRejected(ctx, room, doc)
		}
		if err != nil {
			return n, err
		}
	}
	return n, err
}

// UndoRemovePersonComments brings back what one removed at once of a person.
func (s *Service) UndoRemovePersonComments(ctx context.Context, r *commentsv1.UndoRemovePersonCommentsRequest) (*commentsv1.UndoRemovePersonCommentsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	n, err := s.undoAll(ctx, r)
	s.meter.act(ctx, "undo_remove_all", err)
	if err != nil {
		return nil, err
	}
	return &commentsv1.UndoRemovePersonCommentsResponse{Restored: n}, nil
}

func (s *Service) undoAll(ctx context.Context, r *commentsv1.UndoRemovePersonCommentsRequest) (restored uint32, err error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("person", r.GetPerson())); err != nil {
		return 0, err
	}
	by, err := s.staff(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return 0, err
	}
	now := s.clock()
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.Held, r.GetRoom(), removedKey))
	if err != nil {
		return 0, fmt.Errorf("look for what was removed of a person: %w", err)
	}
	gone, before, err := s.removed.since(ctx, r.GetRoom(), now.Add(-judge.UndoAgain-clockSlack))
	if err != nil {
		return 0, err
	}
	// Their copies are the sweep's to erase: one takes milliseconds, and they are up to a thousand.
	var mu sync.Mutex
	back := make(map[string]uint64) // where each stands now, by its id; guarded by mu
	newest := uint64(0)             // of the removals that are undone
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(besideOthers)
	for id, one := range before { // by an earlier try, which may have been cut short
		if one.GetAll() && one.GetBy() == by.GetPerson() && one.GetComment().GetAuthor().GetPerson() == r.GetPerson() &&
			now.Sub(time.UnixMilli(one.GetRestoredMs())) <= judge.UndoAgain {
			back[id], newest = one.sequence, max(newest, one.GetRemoval())
		}
	}
	again := slices.Collect(maps.Keys(back))
	for _, id := range again {
		g.Go(func() error { return people.Remember(inner, s.bus, r.GetRoom(), id) })
	}
	for _, record := range records {
		kept := new(eventv1.Comment)
		if err := proto.Unmarshal(record.Body, kept); err != nil {
			return 0, errors.Join(g.Wait(), fmt.Errorf("read a copy: %w", err))
		}
		removal, is := gone[kept.GetId()]
		if kept.GetAuthor().GetPerson() != r.GetPerson() || !is || !removal.GetAll() || removal.GetBy() != by.GetPerson() ||
			now.Sub(time.UnixMilli(removal.GetRemovedMs())) > judge.UndoFor {
			continue
		}
		newest = max(newest, removal.sequence)
		g.Go(func() error {
			sequence, err := s.restore(inner, r.GetRoom(), restoreID(r.GetRoom(), removal.sequence), &eventv1.Restoration{
				Comment: kept, Removal: removal.sequence, By: by.GetPerson(), RestoredMs: now.UnixMilli(), All: true,
			})
			if err != nil {
				return err
			}
			mu.Lock()
			back[kept.GetId()] = sequence
			mu.Unlock()
			return people.Remember(inner, s.bus, r.GetRoom(), kept.GetId())
		})
	}
	err = g.Wait()
	restored = uint32(len(back))
	if err != nil {
		return restored, err
	}
	s.repinBack(ctx, r.GetRoom(), back)
	waits, err := s.holdAgain(ctx, r.GetRoom(), r.GetPerson(), by)
	restored += uint32(len(waits))
	switch {
	case err != nil:
		return restored, err
	case restored == 0:
		return 0, fault.New(fault.UndoExpired, "you removed nothing of this person at once in the last 60 s").On("person")
	}
	id := once.Of("audit", r.GetRoom(), "undo_remove_person_comments", r.GetPerson(), number(newest), strings.Join(waits, ",")) // the same when tried again
	return restored, audit.Write(ctx, s.bus, r.GetRoom(), id,
		&eventv1.AuditEntry{Actor: by, Action: "undo_remove_person_comments", Target: r.GetPerson(), About: r.GetPerson(), AtMs: now.UnixMilli()})
}

// holdAgain puts what was rejected with everything of a person back among what waits, and tells what waits again, also since an
// earlier try: each by its id and revision.
func (s *Service) holdAgain(ctx context.Context, room, person string, by *eventv1.Author) (back []string, err error) {
	rejected := func(doc *eventv1.HeldComment) bool {
		may, _ := s.mayUndecide(doc, by)
		return doc.GetAll() && doc.GetState() == eventv1.HeldState_HELD_STATE_REJECTED && may
	}
	again := func(doc *eventv1.HeldComment) bool {
		_, again := s.mayUndecide(doc, by)
		return doc.GetAll() && again
	}
	ids, err := s.heldOf(ctx, room, person, func(doc *eventv1.HeldComment) bool { return rejected(doc) || again(doc) })
	for _, id := range ids {
		doc, err := s.decide(ctx, room, id, by, func(doc *eventv1.HeldComment) (bool, error) {
			moved := rejected(doc)
			if moved {
				undecide(doc)
				doc.All = true
			}
			return moved, nil
		})
		switch {
		case fault.Is(err, fault.CommentNotFound): // cleared away meanwhile
		case err != nil:
			return back, err
		case again(doc):
			back = append(back, doc.GetId()+" "+number(doc.GetRevision()))
		}
	}
	slices.Sort(back)
	return back, err
}
