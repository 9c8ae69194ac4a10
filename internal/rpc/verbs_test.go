package rpc_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/limit"
	"github.com/ovation-live/ovation/internal/rpc"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	questionsv1 "github.com/ovation-live/ovation/proto/gen/ovation/questions/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// board takes every comment.
type board struct {
	commentsv1.UnimplementedCommentsServiceServer
}

func (board) PostComment(context.Context, *commentsv1.PostCommentRequest) (*commentsv1.PostCommentResponse, error) {
	return new(commentsv1.PostCommentResponse), nil
}

func (board) ListComments(context.Context, *commentsv1.ListCommentsRequest) (*commentsv1.ListCommentsResponse, error) {
	return new(commentsv1.ListCommentsResponse), nil
}

// The port is no way around the limits of a person's verbs: whoever calls for itself may as often as at a gateway, in each
// room for itself. Whoever acts for others has counted.
func Test25ACallersVerbsAreCounted(t *testing.T) {
	everyone := []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}
	limits := rpc.NewVerbs(nil)
	s := rpc.NewServer(rpc.ServerOptions{
		Verifier: tokens{
			"ana": {Subject: "ana", Role: auth.Viewer, Rooms: []string{"*"}}, "bo": {Subject: "bo", Role: auth.Viewer, Rooms: []string{"*"}},
			"mod": {Subject: "mod", Role: auth.Moderator, Rooms: []string{"*"}}, "gateway": {Subject: "gateway", Role: auth.Service, Rooms: []string{"*"}},
		},
		Policy: auth.Policy{
			commentsv1.CommentsService_PostComment_FullMethodName: everyone, commentsv1.CommentsService_ListComments_FullMethodName: everyone,
		},
		Verbs: limits, Logger: slog.New(slog.DiscardHandler),
	})
	commentsv1.RegisterCommentsServiceServer(s.GRPC(), board{})
	address := listen(t, s)
	post := func(token, room string, actor *roomsv1.Actor) error {
		_, err := commentsv1.NewCommentsServiceClient(dial(t, address, as(token))).PostComment(t.Context(), &commentsv1.PostCommentRequest{Room: room, Actor: actor})
		return err
	}
	taken := func(token, room string, actor *roomsv1.Actor) (n int) {
		for n < 60 && post(token, room, actor) == nil {
			n++
		}
		return n
	}
	for _, c := range []struct {
		token, room string
		actor       *roomsv1.Actor
		least, most int // a slow machine gives some back meanwhile
	}{
		{"ana", "main", nil, 30, 45}, {"ana", "other", nil, 30, 45}, {"bo", "main", nil, 30, 45}, {"mod", "main", nil, 60, 60},
		{"gateway", "main", &roomsv1.Actor{Subject: "ana", Role: "viewer"}, 60, 60},
		{"ana", "no room's id", nil, 60, 60}, // the service refuses it: nothing is kept of it
	} {
		if n := taken(c.token, c.room, c.actor); n < c.least || n > c.most {
			t.Errorf("%s in %s: %d at once, want %d to %d", c.token, c.room, n, c.least, c.most)
		}
	}
	limits.Set(map[string]limit.Bucket{"post": {Burst: 1, Per: time.Hour}})
	err := post("ana", "main", nil)
	if f := fault.FromGRPC(err); status.Code(err) != codes.ResourceExhausted || f.Reason != fault.TooManyRequests || f.RetryAfter <= 0 {
		t.Errorf("beyond the limit: %v, come again in %s", err, f.RetryAfter)
	}
	if n := taken("ana", "third", nil); n != 1 {
		t.Errorf("%d at once of a limit of 1", n)
	}
	for range 60 { // a bucket of its own
		if _, err := commentsv1.NewCommentsServiceClient(dial(t, address, as("ana"))).ListComments(t.Context(), &commentsv1.ListCommentsRequest{Room: "main"}); err != nil {
			t.Fatalf("reading: %v", err)
		}
	}
}

// Every verb with a limit that a method can do has that limit there: all but `auth`. What binds everyone binds a moderator's calls.
func TestAMethodHasItsVerbsLimit(t *testing.T) {
	for method, verb := range map[string]string{
		questionsv1.QuestionsService_ListQuestions_FullMethodName: "list_questions", questionsv1.QuestionsService_ListMyQuestions_FullMethodName: "mine",
		questionsv1.QuestionsService_WatchQuestions_FullMethodName: "", commentsv1.CommentsService_ListComments_FullMethodName: "list_comments",
		commentsv1.CommentsService_WatchComments_FullMethodName: "", heartsv1.HeartsService_RecordBatch_FullMethodName: "",
		heartsv1.HeartsService_GetHeartTotals_FullMethodName: "", heartsv1.HeartsService_GetHeartSeries_FullMethodName: "read_hearts",
		heartsv1.HeartsService_ListHighlights_FullMethodName: "read_hearts", heartsv1.HeartsService_ExportHearts_FullMethodName: "read_hearts",
	} {
		if got := rpc.VerbOf(method); got != verb {
			t.Errorf("%s counts as %q, want %q", method, got, verb)
		}
	}
	ask := rpc.NewVerbs(nil).UnaryInterceptor()
	for role, most := range map[auth.Role]int{auth.Viewer: 100, auth.Moderator: 100, auth.Host: 100, auth.Service: 1000} {
		ctx, listed := auth.WithCaller(t.Context(), auth.Claims{Subject: string(role), Role: role}), 0
		for range most {
			if _, err := ask(ctx, &questionsv1.ListQuestionsRequest{Room: "main"}, &grpc.UnaryServerInfo{FullMethod: questionsv1.QuestionsService_ListQuestions_FullMethodName},
				func(context.Context, any) (any, error) { listed++; return nil, nil }); err != nil {
				t.Errorf("a %s, the %dth time: %v", role, listed+1, err)
				break
			}
		}
		for range 10 { // a slow machine gives some back meanwhile
			_, err := ask(ctx, &questionsv1.ListQuestionsRequest{Room: "main"}, &grpc.UnaryServerInfo{FullMethod: questionsv1.QuestionsService_ListQuestions_FullMethodName},
				func(context.Context, any) (any, error) { listed++; return nil, nil })
			if fault.Is(err, fault.TooManyRequests) {
				break
			}
		}
		if bound := listed < most+10; bound != (role != auth.Service) {
			t.Errorf("a %s listed %d times", role, listed)
		}
	}
}

// Whoever reads a show for itself may poll it, and no more; a moderator's console is not bound.
func TestReadingAShowIsCounted(t *testing.T) {
	read := rpc.NewVerbs(nil).UnaryInterceptor()
	for role, bound := range map[auth.Role]bool{auth.Viewer: true, auth.Moderator: false, auth.Host: false, auth.Service: false} {
		ctx, n := auth.WithCaller(t.Context(), auth.Claims{Subject: string(role), Role: role}), 0
		for ; n < 200; n++ {
			if _, err := read(ctx, &heartsv1.ListHighlightsRequest{Room: "main"}, &grpc.UnaryServerInfo{FullMethod: heartsv1.HeartsService_ListHighlights_FullMethodName},
				func(context.Context, any) (any, error) { return nil, nil }); fault.Is(err, fault.TooManyRequests) {
				break
			}
		}
		if n < 60 || (n < 200) != bound {
			t.Errorf("a %s read %d times", role, n)
		}
	}
}
