package room

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

var tracer = otel.Tracer("github.com/ovation-live/ovation/gateway/room")

// history is how much of a room's log a gateway reads when it opens it.
var history = follow.History{Span: 10 * time.Minute, AtLeast: 200, AtMost: keepEntries, Whole: decade}

// Room is one live room on this gateway. Its methods may be called from anywhere.
type Room struct {
	// static after open
	id       string
	hub      *Hub
	log      *slog.Logger
	inbox    *inbox
	audience *fanout.Room
	budgets  *budgets
	tail     *follow.Tail
	docs     *follow.Subscription
	tallies  *follow.Subscription
	totals   *follow.Totals

	epoch string

	quit context.CancelFunc // ends run

	settings  atomic.Pointer[eventv1.Room]
	over      atomic.Bool    // it was deleted, or closes; whoever comes now needs another Room
	toldCount presence.Count // last given to the inbox; after open only the hub's goroutine

	commands chan func()   // run by Run between ticks
	asked    chan struct{} // has a place: somebody is in asking
	stopped  chan struct{} // closed when Run has ended

	mu        sync.Mutex
	sessions  map[*fanout.Member]*Seat     // guarded by mu
	closed    bool                         // nobody takes a seat any more; guarded by mu
	asking    []*fanout.Member             // who fell out of the ring and is owed a snapshot; guarded by mu
	idle      time.Time                    // since when nobody is here; guarded by mu
	revoked   map[string]bool              // keys of links; guarded by mu
	standings map[string]*eventv1.Standing // of people about whom something was decided; guarded by mu
	traces    map[string]string            // of banned guests, with whose each is; guarded by mu
	names     people.Names                 // of hosts and moderators; guarded by mu

	// owned by Run
	model      *model
	version    uint64
	last       time.Time
	shutOut    bool  // it takes no guests
	early      early // cursors ahead of this gateway
	snapshots  [2][2]*frame.Frame
	catchUps   catchUps
	fetching   map[uint64]bool
	missing    []uint64       // texts that were not there at open
	missingPin uint64         // entry of the log that holds the pinned comment, not in memory at open
	missingAir uint64         // the same for the comment on air
	fetches    sync.WaitGroup // what works beside Run
}

// open reads what is stored; the room does nothing before run.
func open(ctx context.Context, h *Hub, id string) (*Room, error) {
	r := &Room{
		id: id, hub: h, log: h.o.Logger, inbox: newInbox(), budgets: newBudgets(maxBudgets),
		commands: make(chan func(), 256), asked: make(chan struct{}, 1), stopped: make(chan struct{}), sessions: make(map[*fanout.Member]*Seat), idle: time.Now(),
		model: newModel(h.o.Logger), catchUps: catchUps{frames: make(map[catchUpKey]*frame.Frame)}, fetching: make(map[uint64]bool),
	}
	if err := r.follow(ctx); err != nil {
		r.unfollow()
		return nil, err
	}
	return r, nil
}

func (r *Room) follow(ctx context.Context) error {
	var err error
	if r.docs, err = r.hub.o.Documents.Open(ctx, r.id, r.inbox.document); err != nil {
		return err
	}
	upTo := r.hub.o.Documents.Position()
	if r.tallies, err = r.hub.o.Tallies.Open(ctx, r.id, r.inbox.tally); err != nil {
		return err
	}
	if r.totals, err = r.hub.o.Counters.Open(ctx, r.id, r.inbox.total); err != nil {
		return err
	}
	var from uint64
	var complete bool
	if r.tail, from, complete, err = r.hub.o.Log.Open(ctx, r.id, history, r.inbox.record); err != nil {
		return err
	}
	if !complete && from > 0 {
		r.model.floor = from - 1
	}
	// All texts of the room at once: one by one they would take a round trip each.
	texts, err := r.hub.o.Bus.ReadAll(ctx, bus.AllInRoom(bus.Held, r.id))
	if err != nil {
		return err
	}
	for _, t := range texts {
		if _, key, ok := bus.InRoomOf(bus.Held, t.Subject); ok && strings.HasPrefix(key, "q") { // the others are nobody's here
			r.inbox.text(decodeText(t))
		}
	}
	c := r.model.apply(r.inbox.drain(), upTo, 0)
	if r.model.room == nil || r.model.room.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
		return follow.RoomNotFound(r.id)
	}
	r.missing, r.missingPin, r.missingAir = c.need, c.needPin, c.needAir
	r.takePasses(c.passes) // nobody is here yet
	r.enforce(c.standings, time.Now())
	r.called(c.names)
	r.epoch = bus.Epoch(r.model.room.GetNonce(), r.hub.incarnation)
	r.model.epoch = r.epoch
	r.settings.Store(r.model.room)
	r.shutOut = judge.Guests(r.model.room) != nil
	r.toldCount = r.hub.presence.Count(r.id)
	r.model.viewers, r.model.overlays = r.toldCount.Viewers, r.toldCount.Overlays
	for a := range r.model.told {
		r.model.told[a] = r.model.count(frame.Audience(a))
	}
	r.audience = r.hub.o.Engine.NewRoom(r.resync)
	return nil
}

