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
	view, room, err := s.judge.Room(ctx, r.GetRoom(), judge.Live)
	if err != nil {
		return false, err
	}
	if err := s.votable(ctx, view, r.GetRoom(), r.GetQuestion()); err != nil {
		return false, err
	}
	key := bus.InRoom(bus.Votes, r.GetRoom(), r.GetQuestion(), auth.PersonKey(room.GetPersonKey(), who.Subject))
	next := &eventv1.Vote{Up: r.GetUp(), Guest: who.Guest, Change: 1}
	var last uint64
	if !r.GetUp() { // only a vote that stands can be taken back
		if last, err = s.change(ctx, key, next); err != nil || last == 0 {
			return false, err
		}
	}
	for range maxTries {
		next.CastMs = s.clock().UnixMilli()
		body, err := proto.Marshal(next)
		if err != nil {
			return false, fmt.Errorf("vote: %w", err)
		}
		// Nearly every vote is a first one, so that is tried without looking.
		if _, err = s.bus.Put(ctx, key, body, last); !errors.Is(err, bus.ErrConflict) {
			return err == nil, err
		}
		if last, err = s.change(ctx, key, next); err != nil || last == 0 {
			return false, err
		}
	}
	return false, fault.New(fault.TooManyRequests, "this vote is being changed from several places at once").After(changeEvery)
}

// change looks at the vote that stands and prepares the next one as a change of it. It gives the sequence to change, or 0
// when the vote stands that way already: also when our own write happened in a silence.
func (s *Service) change(ctx context.Context, key bus.Key, next *eventv1.Vote) (uint64, error) {
	record, err := s.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	last := new(eventv1.Vote)
	if err := proto.Unmarshal(record.Body, last); err != nil {
		return 0, fmt.Errorf("vote: %w", err)
	}
	if last.GetUp() == next.GetUp() {
		return 0, nil
	}
	if last.GetChange() >= maxChanges {
		return 0, fault.New(fault.TooManyRequests, "this vote was changed %d times; it stays as it is", maxChanges)
	}
	if wait := changeEvery - s.clock().Sub(time.UnixMilli(last.GetCastMs())); wait > 0 {
		return 0, fault.New(fault.TooManyRequests, "one change a second").After(wait)
	}
	next.Change = last.GetChange() + 1
	// The column that a vote was counted in is the one it is taken from.
	if !next.GetUp() {
		next.Guest = last.GetGuest()
	}
	return record.Sequence, nil
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
	case !public(q.GetState()):
		return notFound() // that it exists is nobody's business
	}
	return fault.New(fault.VotingClosed, "votes are taken while a question is open; this one is %s", word(q.GetState())).On("question")
}
