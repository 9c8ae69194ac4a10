package hearts

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
	"google.golang.org/grpc"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/presence"
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

	flush      *flusher
	pulse      *pulse
	milestones *milestones
	presence   *presence.Presence // of the gateways; this process has no viewers
	spent      *spent
	excluding  sync.Mutex // one at a time: what is left to exclude is read first

	answers  answers
	readings readings
}

// New makes the service. RecordBatch is answered only while Run runs.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	s := &Service{
		bus: o.Bus, judge: judge.New(o.Bus, o.Views), log: o.Logger, clock: o.Clock, meter: newMeters(), presence: presence.New(""),
		spent: newSpent(maxSpent),
	}
	replica := ulid.MustNew(ulid.Now(), rand.Reader).String()
	s.pulse = &pulse{
		replica: replica, append: o.Bus.Append, lives: s.lives, viewers: s.presence.Viewers, log: o.Logger, clock: o.Clock, meter: s.meter,
		open: make(map[string]*beat), going: make(map[string]*beat),
	}
	s.milestones = &milestones{
		bus: o.Bus, replica: replica, lives: s.lives, log: o.Logger, clock: o.Clock, meter: s.meter, rooms: make(map[string]*watched),
	}
	s.flush = newFlusher(o.Bus.Increment, s.count, o.Logger, o.Clock, s.meter)
	s.answers.last = make(map[string]lastAnswer)
	return s
}

// count is told each sum that is stored.
func (s *Service) count(c counted) {
	now := s.clock()
	s.pulse.count(c, now)
	s.milestones.count(c, now)
}

// lives tells whether a room is still the one that was counted for: not deleted, and not made anew.
func (s *Service) lives(ctx context.Context, room, nonce string) bool {
	_, settings, err := s.judge.Room(ctx, room, nil)
	if f, ok := fault.Of(err); ok && f.Reason == fault.RoomNotFound {
		return false
	}
	return err != nil || settings.GetNonce() == nonce // who cannot be asked is taken to live
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) { heartsv1.RegisterHeartsServiceServer(r, s) }

// Run flushes until the context ends; windows that wait then are refused with STORE_UNAVAILABLE, and the one under way is
// finished. Then it writes down the pulse of what was counted.
func (s *Service) Run(ctx context.Context) error {
	stop, err := s.bus.OnSignal(presence.Topic, func(body []byte) { s.presence.Take(body, s.clock()) })
	if err != nil {
		return err
	}
	defer stop()
	if err := s.bus.Signal(presence.Topic, s.presence.Ask()); err != nil {
		s.log.Debug("gateways were not asked for their viewers", "error", err) // they tell all within ten seconds
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var beside sync.WaitGroup
	beside.Go(func() { _ = s.pulse.run(work) })
	beside.Go(func() { _ = s.milestones.run(work) })
	beside.Go(func() { s.listen(work) })
	beside.Go(func() { s.sweep(work) })
	err = s.flush.run(ctx)
	cancel() // after the flusher: its last batch belongs into the pulse
	beside.Wait()
	return err
}

// listen forgets gateways that fell silent.
func (s *Service) listen(ctx context.Context) {
	every := time.NewTicker(presence.Full)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			s.presence.Expire(s.clock())
		}
	}
}
