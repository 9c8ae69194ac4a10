package questions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// maxTries bounds how often a step without a revision is tried against others.
const maxTries = 8

// StepQuestion moves a question.
func (s *Service) StepQuestion(ctx context.Context, r *questionsv1.StepQuestionRequest) (*questionsv1.StepQuestionResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	q, err := s.step(ctx, r)
	s.meter.step(ctx, arrows[r.GetStep()].verb, err)
	if err != nil {
		return nil, err
	}
	votes, err := s.tallyOf(ctx, r.GetRoom(), q.GetId())
	if err != nil {
		return nil, err // the step is stored: a retry gets its answer
	}
	o, err := s.outside(ctx, r.GetRoom(), q, votes, reader{person: q.GetAuthor().GetPerson(), all: r.GetStep() != withdraw})
	if err != nil {
		return nil, err
	}
	return &questionsv1.StepQuestionResponse{Question: o}, nil
}

// acting is a step with who takes it, read and cleaned.
type acting struct {
	*questionsv1.StepQuestionRequest
	act    once.ID
	author *eventv1.Author
	host   bool
	view   *follow.View
	room   *eventv1.Room
	clean  struct{ reason, answer, text string }
	brings brings
}

func (s *Service) step(ctx context.Context, r *questionsv1.StepQuestionRequest) (*eventv1.Question, error) {
	a, err := s.read(ctx, r)
	if err != nil {
		return nil, err
	}
	for range maxTries {
		q, record, err := s.stored(ctx, r.GetRoom(), r.GetQuestion())
		if err != nil {
			return nil, err
		}
		if q == nil {
			return nil, notFound()
		}
		if q.GetLastRequest() == a.act.Message() { // tried again after a silence: it is done, but perhaps not recorded
			if time.Since(record.Time) > audit.Retryable {
				return q, nil
			}
			return q, s.record(ctx, a, q)
		}
		next, err := s.try(ctx, a, q, record.Sequence)
		if err == nil {
			return next, s.record(ctx, a, next)
		} else if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
		// Somebody was faster, or our own write happened in a silence: the next round tells.
	}
	return nil, fault.New(fault.RevisionMismatch, "too many act on this question at once; look again").On("question")
}

// read checks what was sent and who sends it, before anything is looked at.
func (s *Service) read(ctx context.Context, r *questionsv1.StepQuestionRequest) (*acting, error) {
	a := &acting{StepQuestionRequest: r}
	err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("question", r.GetQuestion()), text.RequestID(r.GetRequestId()))
	if err != nil {
		return nil, err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	if r.GetStep() != withdraw && !who.Role.AtLeast(auth.Moderator) {
		return nil, fault.New(fault.PermissionDenied, "only a moderator or host may do that")
	}
	a.host = who.Role.AtLeast(auth.Host)
	if a.clean.reason, err = text.CleanOptional("reason", r.GetReason(), text.Reason); err != nil {
		return nil, err
	}
	if a.clean.answer, err = text.CleanLines("answer", r.GetAnswer(), text.Answer); err != nil {
		return nil, err
	}
	switch r.GetStep() {
	case edit:
		a.clean.text, err = text.Clean("text", r.GetText(), text.Question)
	case merge:
		if err = text.ItemID("into", r.GetInto()); err == nil && r.GetInto() == r.GetQuestion() {
			err = fault.New(fault.FieldInvalid, "a question cannot be merged into itself").On("into")
		}
	case reorder:
		if r.GetBefore() != "" {
			err = text.ItemID("before", r.GetBefore())
		}
	}
	if err != nil {
		return nil, err
	}
	if a.brings.streamMs, err = streamTime(r.GetStreamTime()); err != nil {
		return nil, err
	}
	if a.view, a.room, err = s.judge.Room(ctx, r.GetRoom(), nil); err != nil {
		return nil, err
	}
	if a.author, err = judge.Author(a.room, who); err != nil {
		return nil, err
	}
	// The question and the step are part of the act, so that an id which was used for something else is no retry of this.
	a.act = once.Of(r.GetRoom(), a.author.GetPerson(), r.GetRequestId(), r.GetQuestion(), r.GetStep().String())
	return a, nil
}

