package hearts

import (
	"fmt"
	"slices"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/text"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// Limits of a request.
const (
	maxSums  = 899           // with its marker a window fills one batch
	maxCount = 1_000_000_000 // a sum beyond it is a mistake or an attack, not a crowd

	maxMoments  = 120
	maxSpenders = 1_000

	// A tap may belong to a moment of the stream that its viewer sees late, or paused; beyond that a clock is wrong.
	// Gateways take less than this, so that their clocks may differ from ours.
	streamBehind = 2 * time.Hour
	streamAhead  = time.Minute
)

// checkBatch says what is wrong with a request's form. A request that passes holds only ids that may become part of a
// subject.
func checkBatch(r *heartsv1.RecordBatchRequest, now time.Time) error {
	if !plainWriter(r.GetWriter()) {
		return fault.New(fault.FieldInvalid, "a writer is a ULID made at the start of its process: 8 to 64 letters and digits").On("writer")
	}
	if r.GetWindow() == 0 {
		return fault.New(fault.FieldInvalid, "windows are numbered from 1").On("window")
	}
	if n := len(r.GetSums()); n > maxSums {
		return fault.New(fault.FieldInvalid, "%d sums in a window; at most %d", n, maxSums).On("sums")
	}
	type name struct{ room, kind string }
	seen := make(map[name]bool, len(r.GetSums()))
	for i, s := range r.GetSums() {
		if err := text.RoomID(s.GetRoom()); err != nil {
			return fault.New(fault.FieldInvalid, "no id of a room").On(field(i, "room"))
		}
		if !plainKind(s.GetKind()) {
			return fault.New(fault.FieldInvalid, "a kind is [a-z][a-z0-9_]{0,31}").On(field(i, "kind"))
		}
		if s.GetCount() == 0 || s.GetCount() > maxCount {
			return fault.New(fault.BadCount, "a count is 1 to %d", maxCount).On(field(i, "count"))
		}
		n := name{s.GetRoom(), s.GetKind()}
		if seen[n] {
			return fault.New(fault.FieldInvalid, "room and kind stand twice").On(field(i, "kind"))
		}
		seen[n] = true
		if err := checkMoments(s, i, now); err != nil {
			return err
		}
	}
	return checkSpenders(r.GetSpenders())
}

func checkMoments(s *heartsv1.HeartSum, i int, now time.Time) error {
	if n := len(s.GetMoments()); n > maxMoments {
		return fault.New(fault.FieldInvalid, "%d moments in a sum; at most %d", n, maxMoments).On(field(i, "moments"))
	}
	placed := uint64(0)
	seen := make(map[int64]bool, len(s.GetMoments()))
	for j, m := range s.GetMoments() {
		on := field(i, fmt.Sprintf("moments[%d].", j))
		if m.GetCount() == 0 || m.GetCount() > s.GetCount()-placed {
			return fault.New(fault.BadCount, "a moment counts 1 or more, and all moments together no more than their sum").On(on + "count")
		}
		placed += m.GetCount()
		if at := m.GetSecond(); at < now.Add(-streamBehind).Unix() || at > now.Add(streamAhead).Unix() {
			return fault.New(fault.FieldInvalid, "a moment lies between two hours ago and a minute ahead; this clock says %d", now.Unix()).On(on + "second")
		}
		if seen[m.GetSecond()] {
			return fault.New(fault.FieldInvalid, "the second stands twice").On(on + "second")
		}
		seen[m.GetSecond()] = true
	}
	return nil
}

func checkSpenders(all []*heartsv1.Spender) error {
	if n := len(all); n > maxSpenders {
		return fault.New(fault.FieldInvalid, "%d spenders in a window; at most %d", n, maxSpenders).On("spenders")
	}
	for i, p := range all {
		if err := text.RoomID(p.GetRoom()); err != nil {
			return fault.New(fault.FieldInvalid, "no id of a room").On(fmt.Sprintf("spenders[%d].room", i))
		}
		if err := text.ItemID("person", p.GetPerson()); err != nil {
			return fault.New(fault.FieldInvalid, "a person is 26 lower-case base32 characters").On(fmt.Sprintf("spenders[%d].person", i))
		}
	}
	return nil
}

func field(i int, name string) string { return fmt.Sprintf("sums[%d].%s", i, name) }

func plainWriter(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(s) >= 8 && len(s) <= 64
}

func plainKind(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

// takes is the rule of one kind in a room.
func takes(kind string) func(*eventv1.Room) error {
	return func(r *eventv1.Room) error {
		if err := judge.Live(r); err != nil {
			return err
		}
		if r.GetSettings().GetHeartsPaused() {
			return fault.New(fault.HeartsPaused, "hearts are paused")
		}
		if !slices.Contains(r.GetSettings().GetKinds(), kind) {
			return fault.New(fault.UnknownKind, "the room has no kind %q", kind)
		}
		return nil
	}
}

// refusable tells faults that concern one sum alone and stand as long as the room is as it is.
func refusable(f *fault.Fault) bool {
	switch f.Reason {
	case fault.RoomNotFound, fault.RoomNotStarted, fault.RoomEnded, fault.UnknownKind, fault.HeartsPaused:
		return true
	}
	return false
}
