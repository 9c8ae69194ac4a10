package questions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// besideOthers is how many questions one call moves side by side.
const besideOthers = 8

// RemovePersonQuestions takes every question of one person out of the audience's sight.
func (s *Service) RemovePersonQuestions(ctx context.Context, r *questionsv1.RemovePersonQuestionsRequest) (*questionsv1.RemovePersonQuestionsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	n, err := s.removeAll(ctx, r)
	s.meter.step(ctx, "remove_person_questions", err)
	if err != nil {
		return nil, err
	}
	return &questionsv1.RemovePersonQuestionsResponse{Removed: n}, nil
}

func (s *Service) removeAll(ctx context.Context, r *questionsv1.RemovePersonQuestionsRequest) (uint32, error) {
	why, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err != nil {
		return 0, err
	}
	room, by, err := s.staff(ctx, r.GetRoom(), r.GetPerson(), r.GetActor())
	if err != nil {
		return 0, err
	}
	theirs, err := s.asked(ctx, r.GetRoom(), func(q *eventv1.Question) bool { return q.GetAuthor().GetPerson() == r.GetPerson() })
	if err != nil {
		return 0, err
	}
	for _, q := range theirs {
		if q.GetAuthor().GetRole() > by.GetRole() {
			return 0, fault.New(fault.PermissionDenied, "this person asked with a higher role than yours; ask somebody who has it").On("person")
		}
	}
	now, act := s.clock().UnixMilli(), removedAtOnce(r.GetRoom(), r.GetPerson(), by)
	moved, err := s.moveAll(ctx, r.GetRoom(), room, theirs, func(q *eventv1.Question) (*eventv1.Question, error) {
		was := before(q)
		if was.GetState() == merged { // else it would come back with what it was merged into
			if err := move(was, unmerge, brings{}); err != nil {
				return nil, err
			}
		}
		to := questionsv1.StepQuestionRequest_STEP_ARCHIVE
		switch was.GetState() {
		case pending:
			to = reject
		case open, answering, answered:
		default:
			return nil, nil
		}
		next := proto.CloneOf(was)
		if err := move(next, to, brings{nowMs: now, reason: why}); err != nil {
			return nil, err
		}
		next.Undo = was // of a merged one: as it stood by itself
		mark(q, next, by, act, now)
		return next, nil
	})
	if err != nil {
		return uint32(len(moved)), err
	}
	// An earlier try may have been cut short behind what it moved: done twice it is the same, and stands in the trail once.
	gone := make([]string, 0, len(theirs))
	times := make(map[int64]bool)
	for _, q := range append(theirs, moved...) {
		if q.GetLastRequest() != act.Message() || now > doneMs(q)+judge.UndoAgain.Milliseconds() {
			continue
		}
		if err := people.Forget(ctx, s.bus, r.GetRoom(), q.GetId(), judge.UndoAgain); err != nil {
			return uint32(len(moved)), err
		}
		gone = append(gone, q.GetId())
		times[doneMs(q)] = true
	}
	if err := s.part(ctx, room, gone); err != nil {
		return uint32(len(moved)), err
	}
	for at := range times {
		if err := s.tellAll(ctx, r.GetRoom(), r.GetPerson(), "remove_person_questions", by, why, at); err != nil {
			return uint32(len(moved)), err
		}
	}
	return uint32(len(moved)), nil
}

// UndoRemovePersonQuestions takes back what one removed at once of a person.
func (s *Service) UndoRemovePersonQuestions(ctx context.Context, r *questionsv1.UndoRemovePersonQuestionsRequest) (*questionsv1.UndoRemovePersonQuestionsResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	n, err := s.undoAll(ctx, r)
	s.meter.step(ctx, "undo_remove_person_questions", err)
	if err != nil {
		return nil, err
	}
	return &questionsv1.UndoRemovePersonQuestionsResponse{Restored: n}, nil
}

func (s *Service) undoAll(ctx context.Context, r *questionsv1.UndoRemovePersonQuestionsRequest) (uint32, error) {
	room, by, err := s.staff(ctx, r.GetRoom(), r.GetPerson(), r.GetActor())
	if err != nil {
		return 0, err
	}
	theirs, err := s.asked(ctx, r.GetRoom(), func(q *eventv1.Question) bool { return q.GetAuthor().GetPerson() == r.GetPerson() })
	if err != nil {
		return 0, err
	}
	now, act := s.clock().UnixMilli(), removedAtOnce(r.GetRoom(), r.GetPerson(), by)
	undone := once.Of("undo", act.Message())
	moved, err := s.moveAll(ctx, r.GetRoom(), room, theirs, func(q *eventv1.Question) (*eventv1.Question, error) {
		if q.GetLastRequest() != act.Message() || now > q.GetUndoUntilMs() {
			return nil, nil
		}
		next, err := takenBack(q, by.GetPerson(), false, now)
		if err != nil {
			return nil, err
		}
		mark(q, next, by, undone, now)
		return next, nil
	})
	for _, q := range theirs { // an earlier try may have been cut short
		if q.GetLastRequest() == undone.Message() && now <= doneMs(q)+judge.UndoAgain.Milliseconds() {
			moved = append(moved, q)
		}
	}
	n := uint32(len(moved))
	switch {
	case err != nil:
		return n, err
	case n == 0:
		return 0, fault.New(fault.UndoExpired, "you removed no questions of this person at once in the last 60 s").On("person")
	}
	back := make([]string, 0, n)
	times := make(map[int64]bool)
	for _, q := range moved {
		if err := people.Remember(ctx, s.bus, r.GetRoom(), q.GetId()); err != nil {
			return n, err
		}
		back = append(back, q.GetId())
		times[doneMs(q)] = true
	}
	if err := s.rejoin(ctx, room, back); err != nil {
		return n, err
	}
	for at := range times { // told twice it stands there once
		if err := s.tellAll(ctx, r.GetRoom(), r.GetPerson(), "undo_remove_person_questions", by, "", at); err != nil {
			return n, err
		}
	}
	return n, nil
}