// try judges a step on the question as it stands and writes what comes of it.
func (s *Service) try(ctx context.Context, a *acting, q *eventv1.Question, sequence uint64) (*eventv1.Question, error) {
	if a.GetStep() == withdraw && q.GetAuthor().GetPerson() != a.author.GetPerson() {
		return nil, notFound() // whose it is, is nobody's business
	}
	_, room, err := s.judge.Room(ctx, a.GetRoom(), arrows[a.GetStep()].taken)
	if err != nil {
		return nil, err
	}
	if a.GetRevision() != 0 && a.GetRevision() != q.GetRevision() {
		return nil, standing(fault.New(fault.RevisionMismatch, "somebody was faster: the question is %s now", word(q.GetState())), q)
	}
	if a.GetStep() != withdraw && !arrows[a.GetStep()].inPassing {
		if err := s.unclaimed(ctx, a.view, a.GetRoom(), q.GetId(), a.author.GetPerson(), a.GetClaimed()); err != nil {
			return nil, err
		}
	}
	next, err := s.moved(ctx, a, q, room)
	if err != nil {
		return nil, err
	}
	next.Revision, next.UndoUntilMs = q.GetRevision()+1, a.brings.nowMs+judge.UndoFor.Milliseconds()
	next.LastRequest, next.LastBy = a.act.Message(), a.author.GetPerson()
	return next, s.replace(ctx, a.GetRoom(), room, q, next, sequence)
}

// replace writes what a question has become, if it still stands at a sequence (bus.ErrConflict otherwise), with the slot
// of one that is to be answered taken before, and of one that no longer is given back after.
func (s *Service) replace(ctx context.Context, id string, room *eventv1.Room, q, next *eventv1.Question, sequence uint64) error {
	body, err := proto.Marshal(next)
	if err != nil {
		return fmt.Errorf("step: %w", err)
	}
	back := func(context.Context) {}
	if next.GetState() == answering && q.GetState() != answering {
		if back, err = s.takeSlot(ctx, id, q.GetId(), slotsOf(room)); err != nil {
			return err
		}
	}
	if _, err = s.bus.Put(ctx, documentKey(id, q.GetId()), body, sequence); err != nil {
		if errors.Is(err, bus.ErrConflict) {
			// Our own write may have happened in a silence: the slot of a question that is being answered stays taken.
			if now, _, look := s.stored(ctx, id, q.GetId()); look == nil && now.GetState() != answering {
				back(ctx)
			}
		}
		return err
	}
	if q.GetState() == answering && next.GetState() != answering {
		s.freeSlot(ctx, id, q.GetId())
	}
	return nil
}

// taken is the rule for the room that a step is taken in.
func (a arrow) taken(room *eventv1.Room) error {
	if a.afterwards && room.GetState() == eventv1.RoomState_ROOM_STATE_ENDED {
		return nil
	}
	return judge.Live(room)
}

// moved is the question after the step. Texts are stored on the way: one without a document is not seen.
func (s *Service) moved(ctx context.Context, a *acting, q *eventv1.Question, room *eventv1.Room) (*eventv1.Question, error) {
	b := a.brings
	b.nowMs, b.reason, b.label, b.into = s.clock().UnixMilli(), a.clean.reason, a.GetLabel(), a.GetInto()
	b.ended = room.GetState() == eventv1.RoomState_ROOM_STATE_ENDED
	a.brings.nowMs = b.nowMs
	if a.GetStep() == undo {
		return s.movedBack(ctx, a, q)
	}
	// A dry run first: what has no arrow stores nothing.
	if err := move(proto.CloneOf(q), a.GetStep(), b); err != nil {
		return nil, err
	}
	var err error
	switch a.GetStep() {
	case edit:
		b.text, err = s.stepText(ctx, a, "qt", a.clean.text)
	case answer:
		if a.clean.answer != "" {
			b.answer, err = s.stepText(ctx, a, "qa", a.clean.answer)
		}
	case label:
		err = knownLabel(room, a.GetLabel())
	case reorder:
		b.place, err = placeBefore(s.board.all(a.view, a.GetRoom()), q.GetId(), a.GetBefore())
	case merge:
		err = s.lockTarget(ctx, a.GetRoom(), a.GetInto(), q.GetState())
	}
	if err != nil {
		return nil, err
	}
	next := proto.CloneOf(q)
	if err := move(next, a.GetStep(), b); err != nil {
		return nil, err
	}
	next.Undo = nil
	if a.GetStep() != withdraw {
		next.Undo = before(q)
	}
	return next, nil
}

