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

func claimKey(room, question string) bus.Key {
	return bus.InRoom(bus.State, room, "claim", question)
}

// ClaimQuestion takes, renews or ends a claim. A claim is a document that the store itself removes, so that one whose
// holder, gateway or service dies ends all the same.
func (s *Service) ClaimQuestion(ctx context.Context, r *questionsv1.ClaimQuestionRequest) (*questionsv1.ClaimQuestionResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	c, err := s.claim(ctx, r)
	s.meter.step(ctx, "claim_question", err)
	if err != nil {
		return nil, err
	}
	return &questionsv1.ClaimQuestionResponse{Claim: claimOutside(r.GetQuestion(), c)}, nil
}

func (s *Service) claim(ctx context.Context, r *questionsv1.ClaimQuestionRequest) (*eventv1.Claim, error) {
	if err := errors.Join(text.RoomID(r.GetRoom()), text.ItemID("question", r.GetQuestion())); err != nil {
		return nil, err
	}
	life := judge.ClaimFor
	if r.GetLife() != nil {
		if life = r.GetLife().AsDuration(); life < time.Second || life > judge.ClaimFor || life%time.Second != 0 {
			return nil, fault.New(fault.FieldInvalid, "a claim lasts 1 to %d whole seconds", int(judge.ClaimFor.Seconds())).On("life")
		}
	}
	who, err := auth.Acting(ctx, r.GetRoom(), r.GetActor())
	if err != nil {
		return nil, err
	}
	if !who.Role.AtLeast(auth.Moderator) {
		return nil, fault.New(fault.PermissionDenied, "only a moderator or host may do that")
	}
	_, room, err := s.judge.Room(ctx, r.GetRoom(), nil)
	if err != nil {
		return nil, err
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	for range maxTries {
		held, sequence, err := s.claimed(ctx, r.GetRoom(), r.GetQuestion())
		if err != nil {
			return nil, err
		}
		mine := held.GetBy().GetPerson() == by.GetPerson()
		switch {
		case held != nil && !mine && (r.GetRelease() || r.GetHeldOnly()):
			return held, nil // there is nothing of ours to end
		case held != nil && !mine && !r.GetTakeOver():
			return nil, claimedBy(held)
		case held == nil && (r.GetRelease() || r.GetHeldOnly()):
			return nil, nil
		case held == nil:
			q, _, err := s.stored(ctx, r.GetRoom(), r.GetQuestion())
			if err != nil {
				return nil, err
			}
			if q == nil {
				return nil, notFound()
			}
		}
		if r.GetRelease() {
			if _, err = s.bus.Remove(ctx, claimKey(r.GetRoom(), r.GetQuestion()), sequence); err == nil {
				return nil, nil
			}
		} else {
			c := &eventv1.Claim{Question: r.GetQuestion(), By: by, UntilMs: s.clock().Add(life).UnixMilli()}
			body, fail := proto.Marshal(c)
			if fail != nil {
				return nil, fmt.Errorf("claim: %w", fail)
			}
			if _, err = s.bus.PutFor(ctx, claimKey(r.GetRoom(), r.GetQuestion()), body, sequence, life); err == nil {
				return c, nil
			}
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, err
		}
	}
	return nil, fault.New(fault.RevisionMismatch, "too many reach for this question at once; look again").On("question")
}

// claimed reads the claim that stands from the leader; nil when there is none, with the sequence that the next must name.
func (s *Service) claimed(ctx context.Context, room, question string) (*eventv1.Claim, uint64, error) {
	record, err := s.bus.Last(ctx, claimKey(room, question))
	if errors.Is(err, bus.ErrNotFound) {
		return nil, 0, nil
	} else if err != nil {
		return nil, 0, fmt.Errorf("read a claim: %w", err)
	}
	return s.standingClaim(record.Body, record.Deleted), record.Sequence, nil
}

// standingClaim reads a claim's document; nil for one that has ended.
func (s *Service) standingClaim(body []byte, deleted bool) *eventv1.Claim {
	c := new(eventv1.Claim)
	if deleted || proto.Unmarshal(body, c) != nil || c.GetUntilMs() <= s.clock().UnixMilli() {
		return nil
	}
	return c
}

// unclaimed lets a step pass that another moderator's claim does not hold up. A step that was prepared under a claim
// passes while that claim stands. The leader is asked before a no, and where the caller relies on its claim.
func (s *Service) unclaimed(ctx context.Context, view *follow.View, room, question, person string, relies bool) error {
	if !relies {
		d, ok := view.Doc("claim." + question)
		if c := s.standingClaim(d.Body, !ok); c == nil || c.GetBy().GetPerson() == person {
			return nil
		}
	}
	held, _, err := s.claimed(ctx, room, question)
	switch {
	case err != nil:
		return err
	case relies && held.GetBy().GetPerson() != person:
		f := fault.New(fault.ClaimExpired, "your claim has ended; look at the question as it stands and claim it again")
		if held != nil {
			f = f.With("claimed_by", held.GetBy().GetName())
		}
		return f
	case held != nil && held.GetBy().GetPerson() != person:
		return claimedBy(held)
	}
	return nil
}

func claimedBy(c *eventv1.Claim) error {
	name := c.GetBy().GetName()
	if name == "" {
		name = "another moderator"
	}
	return fault.New(fault.QuestionClaimed, "%s is at work on this question; wait, or take it over", name).With("claimed_by", c.GetBy().GetName())
}

func claimOutside(question string, c *eventv1.Claim) *questionsv1.Claim {
	return &questionsv1.Claim{
		Question: question, Person: c.GetBy().GetPerson(), Name: c.GetBy().GetName(), ExpireTime: moment(c.GetUntilMs()),
	}
}
