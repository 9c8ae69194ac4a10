package comments

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/filter"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/hook"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/people"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

var (
	everyone = []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}
	staff    = []auth.Role{auth.Moderator, auth.Host, auth.Service}
)

// Policy says who may call what.
var Policy = auth.Policy{
	commentsv1.CommentsService_PostComment_FullMethodName:              everyone,
	commentsv1.CommentsService_ListComments_FullMethodName:             everyone,
	commentsv1.CommentsService_EditComment_FullMethodName:              everyone,
	commentsv1.CommentsService_DeleteComment_FullMethodName:            everyone,
	commentsv1.CommentsService_UndeleteComment_FullMethodName:          everyone,
	commentsv1.CommentsService_ListCommentVersions_FullMethodName:      staff,
	commentsv1.CommentsService_PinComment_FullMethodName:               staff,
	commentsv1.CommentsService_UnpinComment_FullMethodName:             staff,
	commentsv1.CommentsService_UndoPin_FullMethodName:                  staff,
	commentsv1.CommentsService_ChangeBlockedTerms_FullMethodName:       staff,
	commentsv1.CommentsService_UndoBlockedTerms_FullMethodName:         staff,
	commentsv1.CommentsService_WatchComments_FullMethodName:            staff,
	commentsv1.CommentsService_ReportComment_FullMethodName:            everyone,
	commentsv1.CommentsService_ListHeldComments_FullMethodName:         staff,
	commentsv1.CommentsService_ReleaseComment_FullMethodName:           staff,
	commentsv1.CommentsService_RejectComment_FullMethodName:            staff,
	commentsv1.CommentsService_UndoHeldAct_FullMethodName:              staff,
	commentsv1.CommentsService_RemovePersonComments_FullMethodName:     staff,
	commentsv1.CommentsService_UndoRemovePersonComments_FullMethodName: staff,
	commentsv1.CommentsService_GetLogReach_FullMethodName:              staff,
	commentsv1.CommentsService_GetTurn_FullMethodName:                  everyone,
}

// Options of the service.
type Options struct {
	// Bus and Views are needed.
	Bus   *bus.Bus
	Views *follow.Views
	// Hook gives a second opinion on comments; nil asks nobody.
	Hook *hook.Hook
	// Terms finds blocked terms. Default those of rooms alone.
	Terms *filter.Rooms
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
}

// Service implements ovation.comments.v1.CommentsService.
type Service struct {
	commentsv1.UnimplementedCommentsServiceServer

	// static
	bus     *bus.Bus
	judge   *judge.Judge
	log     *slog.Logger
	clock   func() time.Time
	meter   meters
	known   *once.Memory[posted]
	turns   *turns
	removed *removals
	recent  *recent
	hook    *hook.Hook
	authors *authors
	called  people.Called

	clearEvery time.Duration // how often decided comments are looked at
	copies     *copies
	terms      *filter.Rooms
	eraser     *eraser
	watch      *watch
	reach      *reach
}

// New makes the service.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Terms == nil {
		o.Terms = filter.NewRooms(nil)
	}
	m, removed := newMeters(), newRemovals(o.Bus)
	return &Service{
		bus: o.Bus, judge: judge.New(o.Bus, o.Views), log: o.Logger, clock: o.Clock, meter: m,
		known: once.NewMemory(o.Clock, posting), turns: newTurns(), removed: removed, recent: newRecent(o.Bus), hook: o.Hook, terms: o.Terms, authors: newAuthors(o.Bus), clearEvery: 5 * time.Second,
		copies: &copies{bus: o.Bus, log: o.Logger, clock: o.Clock, removed: removed}, watch: newWatch(o.Bus),
		eraser: newEraser(o.Bus, o.Logger, o.Clock, m), reach: newReach(o.Bus, o.Logger, m),
	}
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { commentsv1.RegisterCommentsServiceServer(r, s) }

// Run erases what was removed and wakes those who watch, until the context ends.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.eraser.run(ctx) })
	g.Go(func() error { return s.clearHeld(ctx) })
	g.Go(func() error { return s.copies.run(ctx) })
	g.Go(func() error { return s.watch.run(ctx) })
	g.Go(func() error { return s.reach.run(ctx) })
	g.Go(func() error {
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
				s.turns.forget(s.clock())
				s.removed.forget(s.clock())
				s.recent.forget(s.clock())
				s.authors.forget(s.clock())
			}
		}
	})
	return g.Wait()
}

// roleNames are the roles as callers see them.
var roleNames = map[eventv1.Role]string{
	eventv1.Role_ROLE_VIEWER: string(auth.Viewer), eventv1.Role_ROLE_MODERATOR: string(auth.Moderator), eventv1.Role_ROLE_HOST: string(auth.Host),
}

// outside is a comment as callers see it.
func outside(room string, c *eventv1.Comment, sequence uint64) *commentsv1.Comment {
	o := &commentsv1.Comment{
		Room: room, Comment: c.GetId(), Person: c.GetAuthor().GetPerson(), Name: c.GetAuthor().GetName(),
		Role: roleNames[c.GetAuthor().GetRole()], Guest: c.GetAuthor().GetGuest(), Text: c.GetText(),
		CreateTime: timestamppb.New(time.UnixMilli(c.GetPostedMs())), Sequence: sequence, Place: cmp.Or(c.GetPlace(), sequence),
	}
	if reply := c.GetReply(); reply != nil {
		o.Reply = &commentsv1.Reply{Comment: reply.GetComment(), Person: reply.GetPerson(), Name: reply.GetName()}
	}
	if ms := c.GetEditedMs(); ms != 0 {
		o.EditTime = timestamppb.New(time.UnixMilli(ms))
	}
	if ms := c.GetStreamTimeMs(); ms != 0 {
		o.StreamTime = timestamppb.New(time.UnixMilli(ms))
	}
	return o
}
