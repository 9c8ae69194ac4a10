package rooms

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/rpc"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
)

// GetRoom reads a room from the leader, so that whoever changed it sees the change.
func (s *Service) GetRoom(ctx context.Context, r *roomsv1.GetRoomRequest) (*roomsv1.GetRoomResponse, error) {
	if err := s.reads(ctx, r.GetRoom()); err != nil {
		return nil, err
	}
	room, err := judge.Settings(ctx, s.bus, r.GetRoom())
	if err != nil {
		return nil, err
	}
	out, err := s.outside(ctx, room)
	return &roomsv1.GetRoomResponse{Room: out}, err
}

// reads checks that the caller may read in a room. What it is told is the leader's word; only whether somebody is kept out is
// judged by followed state, and for programs, which nobody bans, no room is followed.
func (s *Service) reads(ctx context.Context, room string) error {
	caller, err := judge.Admitted(ctx, room)
	if err == nil && caller.Role != auth.Service {
		_, err = s.judge.Reader(ctx, room, s.clock())
	}
	return err
}

// ListRooms lists the rooms of the caller's patterns in the order of their ids; deleted ones are left out, and those in which
// the caller's token was revoked or whose ban keeps the caller out.
func (s *Service) ListRooms(ctx context.Context, r *roomsv1.ListRoomsRequest) (*roomsv1.ListRoomsResponse, error) {
	c, ok := auth.CallerFrom(ctx)
	if !ok || !c.Patterned() {
		return nil, fault.New(fault.PermissionDenied, "this needs a token for every room, or for a pattern of rooms such as acme-*")
	}
	size, err := rpc.PageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	after, err := rpc.DecodePage(r.GetPageToken(), "rooms")
	if err != nil {
		return nil, err
	}
	ids, err := s.ids(ctx)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !c.Spans(id) })
	first, found := slices.BinarySearch(ids, after)
	if found {
		first++
	}
	ids = ids[first:]
	response := &roomsv1.ListRoomsResponse{}
	for len(ids) > 0 && len(response.Rooms) < size {
		chunk := ids[:min(len(ids), max(size-len(response.Rooms), leastRead))]
		ids = ids[len(chunk):]
		rooms, err := s.many(ctx, chunk)
		if err == nil {
			rooms, err = s.openTo(ctx, c, rooms)
		}
		if err != nil {
			return nil, err
		}
		last := chunk[len(chunk)-1]
		if left := size - len(response.Rooms); len(rooms) > left {
			rooms = rooms[:left]
			last = rooms[left-1].GetId()
		}
		for _, room := range rooms {
			out, err := s.outside(ctx, room)
			if err != nil {
				return nil, err
			}
			response.Rooms = append(response.Rooms, out)
		}
		response.NextPageToken = ""
		if len(ids) > 0 || last != chunk[len(chunk)-1] {
			response.NextPageToken = rpc.EncodePage(last, "rooms")
		}
	}
	return response, nil
}

// leastRead is how many rooms are read at a time, however few are asked for: of those many may be shut, or deleted.
const leastRead = 100

// ids lists every room that has a document, deleted ones included.
func (s *Service) ids(ctx context.Context) ([]string, error) {
	subjects, err := s.bus.Keys(ctx, bus.InEveryRoom(bus.State, follow.RoomKey))
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	ids := make([]string, 0, len(subjects))
	for _, subject := range subjects {
		if room, _, ok := bus.InRoomOf(bus.State, subject); ok {
			ids = append(ids, room)
		}
	}
	slices.Sort(ids) // subjects are sorted by partition first
	return ids, nil
}

// many reads rooms by their ids, in their order, without deleted ones.
func (s *Service) many(ctx context.Context, ids []string) ([]*eventv1.Room, error) {
	subjects := make([]string, len(ids))
	for i, id := range ids {
		subjects[i] = keyOf(id).Subject
	}
	records, _, err := s.bus.LastMany(ctx, bus.State, subjects)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	rooms := make([]*eventv1.Room, 0, len(records))
	for _, record := range records {
		room := new(eventv1.Room)
		if err := proto.Unmarshal(record.Body, room); err != nil {
			return nil, fmt.Errorf("list rooms: %s: %w", record.Subject, err)
		}
		if !record.Deleted && room.GetState() != eventv1.RoomState_ROOM_STATE_DELETED {
			rooms = append(rooms, room)
		}
	}
	slices.SortFunc(rooms, func(a, b *eventv1.Room) int { return strings.Compare(a.GetId(), b.GetId()) })
	return rooms, nil
}

