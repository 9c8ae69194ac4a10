package uplink

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ovation-live/ovation/internal/fault"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// Claim takes, renews or ends a claim on a question.
func (u *Uplink) Claim(ctx context.Context, a Actor, c *gatewayv1.ClaimQuestion) (*gatewayv1.Claim, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.ClaimQuestion(ctx, &questionsv1.ClaimQuestionRequest{
		Room: a.Room, Question: c.GetQuestion(), Release: c.GetRelease(), TakeOver: c.GetTakeOver(), Actor: a.proto(),
	})
	if err != nil {
		return nil, fault.Err(err)
	}
	claim := answer.GetClaim()
	return &gatewayv1.Claim{
		Question: claim.GetQuestion(), Person: claim.GetPerson(), Name: claim.GetName(), UntilMs: ms(claim.GetExpireTime()),
	}, nil
}

// ShortenClaim lets a claim that the actor holds end after a while; one that it does not hold stays as it is.
func (u *Uplink) ShortenClaim(ctx context.Context, a Actor, question string, life time.Duration) error {
	ctx, cancel := a.context(ctx)
	defer cancel()
	_, err := u.questions.ClaimQuestion(ctx, &questionsv1.ClaimQuestionRequest{
		Room: a.Room, Question: question, Life: durationpb.New(life), HeldOnly: true, Actor: a.proto(),
	})
	return fault.Err(err)
}

// Similar finds questions that ask much the same.
func (u *Uplink) Similar(ctx context.Context, a Actor, f *gatewayv1.FindSimilar) (*gatewayv1.SimilarQuestions, error) {
	ctx, cancel := a.context(ctx)
	defer cancel()
	answer, err := u.questions.FindSimilarQuestions(ctx, &questionsv1.FindSimilarQuestionsRequest{
		Room: a.Room, Text: f.GetText(), Question: f.GetQuestion(), Actor: a.proto(),
	})
	if err != nil {
		return nil, fault.Err(err)
	}
	found := new(gatewayv1.SimilarQuestions)
	for _, s := range answer.GetQuestions() {
		q := s.GetQuestion()
		found.Questions = append(found.Questions, &gatewayv1.SimilarQuestion{
			Question: q.GetQuestion(), Text: q.GetText(), Votes: q.GetVotes(), Score: s.GetScore(), State: stateWord(q),
		})
	}
	return found, nil
}

func stateWord(q *questionsv1.Question) string {
	return strings.ToLower(strings.TrimPrefix(q.GetState().String(), "STATE_"))
}

// question is a question as its author and moderators see it.
func question(q *questionsv1.Question) *gatewayv1.Question {
	return &gatewayv1.Question{
		Question: q.GetQuestion(), Person: q.GetPerson(), Name: q.GetName(), Anonymous: q.GetAnonymous(), Text: q.GetText(),
		State: stateWord(q), Revision: q.GetRevision(), Next: q.GetNext(),
		Label: q.GetLabel(), Answer: q.GetAnswer(), Votes: q.GetVotes(), GuestVotes: q.GetGuestVotes(), Reason: q.GetReason(),
		AskedMs: ms(q.GetCreateTime()), AnsweringMs: ms(q.GetAnsweringTime()), AnsweredMs: ms(q.GetAnswerTime()), OpenedMs: ms(q.GetOpenTime()),
		Edited: q.GetEditTime() != nil, Place: q.GetPlace(), AnsweringStreamMs: ms(q.GetAnsweringStreamTime()), MergedInto: q.GetMergedInto(),
	}
}
