package filter

import (
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// RoomKey is the key of a room's own terms below the room, in the stream of state documents.
const RoomKey = "terms"

// mostRooms bounds the compiled lists in memory; beyond it they are made anew.
const mostRooms = 2_000

// Rooms finds blocked terms by the list for all rooms and the one of the room, as it was followed.
type Rooms struct {
	file *File // static; nil for none

	mu    sync.Mutex
	rooms map[string]ofRoom // guarded by mu
}

type ofRoom struct {
	sequence uint64
	list     *List
}

// NewRooms makes a finder; the file may be nil.
func NewRooms(file *File) *Rooms { return &Rooms{file: file, rooms: make(map[string]ofRoom)} }

// Find gives the first blocked term in a text that was written in a room.
func (r *Rooms) Find(room string, v *follow.View, text string) (Hit, bool) {
	if hit, ok := r.file.List().Find(text); ok {
		return hit, true
	}
	return r.of(room, v).Find(text)
}

func (r *Rooms) of(room string, v *follow.View) *List {
	doc, ok := v.Doc(RoomKey)
	if !ok {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.rooms[room]; ok && known.sequence == doc.Sequence {
		return known.list
	}
	if len(r.rooms) >= mostRooms {
		clear(r.rooms)
	}
	stored := new(eventv1.BlockedTerms)
	var list *List
	if proto.Unmarshal(doc.Body, stored) == nil {
		list = lenient(stored)
	}
	r.rooms[room] = ofRoom{doc.Sequence, list}
	return list
}

// lenient compiles what can be: terms were checked when they were stored, perhaps by an older version with other rules.
func lenient(stored *eventv1.BlockedTerms) *List {
	l := &List{words: newTree(), parts: newTree()}
	for _, t := range stored.GetTerms() {
		_ = l.add(t.GetText())
	}
	return l
}

// BlockedName is the refusal of what somebody writes under a name that holds a blocked term.
func BlockedName() error {
	return fault.New(fault.TextBlocked, "your name holds a word that is blocked here; take another name").On("actor.name")
}
