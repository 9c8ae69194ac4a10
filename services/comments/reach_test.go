package comments

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// depth is a service whose log is as full as a test says.
type depth struct {
	*testing.T
	bed *testbed.Bed
	s   *Service
}

func newDepth(t *testing.T) *depth {
	d := &depth{T: t, bed: testbed.New(t)}
	d.s = New(Options{Bus: d.bed.Bus, Views: d.bed.Views, Logger: d.bed.Log})
	return d
}

// filled changes what the store says of the log.
func (d *depth) filled(change func(*bus.Fill)) {
	d.s.reach.fill = func(ctx context.Context, k bus.Key) (bus.Fill, error) {
		f, err := d.bed.Bus.Fill(ctx, k)
		change(&f)
		return f, err
	}
}

func (d *depth) room(id string, made time.Time) {
	d.bed.Room(id, func(r *eventv1.Room) { r.CreatedMs = made.UnixMilli() })
	d.bed.Settle()
}

func (d *depth) entries(room string, n int) {
	d.Helper()
	for i := range n {
		if _, err := d.bed.Bus.Append(d.Context(), bus.InRoom(bus.Log, room), fmt.Sprint(room, time.Now().UnixNano(), i), []byte{}); err != nil {
			d.Fatal(err)
		}
	}
}

func (d *depth) look() {
	d.Helper()
	if err := d.s.reach.look(d.Context()); err != nil {
		d.Fatal(err)
	}
}

func (d *depth) reaches(room string) *commentsv1.GetLogReachResponse {
	d.Helper()
	r, err := d.s.GetLogReach(testbed.As(d.Context(), auth.Host, "host"), &commentsv1.GetLogReachRequest{Room: room})
	if err != nil {
		d.Fatal(err)
	}
	return r
}

func (d *depth) wants(room string, bound commentsv1.GetLogReachResponse_Bound, since time.Time) {
	d.Helper()
	r := d.reaches(room)
	if r.GetComplete() || r.GetBound() != bound || r.GetSince().AsTime().Sub(since).Abs() > time.Second {
		d.Errorf("%s reaches %v, want %v since %v", room, r, bound, since)
	}
}

func TestALogThatNothingWasDroppedFromIsComplete(t *testing.T) {
	d := newDepth(t)
	d.room("main", time.Now())
	if r := d.reaches("main"); !r.GetComplete() || r.GetEntries() != 0 || r.GetMostEntries() != 2_000_000 || r.GetSince() != nil {
		t.Errorf("an empty room: %v", r)
	}
	d.entries("main", 3)
	d.look()
	if r := d.reaches("main"); !r.GetComplete() || r.GetEntries() != 3 {
		t.Errorf("with three entries: %v", r)
	}
	_, err := d.s.GetLogReach(testbed.As(t.Context(), auth.Host, "host"), &commentsv1.GetLogReachRequest{Room: "nowhere"})
	if !fault.Is(err, fault.RoomNotFound) {
		t.Errorf("a room that is not there: %v", err)
	}
}

