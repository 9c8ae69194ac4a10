package uplink

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/takeback"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// PersonAct is what a moderator does about a person.
type PersonAct uint8

// Acts on people.
const (
	BanPerson PersonAct = iota
	TimeOutPerson
	UnbanPerson
)

// ActOnPerson carries an act on a person out.
func (u *Uplink) ActOnPerson(ctx context.Context, a Actor, request string, act PersonAct, s *gatewayv1.PersonStep) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	var life *durationpb.Duration
	if s.GetSeconds() > 0 {
		life = durationpb.New(time.Duration(s.GetSeconds()) * time.Second)
	}
	var err error
	switch act {
	case BanPerson:
		_, err = u.Rooms.BanPerson(ctx, &roomsv1.BanPersonRequest{
			Room: a.Room, Person: s.GetPerson(), Duration: life, Reason: s.GetReason(), Hidden: s.GetHidden(), Actor: a.proto(), RequestId: request,
		})
	case TimeOutPerson:
		_, err = u.Rooms.TimeOutPerson(ctx, &roomsv1.TimeOutPersonRequest{
			Room: a.Room, Person: s.GetPerson(), Duration: life, Reason: s.GetReason(), Actor: a.proto(), RequestId: request,
		})
	case UnbanPerson:
		_, err = u.Rooms.UnbanPerson(ctx, &roomsv1.UnbanPersonRequest{
			Room: a.Room, Person: s.GetPerson(), Reason: s.GetReason(), Actor: a.proto(), RequestId: request,
		})
	}
	return fault.Err(err)
}

// NoteTrace notes from where a banned guest comes; the gateway does it in its own name.
func (u *Uplink) NoteTrace(ctx context.Context, room, person, trace string) error {
	ctx, cancel := Actor{Room: room, Key: person}.context(ctx)
	defer cancel()
	_, err := u.Rooms.NoteTrace(ctx, &roomsv1.NoteTraceRequest{Room: room, Person: person, Trace: trace})
	return fault.Err(err)
}

// NoteName keeps a host's or moderator's name from being imitated.
func (u *Uplink) NoteName(ctx context.Context, a Actor) error {
	_, err := u.Rooms.NoteName(rpc.WithKey(ctx, a.Room+"/"+a.Key), &roomsv1.NoteNameRequest{Room: a.Room, Actor: a.proto()})
	return fault.Err(err)
}

// Undo takes the person's own last act of a kind on a target back, where that is the change that is named; 0 names any. Once it
// is, a second time is a success.
func (u *Uplink) Undo(ctx context.Context, a Actor, kind audit.Undo, target string, change uint64) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	return u.back.Act(ctx, takeback.Who{Room: a.Room, Actor: a.proto()}, kind, target, change)
}

// UndoLast takes the person's own last act back, whichever it is, and tells which it was.
func (u *Uplink) UndoLast(ctx context.Context, a Actor, request string) (action string, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	last, err := u.back.Last(ctx, takeback.Who{Room: a.Room, Actor: a.proto(), Request: request})
	return last.GetAction(), err
}

// RemoveAll removes everything of a person, comments piece by piece, and tells how many comments and questions there were.
// Questions go first, so that the newest entry in the audit trail is the comments', whose undoing is that of both.
func (u *Uplink) RemoveAll(ctx context.Context, a Actor, s *gatewayv1.PersonStep) (removed uint32, err error) {
	if removed, err = u.removeQuestions(ctx, a, s); err != nil {
		return 0, err
	}
	var next uint64
	for {
		piece, err := u.removePiece(ctx, a, s, next)
		if err != nil {
			return removed, err
		}
		removed += piece.GetRemoved()
		if next = piece.GetNext(); next == 0 {
			return removed, nil
		}
	}
}

func (u *Uplink) removeQuestions(ctx context.Context, a Actor, s *gatewayv1.PersonStep) (uint32, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.RemovePersonQuestions(ctx, &questionsv1.RemovePersonQuestionsRequest{
		Room: a.Room, Person: s.GetPerson(), Reason: s.GetReason(), Actor: a.proto(),
	})
	return answer.GetRemoved(), fault.Err(err)
}

func (u *Uplink) removePiece(ctx context.Context, a Actor, s *gatewayv1.PersonStep, before uint64) (*commentsv1.RemovePersonCommentsResponse, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.RemovePersonComments(ctx, &commentsv1.RemovePersonCommentsRequest{
		Room: a.Room, Person: s.GetPerson(), Reason: s.GetReason(), BeforeSequence: before, Actor: a.proto(),
	})
	return answer, fault.Err(err)
}

// Report tells moderators of a comment, which stands at a sequence of the log where it is not 0, or of a question.
func (u *Uplink) Report(ctx context.Context, a Actor, r *gatewayv1.Report, sequence uint64) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	var err error
	if r.GetQuestion() != "" {
		_, err = u.questions.ReportQuestion(ctx, &questionsv1.ReportQuestionRequest{
			Room: a.Room, Question: r.GetQuestion(), Reason: r.GetReason(), Actor: a.proto(),
		})
	} else {
		_, err = u.comments.ReportComment(ctx, &commentsv1.ReportCommentRequest{
			Room: a.Room, Comment: r.GetComment(), Sequence: sequence, Reason: r.GetReason(), Actor: a.proto(),
		})
	}
	return fault.Err(err)
}

// ReleaseComment posts a held comment.
func (u *Uplink) ReleaseComment(ctx context.Context, a Actor, id string) (*gatewayv1.Comment, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.ReleaseComment(ctx, &commentsv1.ReleaseCommentRequest{Room: a.Room, Comment: id, Actor: a.proto()})
	if err != nil {
		return nil, fault.Err(err)
	}
	return comment(answer.GetComment()), nil
}

// RejectComment refuses a held comment.
func (u *Uplink) RejectComment(ctx context.Context, a Actor, s *gatewayv1.HeldStep) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	_, err := u.comments.RejectComment(ctx, &commentsv1.RejectCommentRequest{Room: a.Room, Comment: s.GetComment(), Reason: s.GetReason(), Actor: a.proto()})
	return fault.Err(err)
}
