package questions

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	moderationv1 "github.com/ovation-live/ovation/proto/gen/ovation/moderation/v1"
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

// asking packs an answer: the length of the text, the text, the question.
var asking = once.Packing[asked]{
	Pack: func(a asked) ([]byte, error) {
		body := binary.AppendUvarint(nil, uint64(len(a.text)))
		return proto.MarshalOptions{}.MarshalAppend(append(body, a.text...), a.question)
	},
	Unpack: func(b []byte) (asked, error) {
		size, n := binary.Uvarint(b)
		b = b[n:]
		a := asked{question: new(eventv1.Question), text: string(b[:size])}
		return a, proto.Unmarshal(b[size:], a.question)
	},
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
func (s *Service) store(ctx context.Context, r *questionsv1.AskQuestionRequest, role auth.Role, author *eventv1.Author, id once.ID) (answer asked, failed error) {
	clean, err := text.Clean("text", r.GetText(), text.Question)
	if err != nil {
		return asked{}, err
	}
	streamed, err := streamTime(r.GetStreamTime())
	if err != nil {
		return asked{}, err
	}
	// A retry that this process does not remember is found by its id before any rule could refuse it.
	if q, _, err := s.stored(ctx, r.GetRoom(), id.Item()); err != nil || q != nil {
		return s.again(ctx, q, r.GetText(), err)
	}
	view, room, err := s.judge.Room(ctx, r.GetRoom(), func(room *eventv1.Room) error { return takes(room, r, role, author, clean) })
	if err != nil {
		return asked{}, err
	}
	shadow, err := people.MayWrite(ctx, s.bus, view, r.GetRoom(), author, s.clock())
	if err != nil {
		return asked{}, err
	}
	if err := s.called.Imitates(view, room, author); err != nil && !r.GetAnonymous() {
		return asked{}, err
	}
	var rule wait
	if !role.AtLeast(auth.Moderator) {
		if rule, err = s.waits(r, view, room, author, clean); err != nil {
			return asked{}, err
		}
		back, err := s.allowed(view, r.GetRoom(), author.GetPerson())
		if err != nil {
			return asked{}, err
		}
		defer func() {
			if failed != nil {
				back()
			}
		}()
	}
	verdict, err := s.hook.Judge(ctx, room.GetSettings().GetQuestionHook(), hook.Item{
		Room: r.GetRoom(), ID: id.Item(), Kind: moderationv1.Kind_KIND_QUESTION, Author: author, Text: clean, Limit: text.Question,
	})
	if err != nil {
		return asked{}, err
	}
	// The text first: a document without one would be seen; a text without a document is not. The message id holds the
	// text, because the hook may make another of it when the same request comes again.
	sequence, _, err := s.texts.write(ctx, bus.InRoom(bus.Held, r.GetRoom(), "qt", id.Item()), once.Of(id.Message(), verdict.Text).Message(), verdict.Text)
	if err != nil {
		return asked{}, err
	}
	now := s.clock().UnixMilli()
	q := &eventv1.Question{
		Id: id.Item(), Author: author, Anonymous: r.GetAnonymous(), State: pending, Revision: untouched, TextSequence: sequence,
		Label: r.GetLabel(), AskedMs: now, StreamTimeMs: streamed, LastRequest: id.Message(), LastBy: author.GetPerson(),
		RequestHash: requestHash(r.GetText()),
	}
	if hold := rule.or(verdict); hold.why != eventv1.HoldReason_HOLD_REASON_UNSPECIFIED {
		q.HoldReason, q.HoldDetail = hold.why, hold.detail
	} else if room.GetSettings().GetOpenQuestions() && !shadow { // who is out of sight asks moderators only
		q.State, q.OpenedMs = open, now
	}
	there, err := s.create(ctx, r.GetRoom(), q)
	if err != nil || there != nil {
		return s.again(ctx, there, r.GetText(), err)
	}
	return asked{q, r.GetText()}, nil
}

// takes tells whether a room takes a question now.
func takes(room *eventv1.Room, r *questionsv1.AskQuestionRequest, role auth.Role, author *eventv1.Author, clean string) error {
	if err := judge.Live(room); err != nil {
		return err
	}
	switch {
	case paused(room, role):
		return errPaused()
	case r.GetAnonymous() && !room.GetSettings().GetAnonymousQuestions():
		return fault.New(fault.AnonymousNotAllowed, "questions are asked with a name here").On("anonymous")
	case !role.AtLeast(auth.Moderator):
		if err := judge.Links(room, author.GetGuest(), clean); err != nil {
			return err
		}
	}
	return knownLabel(room, r.GetLabel())
}

// wait is why a question waits for a moderator; the zero value is for no reason of its own.
type wait struct {
	why    eventv1.HoldReason
	detail string
}

// or gives what the moderation hook says precedence over a rule of the room.
func (w wait) or(verdict hook.Verdict) wait {
	switch {
	case verdict.Hold && verdict.Away:
		return wait{why: eventv1.HoldReason_HOLD_REASON_HOOK_AWAY}
	case verdict.Hold:
		return wait{eventv1.HoldReason_HOLD_REASON_HOOK, verdict.Reason}
	}
	return w
}

// waits looks for a rule by which a viewer's question waits, or is refused.
func (s *Service) waits(r *questionsv1.AskQuestionRequest, view *follow.View, room *eventv1.Room, author *eventv1.Author, clean string) (wait, error) {
	hit, blocked := s.filter.Find(r.GetRoom(), view, clean)
	named := false
	if !blocked && !r.GetAnonymous() {
		hit, named = s.filter.Find(r.GetRoom(), view, author.GetName())
	}
	switch {
	case named && !room.GetSettings().GetHoldFiltered():
		return wait{}, filter.BlockedName()
	case blocked && !room.GetSettings().GetHoldFiltered():
		return wait{}, fault.New(fault.TextBlocked, "the text holds a term that is blocked here; say it otherwise").On("text")
	case blocked, named:
		return wait{eventv1.HoldReason_HOLD_REASON_FILTER, hit.Term}, nil
	case author.GetGuest() && room.GetCalm().GetHoldGuests():
		return wait{why: eventv1.HoldReason_HOLD_REASON_CALM}, nil
	case author.GetGuest() && r.GetActor().GetReview():
		return wait{why: eventv1.HoldReason_HOLD_REASON_REVIEW}, nil
	}
	return wait{}, nil
}

// again answers with the question that is there: it was made by this same request, since its id is derived from it. With
// another text the request id was used twice. What is compared is the text as it was sent: the hook or a moderator may
// have changed what is stored.
func (s *Service) again(ctx context.Context, q *eventv1.Question, sent string, err error) (asked, error) {
	if err != nil {
		return asked{}, err
	}
	if len(q.GetRequestHash()) > 0 {
		if !bytes.Equal(q.GetRequestHash(), requestHash(sent)) {
			return asked{}, reused()
		}
		return asked{q, sent}, nil
	}
	// One from a version without the hash.
	was, err := s.texts.read(ctx, cmp.Or(q.GetOriginalSequence(), q.GetTextSequence()))
	if err != nil {
		return asked{}, err
	}
	clean, err := text.Clean("text", sent, text.Question)
	if err != nil {
		return asked{}, err
	}
	if was != "" && was != clean { // an erased text cannot be compared
		return asked{}, reused()
	}
	return asked{q, sent}, nil
}

func requestHash(sent string) []byte {
	sum := sha256.Sum256([]byte(sent))
	return sum[:]
}

// stored reads a question from the leader; nil when there is none, with the sequence that the next write must name.
func (s *Service) stored(ctx context.Context, room, question string) (*eventv1.Question, bus.Record, error) {
	record, err := s.bus.Last(ctx, documentKey(room, question))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return nil, record, nil
	} else if err != nil {
		return nil, record, fmt.Errorf("read a question: %w", err)
	}
	q, err := decode(record.Body)
	return q, record, err
}