func (r *Room) unfollow() {
	if r.docs != nil {
		r.docs.Close()
	}
	if r.tallies != nil {
		r.tallies.Close()
	}
	if r.totals != nil {
		r.totals.Close()
	}
	if r.tail != nil {
		r.tail.Close()
	}
}

// run is the room's life: it ends with the context, and then everything it started has ended.
func (r *Room) run(ctx context.Context) {
	defer close(r.stopped)
	defer r.close()
	defer r.audience.Close()
	defer r.fetches.Wait()
	defer r.unfollow()
	r.need(ctx, r.missing)
	r.readEntry(ctx, r.missingPin)
	r.readEntry(ctx, r.missingAir)
	due := newAlarm()
	defer due.stop()
	defer r.audience.Forgo() // before anything that waits

	arm := func(at time.Time) { // whoever asks: no tick comes sooner after the one before than ticks last
		if least := r.last.Add(r.interval()); at.Before(least) {
			at = least
		}
		due.set(at, r.audience.Ahead())
	}
	for {
		select {
		case <-ctx.Done():
			return
		case do := <-r.commands:
			do()
			if len(r.early.joins) > 0 {
				arm(time.Now().Add(lookEarly))
			}
		case <-r.asked:
			r.answerAsking()
		case <-r.inbox.signal:
			arm(time.Now())
		case <-due.rings():
			now := time.Now()
			if !due.off(now) {
				r.audience.Await()
				continue
			}
			if now.Before(r.last.Add(r.interval())) { // it has grown since
				r.audience.Forgo()
				arm(now)
				continue
			}
			r.tick(ctx, now, due.at)
			r.audience.Forgo() // if it had nothing to say
			if len(r.early.joins) > 0 {
				arm(now.Add(lookEarly))
			}
			if next := r.model.airs; !next.IsZero() {
				arm(next)
			}
		}
	}
}

func (r *Room) interval() time.Duration {
	viewers, moderators := r.audience.Members()
	n := viewers[0] + viewers[1] + moderators[0] + moderators[1]
	least := time.Duration(r.Settings().GetSettings().GetMinTickMs()) * time.Millisecond
	return max(least, Interval(n, r.audience.LastSweep()))
}

