package comments

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/bus"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// removals knows which entries of a room's log no longer say what is: comments that were removed, or edited, and still
// stand there. What overrules an entry comes after it, often after its page, so a list cannot find it on its way. But
// everything up to the eraser's position has been carried out, and what was overruled is gone; only what is above it
// matters, and that is little. It is read when a room is first asked about, and only what is new after that.
type removals struct {
	bus *bus.Bus // static

	mu    sync.Mutex
	rooms map[string]*removedIn // guarded by mu
}

type removedIn struct {
	mu        sync.Mutex
	next      uint64               // guarded by mu: first sequence not read yet
	gone      map[string]removed   // guarded by mu, by comment
	back      map[string]restored  // guarded by mu, by comment; nil where nobody asks for it
	overruled map[uint64]overruled // guarded by mu, by the sequence of the entry
	used      time.Time            // guarded by removals.mu
}

// removed is a tombstone and where it stands.
type removed struct {
	*eventv1.Removal
	sequence uint64
}

// restored is the undo of a removal and where it stands.
type restored struct {
	*eventv1.Restoration
	sequence uint64
}

// overruled is what overrules an entry.
type overruled struct {
	by uint64 // sequence of the removal or edit
	at int64
}

// present is what removals say about a room at one moment.
type present struct {
	gone      map[string]removed
	overruled map[uint64]bool
}

// stands tells whether an entry's comment is there, as the entry says it.
func (p present) stands(sequence uint64) bool { return !p.overruled[sequence] }

func newRemovals(b *bus.Bus) *removals { return &removals{bus: b, rooms: make(map[string]*removedIn)} }

// in gives the removals and edits that may matter for reading the room now.
func (x *removals) in(ctx context.Context, room string, now time.Time) (present, error) {
	x.mu.Lock()
	m := x.rooms[room]
	if m == nil {
		m = &removedIn{gone: make(map[string]removed), overruled: make(map[uint64]overruled)}
		x.rooms[room] = m
	}
	m.used = now
	x.mu.Unlock()

	m.mu.Lock()
	defer m.mu.Unlock()
	position, err := readPosition(ctx, x.bus)
	if err != nil {
		return present{}, err
	}
	m.next = max(m.next, position.upto+1)
	for more := true; more; {
		var records []bus.Record
		if records, more, err = x.bus.Range(ctx, bus.InRoom(bus.Log, room), m.next, 1000); err != nil {
			return present{}, fmt.Errorf("read removals: %w", err)
		}
		for _, r := range records {
			if err := m.take(r); err != nil {
				return present{}, err
			}
			m.next = r.Sequence + 1
		}
		more = more && len(records) > 0
	}
	return m.present(position.upto, now), nil
}

// since gives what was removed since a time and is not back, also what the eraser has carried out and in passes over: what
// it erased can be brought back from its copy. back is what came back since, and stands as it was.
func (x *removals) since(ctx context.Context, room string, at time.Time) (gone map[string]removed, back map[string]restored, err error) {
	m := &removedIn{gone: make(map[string]removed), overruled: make(map[uint64]overruled), back: make(map[string]restored)}
	key := bus.InRoom(bus.Log, room)
	records, more, err := x.bus.RangeSince(ctx, key, at, 1000)
	for {
		if err != nil {
			return nil, nil, fmt.Errorf("read removals: %w", err)
		}
		for _, r := range records {
			if err := m.take(r); err != nil {
				return nil, nil, err
			}
		}
		if !more || len(records) == 0 {
			return m.gone, m.back, nil
		}
		records, more, err = x.bus.Range(ctx, key, records[len(records)-1].Sequence+1, 1000)
	}
}

func (m *removedIn) take(r bus.Record) error {
	var entry eventv1.LogEntry
	if err := proto.Unmarshal(r.Body, &entry); err != nil {
		return fmt.Errorf("log entry %d: %w", r.Sequence, err)
	}
	switch body := entry.GetBody().(type) {
	case *eventv1.LogEntry_Removal:
		m.gone[body.Removal.GetComment()] = removed{body.Removal, r.Sequence}
		delete(m.back, body.Removal.GetComment())
		m.overruled[body.Removal.GetSequence()] = overruled{r.Sequence, body.Removal.GetRemovedMs()}
	case *eventv1.LogEntry_Edit:
		delete(m.back, body.Edit.GetComment().GetId())
		m.overruled[body.Edit.GetReplaces()] = overruled{r.Sequence, body.Edit.GetComment().GetEditedMs()}
	case *eventv1.LogEntry_Restoration:
		delete(m.gone, body.Restoration.GetComment().GetId())
		if m.back != nil {
			m.back[body.Restoration.GetComment().GetId()] = restored{body.Restoration, r.Sequence}
		}
	}
	return nil
}

// present forgets what was carried out long ago, and copies the rest.
func (m *removedIn) present(upto uint64, now time.Time) present {
	old := func(sequence uint64, at int64) bool {
		return sequence <= upto && now.UnixMilli()-at > keepRemoval.Milliseconds()
	}
	p := present{gone: make(map[string]removed, len(m.gone)), overruled: make(map[uint64]bool, len(m.overruled))}
	for id, r := range m.gone {
		if old(r.sequence, r.GetRemovedMs()) {
			delete(m.gone, id)
			continue
		}
		p.gone[id] = r
	}
	for sequence, o := range m.overruled {
		if old(o.by, o.at) {
			delete(m.overruled, sequence)
			continue
		}
		p.overruled[sequence] = true
	}
	return p
}

// keepRemoval is how long a removal is remembered although it was carried out: a replica that lags may still show the
// comment.
const keepRemoval = 2 * time.Minute

// forget drops rooms that nobody asked about for a while.
func (x *removals) forget(now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for room, m := range x.rooms {
		if now.Sub(m.used) > 10*time.Minute {
			delete(x.rooms, room)
		}
	}
}

// position is the eraser's.
type position struct {
	upto          uint64
	withoutNotice int64  // as in eventv1.ErasePosition
	sequence      uint64 // which the next write of it must name
}

var positionKey = bus.Singleton(bus.State, "erase")

func readPosition(ctx context.Context, b *bus.Bus) (position, error) {
	record, err := b.Last(ctx, positionKey)
	if errors.Is(err, bus.ErrNotFound) {
		return position{}, nil
	}
	if err != nil {
		return position{}, fmt.Errorf("read the eraser's position: %w", err)
	}
	var stored eventv1.ErasePosition
	if err := proto.Unmarshal(record.Body, &stored); err != nil {
		return position{}, fmt.Errorf("read the eraser's position: %w", err)
	}
	return position{stored.GetUpto(), stored.GetWithoutNoticeMs(), record.Sequence}, nil
}
