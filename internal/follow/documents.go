package follow

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
)

// Document is the newest version of one document of a room.
type Document struct {
	// Room it belongs to.
	Room string
	// Key below the room, such as "room" or "q.<id>".
	Key string
	// Sequence of this version; a version is applied only above the one held.
	Sequence uint64
	// Time it was stored.
	Time time.Time
	// Body; nil when the document is gone.
	Body []byte
}

// Documents follows one stream of documents. All rooms that a process has open share its one ordered consumer.
type Documents struct {
	// static
	bus    *bus.Bus
	stream bus.Stream
	log    *slog.Logger
	check  time.Duration // between two looks at the stream's end
	ready  chan struct{} // closed once the consumer's start is known
	now    func() time.Time
	born   time.Time

	position atomic.Uint64
	end      atomic.Uint64 // newest sequence that the stream was seen to hold
	looked   atomic.Int64  // when it was last looked for, time.Duration since born
	running  atomic.Pointer[context.Context]
	looks    sync.WaitGroup

	mu    sync.Mutex
	rooms map[string]*openRoom // guarded by mu, and everything in it
}

type openRoom struct {
	docs   map[string]Document // gone ones included for a while: an older copy must not bring them back
	gone   int                 // how many of docs are gone, at most
	sweep  int                 // with how many gone ones to look for old ones
	subs   []*Subscription
	loaded chan struct{} // closed when the stored documents are in
	failed error         // why loading failed; set before loaded is closed
}

// Subscription is one reader of one room.
type Subscription struct {
	owner *Documents
	room  string
	sink  func(Document)
}

// NewDocuments makes a follower; nothing happens before Run.
func NewDocuments(b *bus.Bus, s bus.Stream, log *slog.Logger) *Documents {
	return &Documents{bus: b, stream: s, log: log, check: checkEvery, ready: make(chan struct{}), now: time.Now, born: time.Now().Add(-lookEvery), rooms: make(map[string]*openRoom)}
}

// Position is how far the follower has come: everything stored up to it has been given to the sinks. Read it before
// looking at what a sink collected, then what was collected holds at least that much.
func (d *Documents) Position() uint64 { return d.position.Load() }

// Reach has the stream's end looked for where a sequence has yet to come. It does not wait. It is true once the stream is
// known to hold as much, so that it will come.
func (d *Documents) Reach(sequence uint64) bool {
	known := sequence <= max(d.position.Load(), d.end.Load())
	ctx, before, now := d.running.Load(), d.looked.Load(), int64(d.now().Sub(d.born)) // a clock that is set makes nobody wait
	if known || ctx == nil || now-before < int64(lookEvery) || !d.looked.CompareAndSwap(before, now) {
		return known
	}
	d.looks.Go(func() {
		if end, err := d.bus.LastSequence(*ctx, d.stream); err == nil {
			d.end.Store(end)
		}
	})
	return false
}

// checkEvery is how often the position is compared with the stream's end.
const checkEvery = 5 * time.Second

// Run follows until the context ends.
func (d *Documents) Run(ctx context.Context) error {
	d.running.Store(&ctx)
	defer d.looks.Wait()
	var start uint64
	for {
		var err error
		if start, err = d.bus.LastSequence(ctx, d.stream); err == nil {
			break
		}
		d.log.Warn("cannot read where to start following; trying again", "error", err)
		if !pause.For(ctx, time.Second) {
			return ctx.Err()
		}
	}
	d.position.Store(start)
	close(d.ready)
	for ctx.Err() == nil {
		g, inner := errgroup.WithContext(ctx)
		g.Go(func() error {
			return d.bus.Consume(inner, bus.Everything(d.stream), d.Position()+1, false, func(r bus.Record) error {
				d.take(r)
				return nil
			})
		})
		g.Go(func() error { return d.watch(inner) })
		if err := g.Wait(); ctx.Err() == nil {
			d.log.Warn("following was interrupted; going on where it stood", "position", d.Position(), "error", err)
			pause.For(ctx, 500*time.Millisecond)
		}
	}
	return ctx.Err()
}

// watch ends with an error when the follower has stood still behind the stream's end for two checks, so that Run starts
// the consumer anew; and steps back when the stream's sequences went back under it.
func (d *Documents) watch(ctx context.Context) error {
	var stuckAt uint64
	behind := false
	for pause.For(ctx, d.check) {
		at := d.Position() // before the end is asked for: the follower goes on meanwhile, and would be ahead of it
		end, err := d.bus.LastSequence(ctx, d.stream)
		if err != nil {
			continue // the broker is away: the consumer waits for it as well
		}
		if end < at {
			d.log.Warn("the stream's sequences went back: reading every open room again", "position", at, "end", end)
			d.position.Store(end)
			d.reload(ctx)
			return fmt.Errorf("sequences went back from %d to %d", at, end)
		}
		if behind && end > at && at == stuckAt {
			return fmt.Errorf("stuck at %d while the stream is at %d", at, end)
		}
		behind, stuckAt = end > at, at
	}
	return ctx.Err()
}

func (d *Documents) take(r bus.Record) {
	room, key, ok := bus.InRoomOf(d.stream, r.Subject)
	d.mu.Lock()
	defer d.mu.Unlock()
	if o := d.rooms[room]; ok && o != nil {
		d.apply(o, document(room, key, r))
	}
	d.position.Store(r.Sequence)
}

// apply holds d.mu.
func (d *Documents) apply(o *openRoom, doc Document) {
	if held, ok := o.docs[doc.Key]; ok && doc.Sequence <= held.Sequence {
		return
	}
	o.docs[doc.Key] = doc
	if doc.Body == nil {
		o.gone++
		o.forget(doc.Time)
	}
	select {
	case <-o.loaded:
		for _, s := range o.subs {
			s.sink(doc)
		}
	default: // still loading: sinks get everything at once, in order, when it is done
	}
}

