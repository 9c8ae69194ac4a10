package room

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/presence"
)

// Options of a Hub; all are needed.
type Options struct {
	// Gateway is the id of this process, a ULID.
	Gateway string
	// Bus reads what followers do not bring, and sends presence.
	Bus *bus.Bus
	// Documents follows the state stream.
	Documents *follow.Documents
	// Tallies follows the tallies stream.
	Tallies *follow.Documents
	// Log follows rooms' logs.
	Log *follow.Log
	// Counters follows rooms' totals.
	Counters *follow.Counters
	// Engine writes to sockets.
	Engine *fanout.Engine
	// NoteTrace notes the trace of a banned guest who is gone; it ends by itself.
	NoteTrace func(ctx context.Context, room, person, trace string) error
	// Logger for what goes wrong.
	Logger *slog.Logger
}

// Hub opens rooms when the first viewer comes and closes them some time after the last one left.
type Hub struct {
	// static after Run has begun
	o           Options
	incarnation string
	presence    *presence.Presence
	acted       *acted
	metrics     struct{ ticks, returns, blocs metric.Int64Counter }

	ready chan struct{} // closed when rooms can be opened
	life  context.Context

	mu    sync.Mutex
	slots map[string]*slot // guarded by mu
	rooms sync.WaitGroup
}

type slot struct {
	opened chan struct{}
	gone   chan struct{} // closed when the room has ended and is out of the hub
	room   *Room
	err    error
	cancel context.CancelFunc
}

// keepIdle is how long a room without sessions stays open: reloads and short drops find it warm.
const keepIdle = time.Minute

// NewHub makes a hub; rooms open once Run has begun.
func NewHub(o Options) *Hub {
	h := &Hub{o: o, presence: presence.New(o.Gateway), acted: newActed(), ready: make(chan struct{}), slots: make(map[string]*slot)}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/room")
	h.metrics.ticks, _ = meter.Int64Counter("ovation.gateway.ticks", metric.WithDescription("Ticks published to rooms' audiences."))
	h.metrics.blocs, _ = meter.Int64Counter("ovation.gateway.blocs", metric.WithDescription("Questions of whose votes one network began to hold an unlikely share, as this gateway told its moderators."))
	h.metrics.returns, _ = meter.Int64Counter("ovation.gateway.returns", metric.WithDescription("Clients that came back with a cursor: `recovered`, or given a whole snapshot because the cursor was of another life of the room or store (`epoch`), was `ahead` of this gateway for too long, was `too_old`, or missed `too_much`, or because many others came back with as many other cursors (`busy`). Labels: result."))
	_, _ = meter.Int64ObservableGauge("ovation.gateway.rooms", metric.WithDescription("Rooms open on this gateway."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			o.Observe(int64(len(h.slots)))
			return nil
		}))
	return h
}

// Run keeps presence and closes idle rooms until the context ends, and then waits for every room to end.
func (h *Hub) Run(ctx context.Context) error {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer h.rooms.Wait()
	defer cancel()
	h.life = life
	for {
		inc, err := h.o.Bus.Incarnation(ctx)
		if err == nil {
			h.incarnation = inc
			break
		}
		h.o.Logger.Warn("cannot read the store's incarnation; trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	asked := make(chan struct{}, 1)
	stop, err := h.o.Bus.OnSignal(presence.Topic, func(body []byte) {
		if h.presence.Take(body, time.Now()) {
			select {
			case asked <- struct{}{}:
			default: // one answer is for all who ask
			}
		}
	})
	if err != nil {
		return err
	}
	defer stop()
	h.ask()
	close(h.ready)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	connected := true
	var answer <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			if err := h.o.Bus.Signal(presence.Topic, h.presence.Goodbye()); err != nil {
				h.o.Logger.Warn("cannot say goodbye to the other gateways", "error", err)
			}
			return ctx.Err()
		case <-asked:
			if answer == nil {
				answer = time.After(answerAfter + rand.N(answerAfter)) // all gateways were asked at once
			}
		case now := <-answer:
			answer = nil
			h.count(now)
		case now := <-second.C:
			h.count(now)
			h.closeIdle(now)
			if up := h.o.Bus.Connected(); up != connected {
				if connected = up; up { // others' shares may have been forgotten meanwhile
					h.ask()
				}
				h.each(func(_ string, r *Room) { r.inbox.degrade(!up) })
			}
		}
	}
}

// answerAfter is the least, and half of the most, after which a gateway tells what it has to whoever asks.
const answerAfter = 200 * time.Millisecond