// movedBack is the question as it was before its last step. One that was parted is merged again: into what stands for itself
// still.
func (s *Service) movedBack(ctx context.Context, a *acting, q *eventv1.Question) (*eventv1.Question, error) {
	if a.GetOwn() && q.GetLastBy() != a.author.GetPerson() {
		return nil, standing(fault.New(fault.UndoExpired, "the last step on this question is somebody else's"), q)
	}
	back, err := takenBack(q, a.author.GetPerson(), a.host, a.brings.nowMs)
	if err == nil && back.GetMergedInto() != "" && back.GetMergedInto() != q.GetMergedInto() {
		err = s.lockTarget(ctx, a.GetRoom(), back.GetMergedInto(), back.GetBeforeMerge())
	}
	return back, err
}

// stepText stores the text that a step brings.
func (s *Service) stepText(ctx context.Context, a *acting, kind, words string) (uint64, error) {
	sequence, same, err := s.texts.write(ctx, bus.InRoom(bus.Held, a.GetRoom(), kind, a.GetQuestion()), a.act.Message(), words)
	if err == nil && !same {
		err = fault.New(fault.RequestIDReused, "this request id was used for another text; take a new one").On("request_id")
	}
	return sequence, err
}

// lockTarget makes sure that the question which another, of a state, is merged into stands for itself, and keeps it so: its
// revision goes up before the other's link is written. Of two merges in opposite directions at once, each of which changes what
// the other has read, at most one can be written; so links never go round in a circle.
func (s *Service) lockTarget(ctx context.Context, room, into string, of state) error {
	for range maxTries {
		target, record, err := s.stored(ctx, room, into)
		if err != nil {
			return err
		}
		if target == nil {
			return fault.New(fault.QuestionNotFound, "there is no question to merge it into").On("into")
		}
		if !votable(target.GetState()) && (target.GetState() != pending || of != pending) {
			return standing(fault.New(fault.WrongState, "a question is merged into one that is open or answering; that one is %s",
				word(target.GetState())).On("into"), target)
		}
		target.Revision++
		body, err := proto.Marshal(target)
		if err != nil {
			return fmt.Errorf("merge: %w", err)
		}
		if _, err := s.bus.Put(ctx, documentKey(room, into), body, record.Sequence); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return fault.New(fault.RevisionMismatch, "too many act on the other question at once; look again").On("into")
}

func knownLabel(room *eventv1.Room, label string) error {
	labels := room.GetSettings().GetLabels()
	if label == "" || slices.Contains(labels, label) {
		return nil
	}
	return fault.New(fault.UnknownLabel, "the room has no such topic; it has %s", strings.Join(labels, ", ")).On("label")
}

func notFound() error {
	return fault.New(fault.QuestionNotFound, "there is no such question (any more)").On("question")
}

// record writes a moderator's step into the audit trail; what people do with their own questions is theirs.
func (s *Service) record(ctx context.Context, a *acting, q *eventv1.Question) error {
	if err := s.settle(ctx, a, q); err != nil {
		return err
	}
	if a.GetStep() == withdraw {
		if q.GetRevision() == untouched+1 { // each merge into it would have raised that
			return nil
		}
		return s.part(ctx, a.room, []string{q.GetId()})
	}
	reason := a.clean.reason
	if a.GetStep() == merge {
		reason = "into " + a.GetInto()
	}
	err := audit.Write(ctx, s.bus, a.GetRoom(), a.act, &eventv1.AuditEntry{
		Actor: a.author, Action: arrows[a.GetStep()].verb, Target: q.GetId(), About: q.GetAuthor().GetPerson(), Reason: reason, AtMs: s.clock().UnixMilli(),
	})
	if err != nil || q.GetMergedInto() == "" {
		return err
	}
	return s.partLate(ctx, a.room, q.GetMergedInto())
}