const (
	// keepGone is how long it is remembered that a document is gone: an older copy comes in the same moment, from a read that
	// was under way.
	keepGone = 10 * time.Minute
	// sweepGone is with how many gone documents a room is looked through for old ones, which there are in one open for days:
	// each claim, each time-out, each held comment leaves one.
	sweepGone = 1000
)

// forget drops what is gone for long, by the store's clock.
func (o *openRoom) forget(now time.Time) {
	if o.gone < o.sweep {
		return
	}
	o.gone = 0
	for key, doc := range o.docs {
		switch {
		case doc.Body != nil:
		case now.Sub(doc.Time) > keepGone:
			delete(o.docs, key)
		default:
			o.gone++
		}
	}
	o.sweep = max(sweepGone, 2*o.gone)
}

func document(room, key string, r bus.Record) Document {
	doc := Document{Room: room, Key: key, Sequence: r.Sequence, Time: r.Time, Body: r.Body}
	if r.Deleted {
		doc.Body = nil
	} else if doc.Body == nil {
		doc.Body = []byte{}
	}
	return doc
}

// Open gives the room's present documents to the sink, in sequence order, and then each change. When it returns, the
// sink has everything up to Position.
func (d *Documents) Open(ctx context.Context, room string, sink func(Document)) (*Subscription, error) {
	select {
	case <-d.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s := &Subscription{owner: d, room: room, sink: sink}
	for {
		d.mu.Lock()
		o := d.rooms[room]
		mine := o == nil
		if mine {
			o = &openRoom{docs: make(map[string]Document), sweep: sweepGone, loaded: make(chan struct{})}
			d.rooms[room] = o
		}
		d.mu.Unlock()
		if mine {
			err := d.load(ctx, room, o)
			d.mu.Lock()
			if err != nil {
				o.failed = err
				delete(d.rooms, room)
			} else {
				d.join(o, s)
			}
			close(o.loaded)
			d.mu.Unlock()
			return s, err
		}
		select {
		case <-o.loaded:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		d.mu.Lock()
		if d.rooms[room] == o {
			d.join(o, s)
			d.mu.Unlock()
			return s, nil
		}
		failed := o.failed
		d.mu.Unlock()
		if failed != nil {
			return nil, failed
		}
		// closed by its last reader in between: open it anew
	}
}

// join holds d.mu.
func (d *Documents) join(o *openRoom, s *Subscription) {
	present := make([]Document, 0, len(o.docs))
	for _, doc := range o.docs {
		if doc.Body != nil {
			present = append(present, doc)
		}
	}
	slices.SortFunc(present, func(a, b Document) int { return cmp.Compare(a.Sequence, b.Sequence) })
	for _, doc := range present {
		s.sink(doc)
	}
	o.subs = append(o.subs, s)
}

// load reads what is stored. The room was registered before, so what comes after the follower's present position arrives
// by itself; the read counts only when it holds everything up to that position, because a replica may lag: without this
// a document acked just before would be in neither.
func (d *Documents) load(ctx context.Context, room string, o *openRoom) error {
	registered := d.Position()
	for {
		err := d.loadOnce(ctx, room, o, registered)
		if err == nil {
			return nil
		}
		if !pause.For(ctx, 50*time.Millisecond) {
			return fmt.Errorf("read room %s: %w", room, err)
		}
	}
}

func (d *Documents) loadOnce(ctx context.Context, room string, o *openRoom, registered uint64) error {
	keys, err := d.bus.Keys(ctx, bus.AllInRoom(d.stream, room))
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(keys, 1000) {
		records, upTo, err := d.bus.LastMany(ctx, d.stream, chunk)
		if err != nil {
			return err
		}
		if upTo < registered {
			return fmt.Errorf("the answer ends at %d, before the follower's %d", upTo, registered)
		}
		d.mu.Lock()
		for _, r := range records {
			if _, key, ok := bus.InRoomOf(d.stream, r.Subject); ok {
				d.apply(o, document(room, key, r))
			}
		}
		d.mu.Unlock()
	}
	return nil
}

// reload reads every open room again after sequences went back; what is no longer stored is told as gone.
func (d *Documents) reload(ctx context.Context) {
	d.mu.Lock()
	rooms := make(map[string]*openRoom, len(d.rooms))
	for room, o := range d.rooms {
		rooms[room] = o
	}
	d.mu.Unlock()
	for room, o := range rooms {
		records, err := d.bus.ReadAll(ctx, bus.AllInRoom(d.stream, room))
		if err != nil {
			d.log.Warn("cannot read a room again", "error", err)
			continue
		}
		d.mu.Lock()
		before := o.docs
		o.docs = make(map[string]Document, len(records))
		for _, r := range records {
			if _, key, ok := bus.InRoomOf(d.stream, r.Subject); ok {
				d.apply(o, document(room, key, r))
				delete(before, key)
			}
		}
		for _, doc := range before {
			if doc.Body != nil {
				for _, s := range o.subs {
					s.sink(Document{Room: room, Key: doc.Key, Sequence: doc.Sequence})
				}
			}
		}
		d.mu.Unlock()
	}
}

// Close ends the subscription; the sink is not called after it returns.
func (s *Subscription) Close() {
	d := s.owner
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.rooms[s.room]
	if o == nil {
		return
	}
	o.subs = slices.DeleteFunc(o.subs, func(other *Subscription) bool { return other == s })
	if len(o.subs) == 0 {
		delete(d.rooms, s.room)
	}
}
