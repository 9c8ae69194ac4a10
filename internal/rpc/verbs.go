package rpc

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/limit"
	"github.com/ovation-live/ovation/internal/text"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
)

// verbs are the methods that do what a verb of the socket does, and those that read a lot of the store, which have verbs of
// their own. No method is `auth`: each call brings its token.
var verbs = map[string]string{
	commentsv1.CommentsService_PostComment_FullMethodName:            "post",
	commentsv1.CommentsService_EditComment_FullMethodName:            "edit",
	commentsv1.CommentsService_DeleteComment_FullMethodName:          "delete",
	commentsv1.CommentsService_UndeleteComment_FullMethodName:        "undelete",
	commentsv1.CommentsService_ReportComment_FullMethodName:          "report",
	questionsv1.QuestionsService_AskQuestion_FullMethodName:          "ask",
	questionsv1.QuestionsService_StepQuestion_FullMethodName:         "withdraw", // the one step of whom it binds
	questionsv1.QuestionsService_VoteQuestion_FullMethodName:         "vote",
	questionsv1.QuestionsService_ReportQuestion_FullMethodName:       "report",
	questionsv1.QuestionsService_FindSimilarQuestions_FullMethodName: "similar",
	questionsv1.QuestionsService_ListMyQuestions_FullMethodName:      "mine",
	questionsv1.QuestionsService_ListQuestions_FullMethodName:        "list_questions",
	commentsv1.CommentsService_ListComments_FullMethodName:           "list_comments",
	heartsv1.HeartsService_GetHeartSeries_FullMethodName:             "read_hearts",
	heartsv1.HeartsService_ListHighlights_FullMethodName:             "read_hearts",
	heartsv1.HeartsService_ExportHearts_FullMethodName:               "read_hearts",
}

// VerbOf is the verb whose limit binds a method; empty for one that has none.
func VerbOf(method string) string { return verbs[method] }

// Verbs bounds how often people who call for themselves do what sockets can, as often as at a gateway, so that the port is
// no way around its limits; and how often they read what costs the store a lot. Services are not bound: a gateway has counted for whom it acts.
type Verbs struct {
	// static
	limited metric.Int64Counter

	rate   *limit.Rate[personVerb]
	others atomic.Pointer[map[string]limit.Bucket]
}

// personVerb is a bucket's key. What somebody does in one room is not counted in another, as at a gateway.
type personVerb struct{ room, subject, verb string }

// NewVerbs makes the buckets of a process; others are those that differ from limit.Verb's.
func NewVerbs(others map[string]limit.Bucket) *Verbs {
	v := &Verbs{rate: limit.NewRate[personVerb]()}
	v.limited, _ = otel.Meter("github.com/ovation-live/ovation/internal/rpc").Int64Counter("ovation.rpc.limited",
		metric.WithDescription("Calls of people that a limit of verbs refused: `verb_` and its name. Labels: limit."))
	v.Set(others)
	return v
}

// Set puts other limits in force. A bucket that somebody emptied stays as it is and fills at the new rate.
func (v *Verbs) Set(others map[string]limit.Bucket) { v.others.Store(&others) }

// UnaryInterceptor refuses calls beyond the caller's limits. It comes after those that say who calls, and whether it may.
func (v *Verbs) UnaryInterceptor() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := v.allow(ctx, req, info.FullMethod, time.Now()); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

func (v *Verbs) allow(ctx context.Context, req any, method string, now time.Time) error {
	verb := VerbOf(method)
	c, ok := auth.CallerFrom(ctx)
	if verb == "" || !ok || c.Role == auth.Service {
		return nil
	}
	b := limit.Verb(verb, c.Role.AtLeast(auth.Moderator), *v.others.Load())
	if b.Burst == 0 {
		return nil
	}
	key := personVerb{subject: c.Subject, verb: verb}
	if r, ok := req.(interface{ GetRoom() string }); ok {
		if key.room = r.GetRoom(); text.RoomID(key.room) != nil {
			return nil // the service refuses it; strings of any length are not kept for it
		}
	}
	wait := v.rate.Allow(key, b, now)
	if wait == 0 {
		return nil
	}
	v.limited.Add(ctx, 1, metric.WithAttributes(attribute.String("limit", "verb_"+verb)))
	return fault.New(fault.TooManyRequests, "at most %d in %s; wait a little", b.Burst, b.Per).After(wait)
}