// openTo drops the rooms of a page in which the caller's token was revoked or whose ban keeps the caller out. What judges
// calls by the room that they name knows nothing of a list, and no room is followed for one.
func (s *Service) openTo(ctx context.Context, c auth.Claims, rooms []*eventv1.Room) ([]*eventv1.Room, error) {
	var subjects []string
	for _, room := range rooms {
		if c.ID != "" {
			subjects = append(subjects, linkKeyOf(room.GetId(), c.ID).Subject)
		}
		if c.Role != auth.Service { // a program is nobody's to ban
			person := auth.PersonKey(room.GetPersonKey(), c.Subject)
			subjects = append(subjects, bus.InRoom(bus.State, room.GetId(), people.StandingKey, person).Subject)
		}
	}
	if len(subjects) == 0 {
		return rooms, nil
	}
	records, _, err := s.bus.LastMany(ctx, bus.State, subjects)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	shut := make(map[string]bool)
	for _, record := range records {
		if record.Deleted {
			continue
		}
		room, key, _ := bus.InRoomOf(bus.State, record.Subject)
		if _, ok := people.PersonOf(key); !ok {
			shut[room] = shut[room] || follow.Revoked(follow.Document{Body: record.Body})
			continue
		}
		standing, err := people.Decode(record.Body)
		if err != nil {
			return nil, fmt.Errorf("list rooms: %s: %w", record.Subject, err)
		}
		shut[room] = shut[room] || people.Barred(standing, c.Role.Proto(), s.clock()) != nil
	}
	return slices.DeleteFunc(rooms, func(room *eventv1.Room) bool { return shut[room.GetId()] }), nil
}

// ListAuditEntries lists a room's trail, newest first.
func (s *Service) ListAuditEntries(ctx context.Context, r *roomsv1.ListAuditEntriesRequest) (*roomsv1.ListAuditEntriesResponse, error) {
	q, err := s.query(ctx, r)
	if err != nil {
		return nil, err
	}
	page, err := s.list(ctx, "audit", r, q.Actor, strconv.FormatInt(r.GetStartTime().GetSeconds(), 10), strconv.Itoa(int(r.GetStartTime().GetNanos())))
	if err != nil {
		return nil, err
	}
	if page.after != "" {
		if q.Before, err = strconv.ParseUint(page.after, 10, 64); err != nil {
			return nil, errPlace()
		}
	}
	q.Most = page.size
	entries, next, err := audit.List(ctx, s.bus, r.GetRoom(), q)
	if err != nil {
		return nil, fmt.Errorf("list the audit trail: %w", err)
	}
	response := &roomsv1.ListAuditEntriesResponse{Own: r.GetOwn()}
	for _, e := range entries {
		response.Entries = append(response.Entries, entryOutside(e))
	}
	if next > 0 {
		response.NextPageToken = page.next(strconv.FormatUint(next, 10))
	}
	return response, nil
}

// query is which entries of the trail were asked for.
func (s *Service) query(ctx context.Context, r *roomsv1.ListAuditEntriesRequest) (q audit.Query, err error) {
	if at := r.GetStartTime(); at != nil {
		if err := at.CheckValid(); err != nil {
			return q, fault.New(fault.FieldInvalid, "%v", err).On("start_time")
		}
		q.Since = at.AsTime()
	}
	if !r.GetOwn() {
		return q, nil
	}
	_, by, err := s.moderating(ctx, r.GetRoom(), r.GetActor())
	q.Actor = by.GetPerson()
	return q, err
}

var roleNames = map[eventv1.Role]string{
	eventv1.Role_ROLE_VIEWER: string(auth.Viewer), eventv1.Role_ROLE_MODERATOR: string(auth.Moderator),
	eventv1.Role_ROLE_HOST: string(auth.Host), eventv1.Role_ROLE_SERVICE: string(auth.Service),
}

// entryOutside is an entry of the trail as callers see it.
func entryOutside(e *eventv1.AuditEntry) *roomsv1.AuditEntry {
	return &roomsv1.AuditEntry{
		Entry: e.GetId(), Person: e.GetActor().GetPerson(), Name: e.GetActor().GetName(), Role: roleNames[e.GetActor().GetRole()],
		Action: e.GetAction(), Target: e.GetTarget(), Reason: e.GetReason(), Time: timestamppb.New(time.UnixMilli(e.GetAtMs())), About: e.GetAbout(),
	}
}
