// Package takeback takes acts of moderators back through the services that carried them out, for the socket and for the command
// line. What somebody did last is found in the room's audit trail, so that it does not matter where it was done; how it is taken
// back is said by audit.Acts. The services judge: who may, for how long, and whether somebody acted since.
package takeback

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// Services are those that can take something back.
type Services struct {
	rooms     roomsv1.RoomsServiceClient
	comments  commentsv1.CommentsServiceClient
	questions questionsv1.QuestionsServiceClient
}

// New makes them over a connection.
func New(conn grpc.ClientConnInterface) *Services {
	return &Services{roomsv1.NewRoomsServiceClient(conn), commentsv1.NewCommentsServiceClient(conn), questionsv1.NewQuestionsServiceClient(conn)}
}

// Who takes something back, and in which room.
type Who struct {
	// Room is its id.
	Room string
	// Actor is the person whom a service acts for; nil for a caller in its own name.
	Actor *roomsv1.Actor
	// Request is the id of the request, the same for each retry; empty for none.
	Request string
}

// Last takes the person's own last act back, whichever it is, and tells which it was.
func (s *Services) Last(ctx context.Context, w Who) (*roomsv1.AuditEntry, error) {
	var last *roomsv1.AuditEntry
	err := s.own(ctx, w, func(e *roomsv1.AuditEntry) bool {
		if audit.Acts[e.GetAction()].Undo == audit.Aside {
			return true
		}
		last = e
		return false
	})
	act := audit.Acts[last.GetAction()]
	switch {
	case err != nil:
		return nil, err
	case last == nil:
		return nil, fault.New(fault.UndoExpired, "you did nothing in the last 60 s that can be taken back")
	case act.Undo == audit.Stays:
		return nil, fault.New(fault.UndoExpired, "your last act, %s, stays: %s", last.GetAction(), cmp.Or(act.Why, "nothing takes it back"))
	}
	return last, s.by(ctx, w, act.Undo, last.GetTarget(), 0)
}

// roomWide are kinds of acts of which the room has one thing: the trail may name what they were about, and that is not the target.
var roomWide = map[audit.Undo]bool{audit.Pinning: true, audit.Wording: true, audit.Setting: true, audit.Airing: true, audit.Ending: true}

// Act takes the person's own last act of a kind on a target back. Once it is, a second time is a success: who did not hear of it
// asks again. An act on the whole room needs no target, and change names the one that is meant; 0 is the last.
func (s *Services) Act(ctx context.Context, w Who, kind audit.Undo, target string, change uint64) error {
	expired := s.by(ctx, w, kind, target, change)
	if change != 0 || !fault.Is(expired, fault.UndoExpired) { // the trail names no changes: the service knows what it took back
		return expired
	}
	undone := false
	err := s.own(ctx, w, func(e *roomsv1.AuditEntry) bool {
		act := audit.Acts[e.GetAction()]
		if e.GetTarget() != target && !roomWide[kind] {
			return true
		}
		undone = act.Of == kind
		return !undone && act.Undo != kind // a later act, which cannot be taken back, ends it
	})
	if err != nil || undone {
		return err
	}
	return expired
}

// own visits what the person did lately, newest first, until visit says stop by returning false. It begins a little before what
// can be taken back: the services' clocks judge.
func (s *Services) own(ctx context.Context, w Who, visit func(*roomsv1.AuditEntry) (more bool)) error {
	r := &roomsv1.ListAuditEntriesRequest{
		Room: w.Room, Own: true, Actor: w.Actor, StartTime: timestamppb.New(time.Now().Add(-judge.UndoAgain)),
	}
	for {
		page, err := s.rooms.ListAuditEntries(ctx, r)
		if err != nil {
			return fault.Err(err)
		}
		if !page.GetOwn() {
			return fault.New(fault.Unavailable, "the services are of an older version, and do not tell your own acts from others'")
		}
		for _, e := range page.GetEntries() {
			if !visit(e) {
				return nil
			}
		}
		if r.PageToken = page.GetNextPageToken(); r.PageToken == "" {
			return nil
		}
	}
}

// by takes an act back, as its kind is.
func (s *Services) by(ctx context.Context, w Who, kind audit.Undo, target string, change uint64) (err error) {
	switch kind {
	case audit.Removal:
		_, err = s.comments.UndeleteComment(ctx, &commentsv1.UndeleteCommentRequest{Room: w.Room, Comment: target, Own: true, Actor: w.Actor})
	case audit.RemovalOfAll:
		return s.removalOfAll(ctx, w, target)
	case audit.Decision:
		_, err = s.comments.UndoHeldAct(ctx, &commentsv1.UndoHeldActRequest{Room: w.Room, Comment: target, Actor: w.Actor})
	case audit.Measure:
		_, err = s.rooms.UndoPersonAct(ctx, &roomsv1.UndoPersonActRequest{Room: w.Room, Person: target, Actor: w.Actor})
	case audit.Pinning:
		_, err = s.comments.UndoPin(ctx, &commentsv1.UndoPinRequest{Room: w.Room, Actor: w.Actor, Change: change})
	case audit.Wording:
		_, err = s.comments.UndoBlockedTerms(ctx, &commentsv1.UndoBlockedTermsRequest{Room: w.Room, Actor: w.Actor, Change: change})
	case audit.Setting:
		_, err = s.rooms.UndoRoomChange(ctx, &roomsv1.UndoRoomChangeRequest{Room: w.Room, Actor: w.Actor, Change: change})
	case audit.Airing:
		_, err = s.rooms.UndoOnAir(ctx, &roomsv1.UndoOnAirRequest{Room: w.Room, Actor: w.Actor, Change: change})
	case audit.Ending:
		_, err = s.rooms.ReopenRoom(ctx, &roomsv1.ReopenRoomRequest{Room: w.Room, Own: true, Actor: w.Actor, Change: change})
	case audit.Stepping:
		_, err = s.questions.StepQuestion(ctx, &questionsv1.StepQuestionRequest{
			Room: w.Room, Question: target, RequestId: cmp.Or(w.Request, rand.Text()), Step: questionsv1.StepQuestionRequest_STEP_UNDO, Own: true, Actor: w.Actor,
		})
	default:
		return fault.New(fault.UndoExpired, "nothing takes this back")
	}
	return fault.Err(err)
}

// removalOfAll brings comments and questions of a person back; UNDO_EXPIRED where there are neither.
func (s *Services) removalOfAll(ctx context.Context, w Who, person string) error {
	_, err := s.comments.UndoRemovePersonComments(ctx, &commentsv1.UndoRemovePersonCommentsRequest{Room: w.Room, Person: person, Actor: w.Actor})
	comments := fault.Err(err)
	_, err = s.questions.UndoRemovePersonQuestions(ctx, &questionsv1.UndoRemovePersonQuestionsRequest{Room: w.Room, Person: person, Actor: w.Actor})
	questions := fault.Err(err)
	switch {
	case comments == nil && fault.Is(questions, fault.UndoExpired), questions == nil && fault.Is(comments, fault.UndoExpired):
		return nil
	case comments != nil:
		return comments
	}
	return questions
}
