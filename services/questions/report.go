package questions

import (
	"context"
	"errors"
	"fmt"
	"strconv"

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
)

// ReportQuestion tells moderators of a question, and takes an open one back to pending where enough people do.
func (s *Service) ReportQuestion(ctx context.Context, r *questionsv1.ReportQuestionRequest) (*questionsv1.ReportQuestionResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	err := s.report(ctx, r)
	s.meter.step(ctx, "report_question", err)
	if err != nil {
		return nil, err
	}
	return &questionsv1.ReportQuestionResponse{}, nil
}

func (s *Service) report(ctx context.Context, r *questionsv1.ReportQuestionRequest) error {
	err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("question", r.GetQuestion()), people.CheckReport(r.GetReason(), r.GetActor().GetTrace()))
	if err != nil {
		return err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return err
	}
	view, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return err
	}
	counts, err := people.MayReport(view, by, s.clock())
	if err != nil {
		return err
	}
	q, _, err := s.stored(ctx, r.GetRoom(), r.GetQuestion())
	switch {
	case err != nil:
		return err
	case q == nil, !public(q.GetState()) && !(who.Role.AtLeast(auth.Moderator) || q.GetOpenedMs() > 0):
		return notFound() // what never opened is nobody's business
	case q.GetAuthor().GetPerson() == by.GetPerson():
		return fault.New(fault.FieldInvalid, "this question is your own; withdraw it").On("question")
	case !counts, !public(q.GetState()):
		return nil
	}
	all, fresh, err := people.Count(ctx, s.bus, people.Report{
		Room: r.GetRoom(), Item: q.GetId(), Kind: people.AQuestion, Author: q.GetAuthor().GetPerson(), By: by,
		Trace: r.GetActor().GetTrace(), Reason: r.GetReason(),
	}, s.clock())
	if err != nil {
		return err
	}
	if fresh {
		err := audit.Write(ctx, s.bus, r.GetRoom(), once.Of("audit", r.GetRoom(), "report_question", q.GetId(), by.GetPerson(), strconv.FormatInt(all.GetLastMs(), 10)), &eventv1.AuditEntry{
			Actor: by, Action: "report_question", Target: q.GetId(), About: q.GetAuthor().GetPerson(), Reason: r.GetReason(), AtMs: all.GetLastMs(),
		})
		if err != nil {
			return err
		}
	}
	if people.Due(all, room.GetSettings().GetReportThreshold()) && q.GetAuthor().GetRole() < eventv1.Role_ROLE_MODERATOR {
		return s.takeAway(ctx, r.GetRoom(), q.GetId(), people.Said(all))
	}
	return nil
}

// takeAway has an open question wait for a moderator again. One that is being answered, or was, stays: the host has read
// it out.
func (s *Service) takeAway(ctx context.Context, room, question, said string) error {
	for range maxTries {
		q, record, err := s.stored(ctx, room, question)
		if err != nil {
			return err
		}
		if q.GetState() != open {
			return nil
		}
		q.State, q.Next, q.Undo, q.UndoUntilMs = pending, false, nil, 0
		q.HoldReason, q.HoldDetail = eventv1.HoldReason_HOLD_REASON_REPORTS, said
		q.Revision, q.LastRequest, q.LastBy = q.GetRevision()+1, "", audit.System().GetPerson()
		body, err := proto.Marshal(q)
		if err != nil {
			return fmt.Errorf("take a question away: %w", err)
		}
		if _, err = s.bus.Put(ctx, documentKey(room, question), body, record.Sequence); errors.Is(err, bus.ErrConflict) {
			continue
		} else if err != nil {
			return fmt.Errorf("take a question away: %w", err)
		}
		if err := people.Held(ctx, s.bus, room, question); err != nil {
			return err
		}
		return audit.Write(ctx, s.bus, room, once.Of("audit", room, "hold_question", question, strconv.FormatUint(q.GetRevision(), 10)), &eventv1.AuditEntry{
			Actor: audit.System(), Action: "hold_question", Target: question, About: q.GetAuthor().GetPerson(), Reason: said, AtMs: s.clock().UnixMilli(),
		})
	}
	return fault.New(fault.RevisionMismatch, "too many act on this question at once; look again").On("question")
}

// settle ends the reports of a question that a moderator decided about: one that is open now stays, the others are gone, one that
// was put away and is back has none, and one whose removal was undone has its reports again. Where an undo puts one away again, those
// that came in between are gone with it.
func (s *Service) settle(ctx context.Context, a *acting, q *eventv1.Question) error {
	if _, reported := a.view.Doc(people.ReportsKey + "." + q.GetId()); !reported {
		return nil
	}
	switch a.GetStep() {
	case questionsv1.StepQuestionRequest_STEP_APPROVE:
		return people.Settle(ctx, s.bus, a.GetRoom(), q.GetId(), people.AQuestion, a.author.GetPerson(), s.clock())
	case reject, withdraw, merge, questionsv1.StepQuestionRequest_STEP_ARCHIVE:
		return people.Forget(ctx, s.bus, a.GetRoom(), q.GetId(), judge.UndoAgain)
	case questionsv1.StepQuestionRequest_STEP_RESTORE, unmerge:
		return people.Renew(ctx, s.bus, a.GetRoom(), q.GetId())
	case undo:
		if !public(q.GetState()) && q.GetState() != pending {
			return people.Forget(ctx, s.bus, a.GetRoom(), q.GetId(), judge.UndoAgain)
		}
		return people.Remember(ctx, s.bus, a.GetRoom(), q.GetId())
	}
	return nil
}
