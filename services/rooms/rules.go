package rooms

import (
	"strconv"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// A step moves a room's document, or says that it stands there already, or refuses.
type step func(r *eventv1.Room, now time.Time) (moved bool, err error)

func start(r *eventv1.Room, now time.Time) (bool, error) {
	switch r.GetState() {
	case eventv1.RoomState_ROOM_STATE_SCHEDULED:
		r.State, r.StartedMs = eventv1.RoomState_ROOM_STATE_LIVE, now.UnixMilli()
		return true, nil
	case eventv1.RoomState_ROOM_STATE_LIVE:
		return false, nil
	}
	return false, fault.New(fault.RoomEnded, "the show is over; reopen it within 60 s of its end, or make a new room")
}

func end(r *eventv1.Room, now time.Time) (bool, error) {
	switch r.GetState() {
	case eventv1.RoomState_ROOM_STATE_LIVE:
		r.State, r.EndedMs = eventv1.RoomState_ROOM_STATE_ENDED, now.UnixMilli()
		return true, nil
	case eventv1.RoomState_ROOM_STATE_ENDED:
		return false, nil
	}
	return false, fault.New(fault.RoomNotStarted, "the show has not started; delete the room if it will not")
}

func reopen(r *eventv1.Room, now time.Time) (bool, error) {
	switch r.GetState() {
	case eventv1.RoomState_ROOM_STATE_ENDED:
		if now.Sub(time.UnixMilli(r.GetEndedMs())) > judge.UndoFor {
			return false, fault.New(fault.UndoExpired, "an end can be undone for 60 s")
		}
		r.State, r.EndedMs = eventv1.RoomState_ROOM_STATE_LIVE, 0
		return true, nil
	case eventv1.RoomState_ROOM_STATE_LIVE:
		return false, nil
	}
	return false, fault.New(fault.RoomNotStarted, "the show has not started yet")
}

// endedBy tells whether the last change of a room is its end by somebody, and the one that is named; 0 names any.
func endedBy(r *eventv1.Room, by *eventv1.Author, change uint64) bool {
	last := r.GetChange()
	return judge.Named(change, last.GetRevision()) && last.GetAction() == "end_room" && last.GetBy() == by.GetPerson() && last.GetRevision() == r.GetRevision()
}

// guard compares the revision that a change was made on; 0 is whatever it is.
func guard(r *eventv1.Room, revision uint64) error {
	if revision == 0 || revision == r.GetRevision() {
		return nil
	}
	return fault.New(fault.RevisionMismatch, "somebody changed the room meanwhile; read it again and decide anew").
		With("revision", strconv.FormatUint(r.GetRevision(), 10))
}