// ask has the other gateways tell all that they have: what does not change would come within ten seconds only.
func (h *Hub) ask() {
	if err := h.o.Bus.Signal(presence.Topic, h.presence.Ask()); err != nil {
		h.o.Logger.Debug("other gateways were not asked for their viewers", "error", err)
	}
}

// count tells the other gateways of this one's viewers and overlays, and the rooms of everybody's.
func (h *Hub) count(now time.Time) {
	own := make(map[string]presence.Count)
	h.each(func(id string, r *Room) {
		r.mu.Lock()
		defer r.mu.Unlock()
		var n presence.Count
		for _, s := range r.sessions {
			switch {
			case s.Counted:
				n.Viewers++
			case s.Overlay:
				n.Overlays++
			}
		}
		own[id] = n
	})
	if body := h.presence.Report(own, now); body != nil {
		if err := h.o.Bus.Signal(presence.Topic, body); err != nil {
			h.o.Logger.Debug("presence was not sent", "error", err)
		}
	}
	h.presence.Expire(now)
	h.each(func(id string, r *Room) {
		if n := h.presence.Count(id); n != r.toldCount {
			r.toldCount = n
			r.inbox.count(n)
		}
	})
}

func (h *Hub) each(do func(id string, r *Room)) {
	h.mu.Lock()
	open := make(map[string]*Room, len(h.slots))
	for id, s := range h.slots {
		select {
		case <-s.opened:
			if s.err == nil {
				open[id] = s.room
			}
		default:
		}
	}
	h.mu.Unlock()
	for id, r := range open {
		do(id, r)
	}
}

func (h *Hub) closeIdle(now time.Time) {
	h.each(func(_ string, r *Room) {
		r.mu.Lock()
		idle := len(r.sessions) == 0 && now.Sub(r.idle) > keepIdle
		r.closed = r.closed || idle // whoever found it already must find another
		r.mu.Unlock()
		if idle {
			r.over.Store(true)
			r.quit() // and then it leaves the hub: until then nobody else could follow its log
		}
	})
}

// Room finds a room open or opens it. The fault is ROOM_NOT_FOUND when there is none, STORE_UNAVAILABLE when it cannot
// be read now.
func (h *Hub) Room(ctx context.Context, id string) (*Room, error) {
	select {
	case <-h.ready:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "the gateway is starting").After(time.Second)
	}
	h.mu.Lock()
	s := h.slots[id]
	if s == nil {
		// A stranger may ask for any name: look at the one document first, and open only what exists.
		h.mu.Unlock()
		if err := h.exists(ctx, id); err != nil {
			return nil, err
		}
		h.mu.Lock()
		if s = h.slots[id]; s == nil {
			life, cancel := context.WithCancel(h.life)
			s = &slot{opened: make(chan struct{}), gone: make(chan struct{}), cancel: cancel}
			h.slots[id] = s
			h.rooms.Go(func() { h.open(life, id, s) })
		}
	}
	h.mu.Unlock()
	select {
	case <-s.opened:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "the room could not be read in time; try again").After(time.Second)
	}
	if s.err != nil {
		return nil, s.err
	}
	if !s.room.over.Load() {
		return s.room, nil
	}
	select { // then it is looked for anew: it closed because nobody was there, or somebody may have made it again
	case <-s.gone:
		return h.Room(ctx, id)
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "the room is just closing; try again").After(time.Second)
	}
}

func (h *Hub) exists(ctx context.Context, id string) error {
	r, err := h.o.Bus.Last(ctx, bus.InRoom(bus.State, id, follow.RoomKey))
	if errors.Is(err, bus.ErrNotFound) || err == nil && r.Deleted {
		return follow.RoomNotFound(id)
	}
	return err
}

func (h *Hub) open(life context.Context, id string, s *slot) {
	defer s.cancel()
	ctx, cancel := context.WithTimeout(life, 10*time.Second)
	r, err := open(ctx, h, id)
	cancel()
	if err != nil {
		h.mu.Lock()
		if h.slots[id] == s {
			delete(h.slots, id)
		}
		h.mu.Unlock()
		if _, ok := fault.Of(err); !ok {
			err = fault.New(fault.Unavailable, "the room could not be read; try again").After(time.Second).Because(err)
		}
		s.err = err
		close(s.opened)
		return
	}
	s.room, r.quit = r, s.cancel
	close(s.opened)
	r.run(life)
	h.mu.Lock()
	if h.slots[id] == s {
		delete(h.slots, id)
	}
	h.mu.Unlock()
	close(s.gone)
}
