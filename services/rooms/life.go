package rooms

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/once"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

func keyOf(room string) bus.Key { return bus.InRoom(bus.State, room, follow.RoomKey) }

// acting checks who changes a room: a host of it, or a service, for a host or in its own name.
func acting(ctx context.Context, room string, actor *roomsv1.Actor) (auth.Person, error) {
	return actingAs(ctx, room, actor, auth.Host)
}

// actingAs is acting for what somebody of a lower role may do, too.
func actingAs(ctx context.Context, room string, actor *roomsv1.Actor, need auth.Role) (auth.Person, error) {
	if err := text.RoomID(room); err != nil {
		return auth.Person{}, err
	}
	return auth.Ranking(ctx, room, actor, need)
}

// spanning checks that the caller's token is for rooms of such a name by a pattern: one that names a room alone is for a room
// that somebody else makes.
func spanning(ctx context.Context, room string) error {
	if c, ok := auth.CallerFrom(ctx); !ok || !c.Spans(room) {
		return fault.New(fault.PermissionDenied, "this needs a token for every room, or for a pattern of rooms such as acme-* to which this one belongs")
	}
	return nil
}

// CreateRoom makes a room.
func (s *Service) CreateRoom(ctx context.Context, r *roomsv1.CreateRoomRequest) (*roomsv1.CreateRoomResponse, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	room, err := s.create(ctx, r)
	s.meter.act(ctx, "create_room", err)
	if err != nil {
		return nil, err
	}
	out, err := s.outside(ctx, room)
	return &roomsv1.CreateRoomResponse{Room: out}, err
}

func (s *Service) create(ctx context.Context, r *roomsv1.CreateRoomRequest) (*eventv1.Room, error) {
	who, err := acting(ctx, r.GetRoom(), r.GetActor())
	if err == nil {
		err = spanning(ctx, r.GetRoom())
	}
	if err != nil {
		return nil, err
	}
	title, err := titleOf(r.GetTitle(), r.GetRoom())
	if err != nil {
		return nil, err
	}
	settings, err := settingsOf(r.GetSettings())
	if err == nil {
		err = s.allowSource(settings.GetSource())
	}
	if err != nil {
		return nil, err
	}
	now := s.clock().UnixMilli()
	room := &eventv1.Room{
		Id: r.GetRoom(), Title: title, State: eventv1.RoomState_ROOM_STATE_SCHEDULED, Revision: 1,
		Nonce: hex.EncodeToString(random(16)), PersonKey: random(32), Settings: settings, CreatedMs: now,
	}
	if !r.GetScheduled() {
		room.State, room.StartedMs = eventv1.RoomState_ROOM_STATE_LIVE, now
	}
	by, err := judge.Author(room, who)
	if err != nil {
		return nil, err
	}
	body, err := proto.Marshal(room)
	if err != nil {
		return nil, fmt.Errorf("create a room: %w", err)
	}
	if err := s.claim(ctx, room, body); err != nil {
		return nil, err
	}
	return room, s.tell(ctx, room, by, "create_room")
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// claim writes the first document of a room. The id may be free in three ways: nothing stands there, the marker of what
// expired does, which counts as absent but must be named, or a deleted room, which must be erased whole before.
func (s *Service) claim(ctx context.Context, room *eventv1.Room, body []byte) error {
	var expected uint64
	for range tries {
		_, err := s.bus.Put(ctx, keyOf(room.GetId()), body, expected)
		if err == nil {
			return nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return fmt.Errorf("create a room: %w", err)
		}
		there, sequence, err := s.read(ctx, room.GetId())
		switch {
		case err != nil:
			return err
		case there == nil:
			expected = sequence
		case there.GetNonce() == room.GetNonce():
			return nil // our own write, whose answer was lost
		case there.GetState() != eventv1.RoomState_ROOM_STATE_DELETED:
			return fault.New(fault.RoomExists, "there is a room %q already", room.GetId()).On("room")
		case !there.GetErased():
			if err := s.erasedFor(ctx, room.GetId()); err != nil {
				return err
			}
		default:
			expected = sequence
		}
	}
	return busy()
}

// erasedFor erases what a deleted room left, for somebody who wants its id.
func (s *Service) erasedFor(ctx context.Context, room string) error {
	patient, cancel := s.patiently(ctx)
	defer cancel()
	err := s.erase(patient, room)
	if err != nil && patient.Err() != nil && ctx.Err() == nil {
		return fault.New(fault.Unavailable, "what a deleted room %q held is still being erased; try again", room).After(patience)
	}
	return err
}

// tries bounds how often a change is made anew because somebody else was faster.
const tries = 8

func busy() error {
	return fault.New(fault.Unavailable, "too many are changing this room at once; try again").After(time.Second)
}

// read gives a room's document as the leader has it, deleted ones included; nil when there is none, with the sequence
// that the next write must name.
func (s *Service) read(ctx context.Context, room string) (*eventv1.Room, uint64, error) {
	doc, record, err := s.record(ctx, room)
	return doc, record.Sequence, err
}

func (s *Service) record(ctx context.Context, room string) (*eventv1.Room, bus.Record, error) {
	record, err := s.bus.Last(ctx, keyOf(room))
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return nil, record, nil
	}
	if err != nil {
		return nil, record, fmt.Errorf("read a room: %w", err)
	}
	doc := new(eventv1.Room)
	if err := proto.Unmarshal(record.Body, doc); err != nil {
		return nil, record, fmt.Errorf("read room %s: %w", room, err)
	}
	return doc, record, nil
}

