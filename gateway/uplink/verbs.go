package uplink

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/rpc"
	"github.com/ovation-live/ovation/internal/takeback"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// VerbTime is what a verb may take: a broker's hard leader loss stops writes for up to seven seconds.
const VerbTime = 12 * time.Second

// Uplink calls the services with the gateway's own identity, naming the person it acts for.
type Uplink struct {
	// Hearts sums taps; run it.
	Hearts *Hearts
	// Rooms is for the pages' HTTP calls, which pass their own token on.
	Rooms roomsv1.RoomsServiceClient

	comments  commentsv1.CommentsServiceClient
	questions questionsv1.QuestionsServiceClient
	back      *takeback.Services
}

// New makes an uplink over a connection; writer names this gateway's windows, and afterTicks waits while a tick is being sent,
// so long at most.
func New(conn grpc.ClientConnInterface, writer string, afterTicks func(most time.Duration), log *slog.Logger) *Uplink {
	return &Uplink{
		Hearts:    NewHearts(heartsv1.NewHeartsServiceClient(conn), writer, afterTicks, log),
		Rooms:     roomsv1.NewRoomsServiceClient(conn),
		comments:  commentsv1.NewCommentsServiceClient(conn),
		questions: questionsv1.NewQuestionsServiceClient(conn),
		back:      takeback.New(conn),
	}
}

// Actor is who acts, in which room.
type Actor struct {
	// Room is its id.
	Room string
	// Key of the person in the room; with the room it chooses the replica.
	Key string
	// Person as the token says.
	Person auth.Person
	// Trace of a guest (people.Trace); empty where it is not known.
	Trace string
	// Review is true for a guest whose trace is a banned one's.
	Review bool
	// Network of the socket (people.Network); 0 where it is not known. It goes with votes alone.
	Network uint64
}

func (a Actor) proto() *roomsv1.Actor {
	return &roomsv1.Actor{
		Subject: a.Person.Subject, Name: a.Person.Name, Role: string(a.Person.Role), Guest: a.Person.Guest, Uninvited: a.Person.Uninvited,
		Trace: a.Trace, Review: a.Review,
	}
}

func (a Actor) context(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(rpc.WithKey(ctx, a.Room+"/"+a.Key), VerbTime)
}

// Ask asks a question.
func (u *Uplink) Ask(ctx context.Context, a Actor, q *gatewayv1.Ask) (*gatewayv1.Question, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.AskQuestion(ctx, &questionsv1.AskQuestionRequest{
		Room: a.Room, RequestId: q.GetRequestId(), Text: q.GetText(), Anonymous: q.GetAnonymous(), Label: q.GetLabel(),
		StreamTime: moment(q.GetStreamTimeMs()), Actor: a.proto(),
	})
	if err != nil {
		return nil, fault.Err(err)
	}
	return question(answer.GetQuestion()), nil
}

// Vote gives or takes back a vote.
func (u *Uplink) Vote(ctx context.Context, a Actor, v *gatewayv1.VoteQuestion) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	actor := a.proto()
	actor.Network = a.Network
	_, err := u.questions.VoteQuestion(ctx, &questionsv1.VoteQuestionRequest{
		Room: a.Room, Question: v.GetQuestion(), Up: v.GetUp(), Actor: actor,
	})
	return fault.Err(err)
}

// Step moves a question.
func (u *Uplink) Step(ctx context.Context, a Actor, requestID string, step questionsv1.StepQuestionRequest_Step, s *gatewayv1.QuestionStep) (*gatewayv1.Question, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.StepQuestion(ctx, &questionsv1.StepQuestionRequest{
		Room: a.Room, Question: s.GetQuestion(), RequestId: requestID, Revision: s.GetRevision(), Step: step,
		Reason: s.GetReason(), Actor: a.proto(), Label: s.GetLabel(), Into: s.GetInto(), Before: s.GetBefore(), Claimed: s.GetClaimed(),
		StreamTime: moment(s.GetStreamTimeMs()), Answer: s.GetText(), Text: s.GetText(), // each step reads its own
	})
	if err != nil {
		return nil, fault.Err(err)
	}
	return question(answer.GetQuestion()), nil
}

// Mine fetches own questions and votes.
func (u *Uplink) Mine(ctx context.Context, a Actor) (*gatewayv1.Mine, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.ListMyQuestions(ctx, &questionsv1.ListMyQuestionsRequest{Room: a.Room, Actor: a.proto()})
	if err != nil {
		return nil, fault.Err(err)
	}
	m := &gatewayv1.Mine{Voted: answer.GetVoted()}
	for _, q := range answer.GetQuestions() {
		m.Questions = append(m.Questions, question(q))
	}
	return m, nil
}

// RoomStep is start, end or reopen.
type RoomStep uint8

// Steps of a room's life that a host takes over the socket.
const (
	StartRoom RoomStep = iota
	EndRoom
	ReopenRoom
)

// StepRoom moves a room along its life; change names an end for its undo.
func (u *Uplink) StepRoom(ctx context.Context, a Actor, step RoomStep) (change uint64, err error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	switch step {
	case StartRoom:
		_, err = u.Rooms.StartRoom(ctx, &roomsv1.StartRoomRequest{Room: a.Room, Actor: a.proto()})
	case EndRoom:
		var answer *roomsv1.EndRoomResponse
		answer, err = u.Rooms.EndRoom(ctx, &roomsv1.EndRoomRequest{Room: a.Room, Actor: a.proto()})
		change = answer.GetChange()
	case ReopenRoom:
		_, err = u.Rooms.ReopenRoom(ctx, &roomsv1.ReopenRoomRequest{Room: a.Room, Actor: a.proto()})
	}
	return change, fault.Err(err)
}

func moment(ms int64) *timestamppb.Timestamp {
	if ms == 0 {
		return nil
	}
	return timestamppb.New(time.UnixMilli(ms))
}

func ms(t *timestamppb.Timestamp) int64 {
	if t == nil {
		return 0
	}
	return t.AsTime().UnixMilli()
}

func reasonAttribute(reason string) attribute.KeyValue { return attribute.String("reason", reason) }