// doneMs is when the last act on a question was done that could be taken back.
func doneMs(q *eventv1.Question) int64 { return q.GetUndoUntilMs() - judge.UndoFor.Milliseconds() }

// staff is who acts on all questions of a person; no less than a moderator.
func (s *Service) staff(ctx context.Context, room, person string, actor *roomsv1.Actor) (*eventv1.Room, *eventv1.Author, error) {
	if err := errors.Join(text.RoomID(room), text.ItemID("person", person)); err != nil {
		return nil, nil, err
	}
	who, err := auth.Acting(ctx, room, actor)
	if err != nil {
		return nil, nil, err
	}
	if !who.Role.AtLeast(auth.Moderator) {
		return nil, nil, fault.New(fault.PermissionDenied, "only a moderator or host may do that")
	}
	_, settings, err := s.judge.Room(ctx, room, nil)
	if err != nil {
		return nil, nil, err
	}
	by, err := judge.Author(settings, who)
	return settings, by, err
}

// removedAtOnce marks questions that one moderator removed at once of a person, as the request of their last step.
func removedAtOnce(room, person string, by *eventv1.Author) once.ID {
	return once.Of("remove_person_questions", room, person, by.GetPerson())
}

// mark makes what a question has become the next revision of it, by somebody's act, that can be taken back.
func mark(q, next *eventv1.Question, by *eventv1.Author, act once.ID, nowMs int64) {
	next.Revision, next.UndoUntilMs = q.GetRevision()+1, nowMs+judge.UndoFor.Milliseconds()
	next.LastRequest, next.LastBy = act.Message(), by.GetPerson()
}

// asked are all questions that are wanted, read from the store: one that was asked a moment ago is among them.
func (s *Service) asked(ctx context.Context, room string, wanted func(*eventv1.Question) bool) (list []*eventv1.Question, err error) {
	records, err := s.bus.ReadAll(ctx, bus.AllInRoom(bus.State, room, "q"))
	if err != nil {
		return nil, fmt.Errorf("look for questions: %w", err)
	}
	for _, record := range records {
		q, err := decode(record.Body)
		if err != nil {
			return nil, err
		}
		if wanted(q) {
			list = append(list, q)
		}
	}
	return list, nil
}

// moveAll changes questions side by side, each by compare-and-set, and gives those that it has changed, as they are now.
// to gives what one becomes from where it stands then; nil leaves it.
func (s *Service) moveAll(ctx context.Context, id string, room *eventv1.Room, list []*eventv1.Question, to func(*eventv1.Question) (*eventv1.Question, error)) ([]*eventv1.Question, error) {
	all := make([]*eventv1.Question, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(besideOthers)
	for i, q := range list {
		g.Go(func() (err error) {
			all[i], err = s.moveOne(ctx, id, room, q.GetId(), to)
			return err
		})
	}
	err := g.Wait()
	return slices.DeleteFunc(all, func(q *eventv1.Question) bool { return q == nil }), err
}

func (s *Service) moveOne(ctx context.Context, id string, room *eventv1.Room, question string, to func(*eventv1.Question) (*eventv1.Question, error)) (*eventv1.Question, error) {
	for range maxTries {
		q, record, err := s.stored(ctx, id, question)
		if err != nil || q == nil {
			return nil, err
		}
		next, err := to(q)
		if err != nil || next == nil {
			return nil, err
		}
		err = s.replace(ctx, id, room, q, next, record.Sequence)
		if fault.Is(err, fault.SlotsFull) { // the show has gone on meanwhile
			next.State = open
			err = s.replace(ctx, id, room, q, next, record.Sequence)
		}
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
		// Our own write may have happened in a silence.
		if now, _, err := s.stored(ctx, id, question); err == nil && now.GetLastRequest() == next.GetLastRequest() && now.GetRevision() == next.GetRevision() {
			return next, nil
		}
	}
	return nil, fault.New(fault.RevisionMismatch, "too many act on these questions at once; look again").On("person")
}

func (s *Service) tellAll(ctx context.Context, room, person, action string, by *eventv1.Author, why string, nowMs int64) error {
	return audit.Write(ctx, s.bus, room, once.Of("audit", room, action, person, strconv.FormatInt(nowMs, 10)), &eventv1.AuditEntry{
		Actor: by, Action: action, Target: person, About: person, Reason: why, AtMs: nowMs,
	})
}
