package questions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Limits of one person's vote on one question.
const (
	maxChanges  = 20
	changeEvery = time.Second
)

// VoteQuestion gives or takes back a vote.
func (s *Service) VoteQuestion(ctx context.Context, r *questionsv1.VoteQuestionRequest) (*questionsv1.VoteQuestionResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	changed, err := s.vote(ctx, r)
	s.meter.vote(ctx, err)
	if err != nil {
		return nil, err
	}
	return &questionsv1.VoteQuestionResponse{Changed: changed}, nil
}

func (s *Service) vote(ctx context.Context, r *questionsv1.VoteQuestionRequest) (changed bool, err error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("question", r.GetQuestion())); err != nil {
		return false, err
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return false, err
	}
	view, room, err := s.judge.Room(ctx, r.GetRoom(), func(room *eventv1.Room) error {
		if err := judge.Live(room); err != nil || !paused(room, who.Role) {
			return err
		}
		return errPaused()
	})
	if err != nil {
		return false, err
	}
	voter := &eventv1.Author{Person: auth.PersonKey(room.GetPersonKey(), who.Subject), Role: who.Role.Proto()}
	shadow, err := people.MayWrite(ctx, s.bus, view, r.GetRoom(), voter, s.clock())
	if err != nil {
		return false, err
	}
	if err := s.votable(ctx, view, r.GetRoom(), r.GetQuestion()); err != nil {
		return false, err
	}
	person := voter.GetPerson()
	if r.GetUp() {
		return s.cast(ctx, bus.InRoom(bus.Votes, r.GetRoom(), r.GetQuestion(), person),
			&eventv1.Vote{Up: true, Guest: who.Guest, Network: r.GetActor().GetNetwork(), Apart: shadow})
	}
	// Who no longer wants an answer to a question does not want one to those that were merged into it.
	for _, q := range append(linksOf(s.board.all(view, r.GetRoom())).below(r.GetQuestion()), r.GetQuestion()) {
		one, err := s.cast(ctx, bus.InRoom(bus.Votes, r.GetRoom(), q, person), &eventv1.Vote{Guest: who.Guest})
		if err != nil {
			return false, err
		}
		changed = changed || one
	}
	return changed, nil
}

// cast changes one vote to the next, if it does not stand that way.
func (s *Service) cast(ctx context.Context, key bus.Key, next *eventv1.Vote) (changed bool, err error) {
	next.CastMs, next.Change = s.clock().UnixMilli(), 1
	// Nearly every vote is a first one, so that is tried without looking. Only a vote that stands can be taken back.
	stands := ballotPaper{}
	if !next.GetUp() {
		if stands, err = s.stands(ctx, key, next); err != nil || stands.already {
			return false, err
		}
	}
	for range maxTries {
		body, err := proto.Marshal(next)
		if err != nil {
			return false, fmt.Errorf("vote: %w", err)
		}
		if _, err = s.bus.Put(ctx, key, body, stands.sequence); !errors.Is(err, bus.ErrConflict) {
			return err == nil, err
		}
		if stands, err = s.stands(ctx, key, next); err != nil || stands.already {
			return stands.own, err
		}
	}
	return false, fault.New(fault.TooManyRequests, "this vote is being changed from several places at once").After(changeEvery)
}

// ballotPaper is a person's vote as it stands.
type ballotPaper struct {
	sequence uint64 // what the next change must name; 0 when there is no vote yet
	already  bool   // it stands the way it is wanted
	own      bool   // because our own write happened in a silence
}

// stands looks at the vote that stands and prepares the next one as a change of it.
func (s *Service) stands(ctx context.Context, key bus.Key, next *eventv1.Vote) (ballotPaper, error) {
	record, err := s.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return ballotPaper{already: !next.GetUp()}, nil
	} else if err != nil {
		return ballotPaper{}, err
	}
	last := new(eventv1.Vote)
	if err := proto.Unmarshal(record.Body, last); err != nil {
		return ballotPaper{}, fmt.Errorf("vote: %w", err)
	}
	if last.GetUp() == next.GetUp() {
		return ballotPaper{already: true, own: proto.Equal(last, next)}, nil
	}
	if last.GetChange() >= maxChanges {
		return ballotPaper{}, fault.New(fault.TooManyRequests, "this vote was changed %d times; it stays as it is", maxChanges)
	}
	if wait := changeEvery - s.clock().Sub(time.UnixMilli(last.GetCastMs())); wait > 0 {
		return ballotPaper{}, fault.New(fault.TooManyRequests, "one change a second").After(wait)
	}
	next.Change = last.GetChange() + 1
	// The column that a vote was counted in is the one it is taken from; one that counted in none is taken from none.
	if !next.GetUp() {
		next.Guest, next.Apart = last.GetGuest(), last.GetApart()
	}
	return ballotPaper{sequence: record.Sequence}, nil
}

// votable judges by followed state and asks the leader before it refuses.
func (s *Service) votable(ctx context.Context, view *follow.View, room, question string) error {
	if d, ok := view.Doc("q." + question); ok {
		if q, err := decode(d.Body); err == nil && votable(q.GetState()) {
			return nil
		}
	}
	record, err := s.bus.Last(ctx, documentKey(room, question))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return notFound()
	} else if err != nil {
		return err
	}
	q, err := decode(record.Body)
	switch {
	case err != nil:
		return err
	case votable(q.GetState()):
		return nil
	case q.GetState() == merged && q.GetOpenedMs() > 0:
		return fault.New(fault.VotingClosed, "this question was merged into another; vote for that one").On("question").With("merged_into", q.GetMergedInto())
	case !public(q.GetState()):
		return notFound() // that it exists is nobody's business
	}
	return fault.New(fault.VotingClosed, "votes are taken while a question is open; this one is %s", word(q.GetState())).On("question")
}