func TestWhatTheLogHasDroppedIsTold(t *testing.T) {
	d := newDepth(t)
	now := time.Now()
	d.room("old", now.Add(-40*24*time.Hour))
	d.wants("old", commentsv1.GetLogReachResponse_BOUND_AGE, now.Add(-30*24*time.Hour))

	d.room("main", now.Add(-time.Hour))
	d.entries("main", 3)
	first, _, err := d.bed.Bus.Range(t.Context(), bus.InRoom(bus.Log, "main"), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	d.filled(func(f *bus.Fill) { f.MostBytes = f.Bytes })
	d.wants("main", commentsv1.GetLogReachResponse_BOUND_BYTES, first[0].Time)
	d.look()
	d.filled(func(*bus.Fill) {}) // there is room again: what is gone is gone
	d.look()
	d.wants("main", commentsv1.GetLogReachResponse_BOUND_BYTES, first[0].Time)
	d.room("later", now.Add(time.Hour))
	if r := d.reaches("later"); !r.GetComplete() {
		t.Errorf("a room that was made after it: %v", r)
	}

	d.room("busy", first[0].Time.Add(time.Millisecond)) // after what was dropped of all rooms
	d.entries("busy", 3)
	if r := d.reaches("busy"); !r.GetComplete() {
		t.Errorf("a room with three entries: %v", r)
	}
	d.filled(func(f *bus.Fill) { f.MostOfKey = 3 })
	oldest, _, err := d.bed.Bus.Range(t.Context(), bus.InRoom(bus.Log, "busy"), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	d.wants("busy", commentsv1.GetLogReachResponse_BOUND_ENTRIES, oldest[0].Time)
	d.look()
	d.filled(func(*bus.Fill) {}) // some of them were erased, or the limit is another one: what is gone is gone
	d.wants("busy", commentsv1.GetLogReachResponse_BOUND_ENTRIES, oldest[0].Time)
}

// Rooms give up what they have above their first million, all others stay as they are, and not while there is room.
func TestRoomsAboveTheirShareGiveWay(t *testing.T) {
	d := newDepth(t)
	d.s.reach.least = 5
	d.room("small", time.Now())
	d.room("large", time.Now())
	d.entries("small", 4)
	d.entries("large", 20)
	count := func(room string) int {
		t.Helper()
		records, _, err := d.bed.Bus.Range(t.Context(), bus.InRoom(bus.Log, room), 1, 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(records)
	}
	d.filled(func(f *bus.Fill) { f.MostBytes = f.Bytes * 100 / 80 })
	d.look()
	if small, large := count("small"), count("large"); small != 4 || large != 20 {
		t.Errorf("with room left: %d, %d", small, large)
	}
	newest, err := d.bed.Bus.Last(t.Context(), bus.InRoom(bus.Log, "large"))
	if err != nil {
		t.Fatal(err)
	}
	d.filled(func(f *bus.Fill) { f.MostBytes = f.Bytes * 100 / 92 })
	d.look()
	if small, large := count("small"), count("large"); small != 4 || large != 5 {
		t.Errorf("nearly full: %d, %d", small, large)
	}
	if still, err := d.bed.Bus.Last(t.Context(), bus.InRoom(bus.Log, "large")); err != nil || still.Sequence != newest.Sequence {
		t.Errorf("the newest is %d, %v; it was %d", still.Sequence, err, newest.Sequence)
	}
	oldest, _, err := d.bed.Bus.Range(t.Context(), bus.InRoom(bus.Log, "large"), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	d.filled(func(*bus.Fill) {}) // there is room again: what is gone is gone, and files say so
	d.wants("large", commentsv1.GetLogReachResponse_BOUND_BYTES, oldest[0].Time)
	if r := d.reaches("small"); !r.GetComplete() {
		t.Errorf("a room that kept everything: %v", r)
	}
	// Who watches from before it would be told what is left as if it were all.
	ctx := testbed.As(t.Context(), auth.Host, "host")
	from := func(room string, sequence uint64) error {
		cursor := &commentsv1.WatchCursor{Epoch: d.epoch(room), Sequence: sequence}
		_, err := d.s.watcher(ctx, &commentsv1.WatchCommentsRequest{Room: room, Cursor: cursor}, nil)
		return err
	}
	if err := from("large", oldest[0].Sequence-2); !fault.Is(err, fault.CursorLost) {
		t.Errorf("a cursor behind which something was dropped: %v", err)
	}
	if err := errors.Join(from("large", oldest[0].Sequence-1), from("large", oldest[0].Sequence), from("small", 1)); err != nil {
		t.Errorf("cursors behind which everything stands: %v", err)
	}
	// The same of somebody who is slower than the bound.
	slow := &watcher{s: d.s, room: "large", epoch: d.epoch("large"), upto: 1, send: func(*commentsv1.WatchCommentsResponse) error { return nil }}
	d.entries("large", watchPage)
	if _, err := slow.read(ctx); !fault.Is(err, fault.CursorLost) {
		t.Errorf("a watcher that was overtaken: %v", err)
	}
}

func (d *depth) epoch(room string) string {
	d.Helper()
	view, err := d.bed.Views.Room(d.Context(), room)
	if err != nil {
		d.Fatal(err)
	}
	return view.Epoch()
}

func TestFullIsWithinAHundredth(t *testing.T) {
	for name, c := range map[string]struct {
		fill        bus.Fill
		bytes, give bool
	}{
		"empty":         {bus.Fill{MostBytes: 1000, MostOfKey: 1000}, false, false},
		"without limit": {bus.Fill{Bytes: 1 << 40}, false, false},
		"nearly":        {bus.Fill{Bytes: 989, MostBytes: 1000, MostOfKey: 1000}, false, true},
		"there":         {bus.Fill{Bytes: 990, MostBytes: 1000, MostOfKey: 1000}, true, true},
	} {
		if got := [2]bool{fullBytes(c.fill), giveWay(c.fill)}; got != [2]bool{c.bytes, c.give} {
			t.Errorf("%s: full and giving way %v", name, got)
		}
	}
	if fullRoom(1_979_999, 2_000_000) || !fullRoom(1_980_000, 2_000_000) || fullRoom(5, 0) {
		t.Error("a room is full within a hundredth of its most")
	}
}
