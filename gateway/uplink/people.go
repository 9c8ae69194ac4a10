package uplink

import (
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
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
	return asFault(err)
}

// NoteTrace notes from where a banned guest comes; the gateway does it in its own name.
func (u *Uplink) NoteTrace(ctx context.Context, a Actor) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	_, err := u.Rooms.NoteTrace(ctx, &roomsv1.NoteTraceRequest{Room: a.Room, Person: a.Key, Trace: a.Trace})
	return asFault(err)
}

// NoteName keeps a host's or moderator's name from being imitated.
func (u *Uplink) NoteName(ctx context.Context, a Actor) error {
	_, err := u.Rooms.NoteName(rpc.WithKey(ctx, a.Room+"/"+a.Key), &roomsv1.NoteNameRequest{Room: a.Room, Actor: a.proto()})
	return asFault(err)
}

// Times of taking back.
const (
	undoable    = 60 * time.Second  // how long an act can be taken back
	undoRetried = 100 * time.Second // after which nobody asks again whether an undo was carried out: clients give up after 90 s
)

// Undoable is a kind of act that can be taken back by what it was on.
type Undoable uint8

// Kinds of acts.
const (
	Decision Undoable = iota // on a held comment
	Measure                  // against a person
	Removals                 // of everything of a person
)

// taking is how acts of a kind are taken back: by the service that carried them out.
type taking struct {
	undo    func(u *Uplink, ctx context.Context, a Actor, target string) error
	actions []string // in the audit trail
	undone  []string // those of their undo
}

var takings = map[Undoable]taking{
	Decision: {(*Uplink).undoHeld, []string{"release_comment", "reject_comment"}, []string{"undo_held"}},
	Measure: {(*Uplink).undoPerson, []string{"ban_person", "shadow_ban_person", "time_out_person", "unban_person"},
		[]string{"undo_ban_person", "undo_shadow_ban_person", "undo_time_out_person", "undo_unban_person"}},
	Removals: {(*Uplink).undoRemoveAll, []string{"remove_person_comments", "remove_person_questions"},
		[]string{"undo_remove_person_comments", "undo_remove_person_questions"}},
}

// Undo takes the person's own last act of a kind on a target back. Once it is, a second time is a success: who did not hear of
// it asks again.
func (u *Uplink) Undo(ctx context.Context, a Actor, what Undoable, target string) error {
	inner, cancel := a.context(ctx)
	defer cancel()
	t := takings[what]
	err := asFault(t.undo(u, inner, a, target))
	if !fault.Is(err, fault.UndoExpired) {
		return err
	}
	trail, unread := u.trail(ctx, a)
	if unread != nil {
		return unread
	}
	for _, e := range trail {
		if e.GetPerson() != a.Key || e.GetTarget() != target {
			continue
		}
		if slices.Contains(t.actions, e.GetAction()) {
			break // a later act, which cannot be taken back
		}
		if slices.Contains(t.undone, e.GetAction()) && time.Since(e.GetTime().AsTime()) <= undoRetried {
			return nil
		}
	}
	return err
}

// trail is the newest of the room's audit trail.
func (u *Uplink) trail(ctx context.Context, a Actor) ([]*roomsv1.AuditEntry, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	trail, err := u.Rooms.ListAuditEntries(ctx, &roomsv1.ListAuditEntriesRequest{Room: a.Room, PageSize: 500})
	return trail.GetEntries(), asFault(err)
}

// UndoLast takes the person's own last act back, whichever it is, and tells which it was. It is found in the audit trail, so
// that it does not matter over which socket and gateway it was carried out.
func (u *Uplink) UndoLast(ctx context.Context, a Actor) (action string, err error) {
	trail, err := u.trail(ctx, a)
	if err != nil {
		return "", err
	}
	for _, e := range trail {
		if e.GetPerson() != a.Key {
			continue
		}
		undo := undoOf(e.GetAction())
		if undo == nil || time.Since(e.GetTime().AsTime()) > undoable {
			break
		}
		ctx, cancel := a.context(ctx)
		defer cancel()
		return e.GetAction(), asFault(undo(u, ctx, a, e.GetTarget()))
	}
	return "", fault.New(fault.UndoExpired, "your last act of the last 60 s cannot be taken back so, or there is none")
}

// undoOf takes an act back by its action in the audit trail; nil where it cannot be so.
func undoOf(action string) func(u *Uplink, ctx context.Context, a Actor, target string) error {
	switch action {
	case "delete_comment":
		return func(u *Uplink, ctx context.Context, a Actor, target string) error {
			_, err := u.UndeleteComment(ctx, a, target)
			return err
		}
	case "end_room":
		return func(u *Uplink, ctx context.Context, a Actor, _ string) error {
			_, err := u.Rooms.ReopenRoom(ctx, &roomsv1.ReopenRoomRequest{Room: a.Room, Actor: a.proto()})
			return err
		}
	}
	for _, t := range takings {
		if slices.Contains(t.actions, action) {
			return t.undo
		}
	}
	return nil
}

func (u *Uplink) undoPerson(ctx context.Context, a Actor, person string) error {
	_, err := u.Rooms.UndoPersonAct(ctx, &roomsv1.UndoPersonActRequest{Room: a.Room, Person: person, Actor: a.proto()})
	return err
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
	return answer.GetRemoved(), asFault(err)
}

// undoRemoveAll brings comments and questions back; UNDO_EXPIRED where there are neither.
func (u *Uplink) undoRemoveAll(ctx context.Context, a Actor, person string) error {
	_, comments := u.comments.UndoRemovePersonComments(ctx, &commentsv1.UndoRemovePersonCommentsRequest{Room: a.Room, Person: person, Actor: a.proto()})
	_, questions := u.questions.UndoRemovePersonQuestions(ctx, &questionsv1.UndoRemovePersonQuestionsRequest{Room: a.Room, Person: person, Actor: a.proto()})
	expired := func(err error) bool { return fault.Is(asFault(err), fault.UndoExpired) }
	switch {
	case comments == nil && expired(questions), questions == nil && expired(comments):
		return nil
	case comments != nil:
		return comments
	}
	return questions
}

func (u *Uplink) removePiece(ctx context.Context, a Actor, s *gatewayv1.PersonStep, before uint64) (*commentsv1.RemovePersonCommentsResponse, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.RemovePersonComments(ctx, &commentsv1.RemovePersonCommentsRequest{
		Room: a.Room, Person: s.GetPerson(), Reason: s.GetReason(), BeforeSequence: before, Actor: a.proto(),
	})
	return answer, asFault(err)
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
	return asFault(err)
}

// ReleaseComment posts a held comment.
func (u *Uplink) ReleaseComment(ctx context.Context, a Actor, id string) (*gatewayv1.Comment, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.comments.ReleaseComment(ctx, &commentsv1.ReleaseCommentRequest{Room: a.Room, Comment: id, Actor: a.proto()})
	if err != nil {
		return nil, fault.FromGRPC(err)
	}
	return comment(answer.GetComment()), nil
}

// RejectComment refuses a held comment.
func (u *Uplink) RejectComment(ctx context.Context, a Actor, s *gatewayv1.HeldStep) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	_, err := u.comments.RejectComment(ctx, &commentsv1.RejectCommentRequest{Room: a.Room, Comment: s.GetComment(), Reason: s.GetReason(), Actor: a.proto()})
	return asFault(err)
}

func (u *Uplink) undoHeld(ctx context.Context, a Actor, comment string) error {
	_, err := u.comments.UndoHeldAct(ctx, &commentsv1.UndoHeldActRequest{Room: a.Room, Comment: comment, Actor: a.proto()})
	return err
}