// streamTime reads the optional wall clock of the video frame, in milliseconds.
func streamTime(t *timestamppb.Timestamp) (int64, error) {
	if t == nil {
		return 0, nil
	}
	if err := t.CheckValid(); err != nil || t.AsTime().UnixMilli() <= 0 {
		return 0, fault.New(fault.FieldInvalid, "stream_time must be a time after 1970").On("stream_time")
	}
	return t.AsTime().UnixMilli(), nil
}

// create writes the document where there is none, over a marker if need be. One that is there is given back.
func (s *Service) create(ctx context.Context, room string, q *eventv1.Question) (there *eventv1.Question, err error) {
	body, err := proto.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	var expected uint64
	for range maxTries {
		if _, err = s.bus.Put(ctx, documentKey(room, q.GetId()), body, expected); !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
		there, record, err := s.stored(ctx, room, q.GetId())
		if err != nil || there != nil {
			return there, err
		}
		expected = record.Sequence
	}
	return nil, fault.New(fault.Unavailable, "the question could not be stored just now; try again with the same request id").After(time.Second)
}

// allowed holds a person to its limits. back undoes what it took from them, for a question that was not stored.
func (s *Service) allowed(view *follow.View, room, person string) (back func(), err error) {
	unanswered := 0
	for _, q := range s.board.all(view, room) {
		if q.GetAuthor().GetPerson() == person && (q.GetState() == pending || q.GetState() == open) {
			unanswered++
		}
	}
	if unanswered >= maxUnanswered {
		return nil, fault.New(fault.TooManyRequests, "%d of your questions are waiting or open; withdraw one, or wait for answers", unanswered).After(time.Minute)
	}
	back, wait := s.asks.take(room+"/"+person, s.clock())
	if wait > 0 {
		return nil, fault.New(fault.TooManyRequests, "at most %d questions a minute; give others a turn", asksPerMinute).After(wait)
	}
	return back, nil
}

// asks is how often people asked lately.
type asks struct {
	mu     sync.Mutex
	people map[string]*rate.Limiter // guarded by mu
}

func newAsks() *asks { return &asks{people: make(map[string]*rate.Limiter)} }

// take takes one ask from what the person has left, or tells how long it has to wait.
func (a *asks) take(person string, now time.Time) (back func(), wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.people[person]
	if l == nil {
		l = rate.NewLimiter(rate.Every(time.Minute/asksPerMinute), asksPerMinute)
		a.people[person] = l
	}
	r := l.ReserveN(now, 1)
	back = func() { r.CancelAt(now) }
	if wait = r.DelayFrom(now); wait > 0 {
		back()
	}
	return back, wait
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
