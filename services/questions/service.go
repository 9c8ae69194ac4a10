package questions

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Policy says who may call what. Which steps a role may take is judged in step.go.
var Policy = auth.Policy{
	questionsv1.QuestionsService_AskQuestion_FullMethodName:     everyone,
	questionsv1.QuestionsService_GetQuestion_FullMethodName:     everyone,
	questionsv1.QuestionsService_ListQuestions_FullMethodName:   everyone,
	questionsv1.QuestionsService_StepQuestion_FullMethodName:    everyone,
	questionsv1.QuestionsService_VoteQuestion_FullMethodName:    everyone,
	questionsv1.QuestionsService_ListMyQuestions_FullMethodName: everyone,

	questionsv1.QuestionsService_ReportQuestion_FullMethodName:       everyone,
	questionsv1.QuestionsService_FindSimilarQuestions_FullMethodName: everyone,
	questionsv1.QuestionsService_ClaimQuestion_FullMethodName:        moderators,

	questionsv1.QuestionsService_ListUnansweredQuestions_FullMethodName: moderators,

	questionsv1.QuestionsService_RemovePersonQuestions_FullMethodName:     moderators,
	questionsv1.QuestionsService_UndoRemovePersonQuestions_FullMethodName: moderators,

	questionsv1.QuestionsService_WatchQuestions_FullMethodName:  moderators,
	questionsv1.QuestionsService_ExportQuestions_FullMethodName: hosts,
	questionsv1.QuestionsService_RecountVotes_FullMethodName:    hosts,
}

var (
	everyone   = []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}
	moderators = everyone[1:]
	hosts      = everyone[2:]
)

// Options of the service.
type Options struct {
	// Bus and Views are needed.
	Bus   *bus.Bus
	Views *follow.Views
	// Filter finds blocked terms. Default the rooms' own terms, without a list for all rooms.
	Filter *filter.Rooms
	// Hook is asked about each question. Default none.
	Hook *hook.Hook
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
}

// Service implements ovation.questions.v1.QuestionsService.
type Service struct {
	questionsv1.UnimplementedQuestionsServiceServer

	// static
	bus    *bus.Bus
	judge  *judge.Judge
	log    *slog.Logger
	clock  func() time.Time
	meter  meters
	known  *once.Memory[asked]
	texts  *texts
	asks   *asks
	board  *board
	likes  *likes
	filter *filter.Rooms
	called people.Called
	hook   *hook.Hook
	tally  *tally
	state  *follow.Documents
	sums   *follow.Documents // follows tallies, for those who watch

	expected chan string // rooms whose index of similar questions is about to be needed
}

// New makes the service.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Filter == nil {
		o.Filter = filter.NewRooms(nil)
	}
	m := newMeters()
	return &Service{
		bus: o.Bus, judge: judge.New(o.Bus, o.Views), log: o.Logger, clock: o.Clock, meter: m,
		known: once.NewMemory(o.Clock, asking), texts: newTexts(o.Bus),
		asks: newAsks(), board: newBoard(), likes: newLikes(), filter: o.Filter, hook: o.Hook, tally: newTally(o.Bus, o.Logger, m),
		state: o.Views.Documents(), sums: follow.NewDocuments(o.Bus, bus.Tallies, o.Logger),
		expected: make(chan string, 16),
	}
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { questionsv1.RegisterQuestionsServiceServer(r, s) }

// Run turns votes into tallies until the context ends.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.tally.run(ctx) })
	g.Go(func() error { return s.sums.Run(ctx) })
	g.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case room := <-s.expected:
				if err := s.prepare(ctx, room); err != nil && ctx.Err() == nil {
					s.log.Warn("the index of similar questions is not made ahead; it will be when somebody types", "error", err)
				}
			}
		}
	})
	g.Go(func() error {
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
				s.asks.forget(s.clock())
				s.board.forget(s.clock())
				s.likes.forget(s.clock())
			}
		}
	})
	return g.Wait()
}

func documentKey(room, question string) bus.Key { return bus.InRoom(bus.State, room, "q", question) }

// decode reads a question's document.
func decode(body []byte) (*eventv1.Question, error) {
	q := new(eventv1.Question)
	if err := proto.Unmarshal(body, q); err != nil {
		return nil, fmt.Errorf("question document: %w", err)
	}
	return q, nil
}

func revision(q *eventv1.Question) string { return strconv.FormatUint(q.GetRevision(), 10) }

// reader is who looks at questions.
type reader struct {
	person string
	all    bool // moderators, hosts and services see every state and every asker
}

func (r reader) sees(q *eventv1.Question) bool {
	return r.all || public(q.GetState()) || r.person == q.GetAuthor().GetPerson()
}

// outside is a question as a reader sees it.
func (s *Service) outside(ctx context.Context, room string, q *eventv1.Question, votes *eventv1.Tally, r reader) (*questionsv1.Question, error) {
	text, err := s.texts.read(ctx, q.GetTextSequence())
	if err != nil {
		return nil, err
	}
	answer, err := s.texts.read(ctx, q.GetAnswerSequence())
	if err != nil {
		return nil, err
	}
	o := &questionsv1.Question{
		Room: room, Question: q.GetId(), Anonymous: q.GetAnonymous(), Text: text,
		State: questionsv1.Question_State(q.GetState()), Revision: q.GetRevision(), Next: q.GetNext(), Label: q.GetLabel(),
		Answer: answer, Votes: votes.GetVotes(), GuestVotes: votes.GetGuests(),
		CreateTime: moment(q.GetAskedMs()), OpenTime: moment(q.GetOpenedMs()), AnsweringTime: moment(q.GetAnsweringMs()), AnswerTime: moment(q.GetAnsweredMs()),
		EditTime: moment(q.GetEditedMs()), Place: q.GetPlace(), AnsweringStreamTime: moment(q.GetAnsweringStreamMs()), StreamTime: moment(q.GetStreamTimeMs()),
	}
	if r.all {
		if o.OriginalText, err = s.texts.read(ctx, q.GetOriginalSequence()); err != nil {
			return nil, err
		}
		o.Why, o.WhyDetail = why(q.GetHoldReason()), q.GetHoldDetail()
	}
	own := r.all || r.person == q.GetAuthor().GetPerson()
	if own || !q.GetAnonymous() {
		o.Person, o.Name, o.Guest = q.GetAuthor().GetPerson(), q.GetAuthor().GetName(), q.GetAuthor().GetGuest()
	}
	if own {
		o.Reason, o.MergedInto = q.GetReason(), q.GetMergedInto()
	}
	return o, nil
}

// why is a stored reason as callers see it: both enums have the same words.
func why(r eventv1.HoldReason) questionsv1.Question_Why {
	return questionsv1.Question_Why(questionsv1.Question_Why_value["WHY_"+strings.TrimPrefix(r.String(), "HOLD_REASON_")])
}

func moment(ms int64) *timestamppb.Timestamp {
	if ms == 0 {
		return nil
	}
	return timestamppb.New(time.UnixMilli(ms))
}
