package follow

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/pause"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// RoomKey is the key of a room's settings document below the room.
const RoomKey = "room"

// LinkKey begins the keys of a room's links: link.<auth.LinkKey of the token's id>.
const LinkKey = "link"

// Views keeps rooms open on demand, so that a service judges a request by a map look-up. A room that nobody asked about
// for a while is closed.
type Views struct {
	// static
	state *Documents
	bus   *bus.Bus
	log   *slog.Logger
	now   func() time.Time
	born  time.Time // a clock that is set must not close rooms, nor keep them

	incarnation atomic.Pointer[string]

	mu    sync.Mutex
	views map[string]*View // guarded by mu
}

// View is what a service knows of one room.
type View struct {
	owner *Views
	room  string
	sub   *Subscription
	used  atomic.Int64 // time.Duration from the owner's beginning to the last look

	settings atomic.Pointer[eventv1.Room]

	mu   sync.RWMutex
	docs map[string]Document // guarded by mu; gone ones left out
}

// idleView is how long a room stays open after the last look at it.
const idleView = 10 * time.Minute

// NewViews makes an empty set over a follower of the state stream.
func NewViews(state *Documents, b *bus.Bus, log *slog.Logger) *Views {
	return &Views{state: state, bus: b, log: log, now: time.Now, born: time.Now(), views: make(map[string]*View)}
}

// Documents is the follower below, for who follows a room as it changes.
func (v *Views) Documents() *Documents { return v.state }

// Run closes idle rooms until the context ends, and then all of them.
func (v *Views) Run(ctx context.Context) error {
	for pause.For(ctx, time.Minute) {
		v.closeIdle(v.now().Add(-idleView))
	}
	v.closeIdle(v.now().Add(time.Hour))
	return ctx.Err()
}

func (v *Views) closeIdle(before time.Time) {
	var idle []*View
	v.mu.Lock()
	for room, w := range v.views {
		if time.Duration(w.used.Load()) < before.Sub(v.born) {
			idle = append(idle, w)
			delete(v.views, room)
		}
	}
	v.mu.Unlock()
	for _, w := range idle {
		w.sub.Close()
	}
}

// Room opens a room or finds it open. A room that is unknown or deleted is the fault ROOM_NOT_FOUND; since followed state
// may be a moment old, that is said only after the leader said so too.
func (v *Views) Room(ctx context.Context, room string) (*View, error) {
	v.mu.Lock()
	w := v.views[room]
	v.mu.Unlock()
	if w == nil {
		var err error
		if w, err = v.open(ctx, room); err != nil {
			return nil, err
		}
	}
	if s := w.settings.Load(); s != nil && s.GetState() != eventv1.RoomState_ROOM_STATE_DELETED {
		w.used.Store(int64(v.now().Sub(v.born)))
		return w, nil
	}
	if err := v.askLeader(ctx, w); err != nil {
		return nil, err
	}
	return w, nil
}

func (v *Views) askLeader(ctx context.Context, w *View) error {
	r, err := v.bus.Last(ctx, bus.InRoom(bus.State, w.room, RoomKey))
	if err == nil && !r.Deleted {
		w.take(document(w.room, RoomKey, r))
		if s := w.settings.Load(); s != nil && s.GetState() != eventv1.RoomState_ROOM_STATE_DELETED {
			w.used.Store(int64(v.now().Sub(v.born)))
			return nil
		}
	}
	if f, ok := fault.Of(err); ok {
		return f
	}
	return RoomNotFound(w.room)
}

// RoomNotFound is the fault for a room that does not exist.
func RoomNotFound(room string) error {
	return fault.New(fault.RoomNotFound, "there is no room %q: check the link, or ask its host to make it", room).On("room")
}

func (v *Views) open(ctx context.Context, room string) (*View, error) {
	if v.incarnation.Load() == nil {
		inc, err := v.bus.Incarnation(ctx)
		if err != nil {
			return nil, err
		}
		v.incarnation.Store(&inc)
	}
	// An unknown room is asked for by its one document first: opening costs a listing, and strangers may ask for anything.
	if r, err := v.bus.Last(ctx, bus.InRoom(bus.State, room, RoomKey)); err != nil || r.Deleted {
		if f, ok := fault.Of(err); ok {
			return nil, f
		}
		return nil, RoomNotFound(room)
	}
	w := &View{owner: v, room: room, docs: make(map[string]Document)}
	sub, err := v.state.Open(ctx, room, w.take)
	if err != nil {
		return nil, fmt.Errorf("open room: %w", err)
	}
	w.sub = sub
	w.used.Store(int64(v.now().Sub(v.born)))
	v.mu.Lock()
	other := v.views[room]
	if other == nil {
		v.views[room] = w
	}
	v.mu.Unlock()
	if other != nil {
		sub.Close()
		return other, nil
	}
	return w, nil
}

func (w *View) take(d Document) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if held, ok := w.docs[d.Key]; ok && held.Sequence >= d.Sequence {
		return
	}
	if d.Body == nil {
		delete(w.docs, d.Key)
	} else {
		w.docs[d.Key] = d
	}
	if d.Key != RoomKey {
		return
	}
	if d.Body == nil {
		w.settings.Store(nil)
		return
	}
	settings := new(eventv1.Room)
	if err := proto.Unmarshal(d.Body, settings); err != nil {
		w.owner.log.Error("a room's settings cannot be read", "error", err)
		return
	}
	w.settings.Store(settings)
}

// Settings is the newest settings document that was followed. It is shared: do not change it.
func (w *View) Settings() *eventv1.Room { return w.settings.Load() }

// Epoch names this life of the room.
func (w *View) Epoch() string { return bus.Epoch(w.Settings().GetNonce(), *w.owner.incarnation.Load()) }

// Doc gives a document by its key below the room.
func (w *View) Doc(key string) (Document, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	d, ok := w.docs[key]
	return d, ok
}

// Revoked tells whether the token with an id (jti) was revoked in the room.
func (w *View) Revoked(id string) bool {
	d, ok := w.Doc(LinkKey + "." + auth.LinkKey(id))
	return ok && Revoked(d)
}

// Revoked tells whether a link's document says that it was revoked. One that cannot be read is: nobody gets in by damage.
func Revoked(d Document) bool {
	l := new(eventv1.Link)
	return d.Body != nil && (proto.Unmarshal(d.Body, l) != nil || l.GetRevokedMs() > 0)
}

// Each calls do for the documents whose keys begin so, in no order. It holds up changes meanwhile: be quick.
func (w *View) Each(prefix string, do func(Document)) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for key, d := range w.docs {
		if strings.HasPrefix(key, prefix) {
			do(d)
		}
	}
}
