package questions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/protobuf/proto"

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

// Limits of one person in one room; moderators and hosts have none.
const (
	asksPerMinute = 5
	maxUnanswered = 20
)

// asked is the answer to an ask, kept for its retries.
type asked struct {
	question *eventv1.Question
	text     string // as it was sent
}

// AskQuestion stores a question.
func (s *Service) AskQuestion(ctx context.Context, r *questionsv1.AskQuestionRequest) (*questionsv1.AskQuestionResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	q, err := s.ask(ctx, r)
	s.meter.ask(ctx, err)
	if err != nil {
		return nil, err
	}
	o, err := s.outside(ctx, r.GetRoom(), q, nil, reader{person: q.GetAuthor().GetPerson()})
	if err != nil {
		return nil, err
	}
	return &questionsv1.AskQuestionResponse{Question: o}, nil
}

func (s *Service) ask(ctx context.Context, r *questionsv1.AskQuestionRequest) (*eventv1.Question, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.RequestID(r.GetRequestId())); err != nil {
		return nil, err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
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
	// A known request is answered before any rule.
	id := once.Of(r.GetRoom(), author.GetPerson(), r.GetRequestId())
	answer, _, err := s.known.Do(ctx, id, func() (asked, error) { return s.store(ctx, r, who.Role, author, id) })
	if err != nil {
		return nil, err
	}
	if answer.text != r.GetText() {
		return nil, reused()
	}
	return answer.question, nil
}

func reused() error {
	return fault.New(fault.RequestIDReused, "this request id was used for another question; take a new one").On("request_id")
}

// store judges a question, stores its text and then its document.
func (s *Service) store(ctx context.Context, r *questionsv1.AskQuestionRequest, role auth.Role, author *eventv1.Author, id once.ID) (asked, error) {
	view, room, err := s.judge.Room(ctx, r.GetRoom(), func(room *eventv1.Room) error {
		if err := judge.Live(room); err != nil {
			return err
		}
		switch {
		case r.GetAnonymous() && !room.GetSettings().GetAnonymousQuestions():
			return fault.New(fault.AnonymousNotAllowed, "questions are asked with a name here").On("anonymous")
		case r.GetLabel() != "" && !slices.Contains(room.GetSettings().GetLabels(), r.GetLabel()):
			return fault.New(fault.UnknownLabel, "the room has no such topic; it has %s", strings.Join(room.GetSettings().GetLabels(), ", ")).On("label")
		}
		return nil
	})
	if err != nil {
		return asked{}, err
	}
	clean, err := text.Clean("text", r.GetText(), text.Question)
	if err != nil {
		return asked{}, err
	}
	if !role.AtLeast(auth.Moderator) {
		if err := s.allowed(view, r.GetRoom(), author.GetPerson()); err != nil {
			return asked{}, err
		}
	}
	// The text first: a document without one would be seen; a text without a document is not.
	sequence, same, err := s.texts.write(ctx, bus.InRoom(bus.Held, r.GetRoom(), "qt", id.Item()), id.Message(), clean)
	if err != nil {
		return asked{}, err
	}
	if !same {
		return asked{}, reused()
	}
	now := s.clock().UnixMilli()
	q := &eventv1.Question{
		Id: id.Item(), Author: author, Anonymous: r.GetAnonymous(), State: pending, Revision: 1, TextSequence: sequence,
		Label: r.GetLabel(), AskedMs: now, LastRequest: id.Message(), LastBy: author.GetPerson(),
	}
	if r.GetStreamTime().CheckValid() == nil {
		q.StreamTimeMs = r.GetStreamTime().AsTime().UnixMilli()
	}
	if room.GetSettings().GetOpenQuestions() {
		q.State, q.OpenedMs = open, now
	}
	q, err = s.create(ctx, r.GetRoom(), q)
	return asked{q, r.GetText()}, err
}

// create writes the document where there is none. One that is there was made by this same request, since the id is
// derived from it: it is the answer.
func (s *Service) create(ctx context.Context, room string, q *eventv1.Question) (*eventv1.Question, error) {
	body, err := proto.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	_, err = s.bus.Put(ctx, documentKey(room, q.GetId()), body, 0)
	if !errors.Is(err, bus.ErrConflict) {
		return q, err
	}
	last, err := s.bus.Last(ctx, documentKey(room, q.GetId()))
	if err != nil {
		return nil, fmt.Errorf("read back a known question: %w", err)
	}
	return decode(last.Body)
}

// allowed holds a person to its limits.
func (s *Service) allowed(view *follow.View, room, person string) error {
	if wait := s.asks.take(room+"/"+person, s.clock()); wait > 0 {
		return fault.New(fault.TooManyRequests, "at most %d questions a minute; give others a turn", asksPerMinute).After(wait)
	}
	unanswered := 0
	view.Each("q.", func(d follow.Document) {
		if q, err := decode(d.Body); err == nil && q.GetAuthor().GetPerson() == person && (q.GetState() == pending || q.GetState() == open) {
			unanswered++
		}
	})
	if unanswered >= maxUnanswered {
		return fault.New(fault.TooManyRequests, "%d of your questions are waiting or open; withdraw one, or wait for answers", unanswered).After(time.Minute)
	}
	return nil
}

// asks is how often people asked lately.
type asks struct {
	mu     sync.Mutex
	people map[string]*rate.Limiter // guarded by mu
}

func newAsks() *asks { return &asks{people: make(map[string]*rate.Limiter)} }

// take is 0 when the person may ask now, else how long it has to wait.
func (a *asks) take(person string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.people[person]
	if l == nil {
		l = rate.NewLimiter(rate.Every(time.Minute/asksPerMinute), asksPerMinute)
		a.people[person] = l
	}
	r := l.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget drops people who could ask as often as anybody.
func (a *asks) forget(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for person, l := range a.people {
		if l.TokensAt(now) >= asksPerMinute {
			delete(a.people, person)
		}
	}
}
