package hearts

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

var everyone = []auth.Role{auth.Viewer, auth.Moderator, auth.Host, auth.Service}

// Policy says who may call what.
var Policy = auth.Policy{
	heartsv1.HeartsService_RecordBatch_FullMethodName:    {auth.Service},
	heartsv1.HeartsService_GetHeartTotals_FullMethodName: everyone,
	heartsv1.HeartsService_ExcludeHearts_FullMethodName:  {auth.Host, auth.Service},
	heartsv1.HeartsService_GetHeartSeries_FullMethodName: everyone,
	heartsv1.HeartsService_ListHighlights_FullMethodName: everyone,
	heartsv1.HeartsService_ExportHearts_FullMethodName:   everyone,
}

// Options of the service.
type Options struct {
	// Bus and Views are needed.
	Bus   *bus.Bus
	Views *follow.Views
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
}

// Service implements ovation.hearts.v1.HeartsService.
type Service struct {
	heartsv1.UnimplementedHeartsServiceServer

	// static
	bus   *bus.Bus
	judge *judge.Judge
	log   *slog.Logger
	clock func() time.Time
	meter meters
	flush *flusher

	answers answers
}

// New makes the service. RecordBatch is answered only while Run runs.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	s := &Service{bus: o.Bus, judge: judge.New(o.Bus, o.Views), log: o.Logger, clock: o.Clock, meter: newMeters()}
	s.flush = newFlusher(o.Bus.Increment, o.Logger, o.Clock, s.meter)
	s.answers.last = make(map[string]lastAnswer)
	return s
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { heartsv1.RegisterHeartsServiceServer(r, s) }

// Run flushes until the context ends; windows that wait then are refused with STORE_UNAVAILABLE, and the one under way is
// finished.
func (s *Service) Run(ctx context.Context) error { return s.flush.run(ctx) }
