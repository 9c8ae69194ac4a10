package questions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
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
	o, err := s.outside(ctx, r.GetRoom(), q, votes, reader{all: true})
	if err != nil {
		return nil, err
	}
	return &questionsv1.StepQuestionResponse{Question: o}, nil
}

func (s *Service) step(ctx context.Context, r *questionsv1.StepQuestionRequest) (*eventv1.Question, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("question", r.GetQuestion()), text.RequestID(r.GetRequestId())); err != nil {
		return nil, err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	withdraw := r.GetStep() == questionsv1.StepQuestionRequest_STEP_WITHDRAW
	if !withdraw && !who.Role.AtLeast(auth.Moderator) {
		return nil, fault.New(fault.PermissionDenied, "only a moderator or host may do that")
	}
	reason, err := text.CleanOptional("reason", r.GetReason(), text.Reason)
	if err != nil {
		return nil, err
	}
	answer, err := text.CleanOptional("answer", r.GetAnswer(), text.Answer)
	if err != nil {
		return nil, err
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return nil, err
	}
	author, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	// The question and the step are part of the act, so that an id which was used for something else is no retry of this.
	act := once.Of(r.GetRoom(), author.GetPerson(), r.GetRequestId(), r.GetQuestion(), r.GetStep().String())
	for range maxTries {
		record, err := s.bus.Last(ctx, documentKey(r.GetRoom(), r.GetQuestion()))
		if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
			return nil, notFound()
		} else if err != nil {
			return nil, err
		}
		q, err := decode(record.Body)
		if err != nil {
			return nil, err
		}
		if q.GetLastRequest() == act.Message() { // tried again after a silence: it is done, but perhaps not recorded
			if time.Since(record.Time) > audit.Retryable {
				return q, nil
			}
			return q, s.record(ctx, r, act, author, q, reason)
		}
		if withdraw && q.GetAuthor().GetPerson() != author.GetPerson() {
			return nil, notFound() // whose it is, is nobody's business
		}
		if _, _, err := s.judge.Room(ctx, r.GetRoom(), judge.Live); err != nil {
			return nil, err
		}
		if r.GetRevision() != 0 && r.GetRevision() != q.GetRevision() {
			return nil, standing(fault.New(fault.RevisionMismatch, "somebody was faster: the question is %s now", word(q.GetState())), q)
		}
		if err := move(q, r.GetStep(), s.clock().UnixMilli()); err != nil {
			return nil, err
		}
		switch r.GetStep() {
		case questionsv1.StepQuestionRequest_STEP_REJECT:
			q.Reason = reason
		case questionsv1.StepQuestionRequest_STEP_ANSWER:
			if answer != "" {
				key, same := bus.InRoom(bus.Held, r.GetRoom(), "qa", q.GetId()), false
				if q.AnswerSequence, same, err = s.texts.write(ctx, key, act.Message(), answer); err != nil {
					return nil, err
				}
				if !same {
					return nil, fault.New(fault.RequestIDReused, "this request id was used for another answer; take a new one").On("request_id")
				}
			}
		}
		q.Revision++
		q.LastRequest, q.LastBy = act.Message(), author.GetPerson()
		body, err := proto.Marshal(q)
		if err != nil {
			return nil, fmt.Errorf("step: %w", err)
		}
		if _, err = s.bus.Put(ctx, documentKey(r.GetRoom(), q.GetId()), body, record.Sequence); err == nil {
			return q, s.record(ctx, r, act, author, q, reason)
		} else if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
		// Somebody was faster, or our own write happened in a silence: the next round tells.
	}
	return nil, fault.New(fault.RevisionMismatch, "too many act on this question at once; look again").On("question")
}

func notFound() error {
	return fault.New(fault.QuestionNotFound, "there is no such question (any more)").On("question")
}

// record writes a moderator's step into the audit trail; what people do with their own questions is theirs.
func (s *Service) record(ctx context.Context, r *questionsv1.StepQuestionRequest, act once.ID, by *eventv1.Author, q *eventv1.Question, reason string) error {
	if r.GetStep() == questionsv1.StepQuestionRequest_STEP_WITHDRAW {
		return nil
	}
	return audit.Write(ctx, s.bus, r.GetRoom(), act, &eventv1.AuditEntry{
		Actor: by, Action: arrows[r.GetStep()].verb, Target: q.GetId(), Reason: reason, AtMs: s.clock().UnixMilli(),
	})
}