// tick applies what came and tells both audiences.
func (r *Room) tick(ctx context.Context, now, due time.Time) {
	upTo := r.hub.o.Documents.Position() // before the inbox: then the inbox holds everything up to it
	in := r.inbox.drain()
	for _, text := range in.texts {
		delete(r.fetching, text.sequence)
	}
	c := r.model.apply(in, upTo, r.version+1)
	r.need(ctx, c.need)
	r.readEntry(ctx, c.needPin)
	r.readEntry(ctx, c.needAir)
	if taken := r.takePasses(c.passes); len(taken) > 0 {
		r.fetches.Go(func() { r.takeBack(ctx, taken) })
	}
	r.enforce(c.standings, time.Now())
	r.called(c.names)
	r.hub.metrics.blocs.Add(ctx, int64(c.newBlocs))
	if c.room {
		r.settings.Store(r.model.room)
		if r.model.room.GetState() == eventv1.RoomState_ROOM_STATE_DELETED || bus.Epoch(r.model.room.GetNonce(), r.hub.incarnation) != r.epoch {
			// Deleted, and maybe made anew since: nothing of what is held here is the new one's.
			r.over.Store(true)
			r.dismiss()
			r.quit()
			return
		}
		r.closeToGuests(ctx)
	}
	defer r.seatEarly(now) // behind the tick: what they are given first holds what stands in it
	var empty [2]bool
	for _, a := range []frame.Audience{frame.Viewer, frame.Moderator} {
		empty[a] = r.model.empty(c, a)
	}
	if empty[frame.Viewer] && empty[frame.Moderator] {
		return
	}
	r.last = now
	r.version++
	r.snapshots = [2][2]*frame.Frame{}
	r.catchUps.clear()
	if len(c.links) > 0 {
		_, span := tracer.Start(context.WithoutCancel(ctx), "tick", trace.WithNewRoot(), trace.WithLinks(c.links...),
			trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(attribute.Int("ovation.comments", len(c.shown[frame.Viewer]))))
		defer span.End()
	}
	t := &fanout.Tick{Version: r.version, Due: due, Every: r.interval()}
	viewers, moderators := r.audience.Members()
	members := [2][2]int{frame.Viewer: viewers, frame.Moderator: moderators}
	for _, a := range []frame.Audience{frame.Viewer, frame.Moderator} {
		if empty[a] || members[a][0]+members[a][1] == 0 {
			continue
		}
		message := &gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Tick{Tick: r.model.tick(c, a, now.UnixMilli())}}
		for _, p := range []frame.Protocol{frame.JSON, frame.Binary} {
			if members[a][p] > 0 {
				t.Frames[p][a] = r.encode(p, message)
			}
		}
	}
	if c.forget > 0 {
		r.audience.Forget(c.forget)
	}
	r.audience.Publish(t)
	r.hub.metrics.ticks.Add(ctx, 1)
	r.tellOwners(c.people)
	r.tellVerdicts(c.verdicts)
	if len(r.model.owed) > 0 {
		r.inbox.put(func(*batch) {}) // the next tick has something to say, whether or not anything comes
	}
}

func (r *Room) encode(p frame.Protocol, m *gatewayv1.ServerFrame) *frame.Frame {
	f, err := frame.Encode(p, m)
	if err != nil { // a message of our own making that cannot be encoded is a bug, and must not stop the room
		r.log.Error("a frame cannot be encoded", "error", err)
		return nil
	}
	return f
}

// close has whoever comes look for the room anew.
func (r *Room) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
}

// need reads texts that documents point to; they come through the inbox.
func (r *Room) need(ctx context.Context, sequences []uint64) {
	for _, sequence := range sequences {
		if r.fetching[sequence] {
			continue
		}
		r.fetching[sequence] = true
		r.fetches.Go(func() {
			for ctx.Err() == nil {
				record, err := r.hub.o.Bus.At(ctx, bus.Held, sequence)
				if err == nil {
					r.inbox.text(decodeText(record))
					return
				}
				if errors.Is(err, bus.ErrNotFound) {
					r.inbox.text(fetched{sequence: sequence, gone: true})
					return
				}
				select {
				case <-ctx.Done():
				case <-time.After(200 * time.Millisecond):
				}
			}
		})
	}
}

func decodeText(r bus.Record) fetched {
	text := new(eventv1.QuestionText)
	if err := proto.Unmarshal(r.Body, text); err != nil {
		return fetched{sequence: r.Sequence, gone: true}
	}
	return fetched{sequence: r.Sequence, text: text.GetText()}
}

// Settings is the room's newest settings document. It is shared: do not change it.
func (r *Room) Settings() *eventv1.Room { return r.settings.Load() }

// ask has something answered between two ticks, from what belongs to Run; false when the room has ended.
func ask[T any](r *Room, of func() T) (answer T, ok bool) {
	answers := make(chan T, 1)
	if !r.do(func() { answers <- of() }) {
		return answer, false
	}
	select {
	case answer = <-answers:
		return answer, true
	case <-r.stopped:
		return answer, false
	}
}

// do runs something between two ticks; false when the room has ended. What is given to a room that ends just now may never
// be run.
func (r *Room) do(f func()) bool {
	select {
	case <-r.stopped:
		return false
	default:
	}
	select {
	case r.commands <- f:
		return true
	case <-r.stopped:
		return false
	}
}