// change is one change of a room's document by somebody.
type change struct {
	room   string
	actor  *roomsv1.Actor
	need   auth.Role
	action string // in the audit trail
	// content tells apart requests of the same action.
	content string
	// again is how long after the change the same request is a success; 0 is for ever.
	again time.Duration
	// do makes the change; false says that it stands so already.
	do func(r *eventv1.Room, by *eventv1.Author) (moved bool, err error)
}

// step makes one step of a room's life.
func (s *Service) step(ctx context.Context, room string, actor *roomsv1.Actor, action string, do step) (*roomsv1.Room, uint64, error) {
	return s.change(ctx, change{room: room, actor: actor, need: auth.Host, action: action, do: func(r *eventv1.Room, _ *eventv1.Author) (bool, error) {
		return do(r, s.clock())
	}})
}

// change changes a room's document by compare-and-set, as often as it takes. The document keeps an id of the request that
// made its last change: whoever meets its own there was answered by silence before, and has succeeded. The number names the change
// for its undo; 0 where there was none.
func (s *Service) change(ctx context.Context, c change) (*roomsv1.Room, uint64, error) {
	ctx, cancel := once.Deadline(ctx)
	defer cancel()
	doc, made, err := s.changed(ctx, c)
	s.meter.act(ctx, c.action, err)
	if err != nil {
		return nil, 0, err
	}
	room, err := s.outside(ctx, doc)
	return room, made, err
}

func (s *Service) changed(ctx context.Context, c change) (*eventv1.Room, uint64, error) {
	who, err := actingAs(ctx, c.room, c.actor, c.need)
	if err != nil {
		return nil, 0, err
	}
	for range tries {
		doc, record, err := s.record(ctx, c.room)
		if err != nil {
			return nil, 0, err
		}
		if doc == nil || doc.GetState() == eventv1.RoomState_ROOM_STATE_DELETED {
			return nil, 0, follow.RoomNotFound(c.room)
		}
		by, err := judge.Author(doc, who)
		if err != nil {
			return nil, 0, err
		}
		request := func() string {
			return once.Of(c.room, doc.GetNonce(), c.action, c.content, revision(doc)).Message()
		}
		old := c.again > 0 && s.clock().Sub(time.UnixMilli(doc.GetChange().GetAtMs())) > c.again
		if doc.GetLastRequest() == request() && !old {
			if time.Since(record.Time) < audit.Retryable { // perhaps its entry is what failed before
				return doc, nameOf(doc, by), s.tell(ctx, doc, by, c.action)
			}
			return doc, nameOf(doc, by), nil
		}
		was := proto.CloneOf(doc)
		if moved, err := c.do(doc, by); err != nil || !moved {
			return doc, 0, err
		}
		doc.Revision++
		doc.LastRequest = request()
		doc.Change = s.changeOf(c.action, by, was, doc)
		body, err := proto.Marshal(doc)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", c.action, err)
		}
		_, err = s.bus.Put(ctx, keyOf(c.room), body, record.Sequence)
		if err == nil {
			return doc, nameOf(doc, by), s.tell(ctx, doc, by, c.action)
		}
		if !errors.Is(err, bus.ErrConflict) {
			return nil, 0, fmt.Errorf("%s: %w", c.action, err)
		}
	}
	return nil, 0, busy()
}

func revision(r *eventv1.Room) string { return strconv.FormatUint(r.GetRevision(), 10) }

// tell writes the change that made this revision into the audit trail.
func (s *Service) tell(ctx context.Context, r *eventv1.Room, by *eventv1.Author, action string) error {
	return audit.Write(ctx, s.bus, r.GetId(), once.Of("audit", r.GetId(), r.GetNonce(), action, revision(r)),
		&eventv1.AuditEntry{Actor: by, Action: action, Reason: r.GetChange().GetSaid(), AtMs: s.clock().UnixMilli()})
}
