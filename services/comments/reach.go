package comments

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/pause"
	commentsv1 "github.com/ovation-live/ovation/proto/gen/ovation/comments/v1"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Bounds of the log. The store drops what is older than 30 days, a room's oldest entries above 2,000,000, and the oldest of
// all rooms when the log is full. Before it comes to that last one, rooms above their first million give up their oldest. The
// age is no alarm, since it is hit everywhere and always: who asks for a room's reach is told of it.
const (
	lookEvery   = 15 * time.Second
	leastOfRoom = 1_000_000
	mostAtOnce  = 50_000 // entries of a room that one look drops: it holds up whoever writes
	longest     = 2_048  // bytes in the store of an entry with the longest comment, name and reply
)

// reach looks at how far back the log reaches.
type reach struct {
	// static
	bus   *bus.Bus
	log   *slog.Logger
	meter meters
	least uint64 // entries that a room keeps while others could give some up
	fill  func(context.Context, bus.Key) (bus.Fill, error)

	// owned by the goroutine that looks
	told map[string]bool // what was warned of: rooms at their bound, and what begins with a line
}

func newReach(b *bus.Bus, log *slog.Logger, m meters) *reach {
	return &reach{bus: b, log: log, meter: m, least: leastOfRoom, fill: b.Fill, told: make(map[string]bool)}
}

func (r *reach) run(ctx context.Context) error {
	for {
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("cannot look at the log's bounds", "error", err)
		}
		if !pause.For(ctx, lookEvery) {
			return ctx.Err()
		}
	}
}

// look tells of bounds that are hit, keeps that they were, and has rooms that are far above the others give way.
func (r *reach) look(ctx context.Context) error {
	fill, err := r.fill(ctx, bus.Everything(bus.Log))
	if err != nil {
		return err
	}
	r.tell("_small", fill.MostBytes > 0 && fill.MostBytes < leastOfRoom*longest,
		"the log's limit is too small for a million of the longest comments of one room; raise store.max_bytes", "bytes", fill.MostBytes)
	dropping := fullBytes(fill)
	r.tell("_full", dropping, "the log is full: it drops the oldest entries of all rooms; raise its limit or delete rooms that are over", "bytes", fill.Bytes)
	if dropping {
		if err := r.keep(ctx, reachKey, fill.First.UnixMilli()); err != nil {
			return err
		}
	}
	bounded := 0
	for subject, n := range fill.Keys {
		room, _, ok := bus.InRoomOf(bus.Log, subject)
		if !ok {
			continue
		}
		at := fullRoom(n, fill.MostOfKey)
		if r.tell(room, at, "a room has as many entries as the log holds of one: it drops its oldest", "room", room, "entries", n); at {
			bounded++
		}
		if at {
			if err := r.keepOf(ctx, room, ofEntries); err != nil {
				return err
			}
		}
		if giveWay(fill) && n > r.least {
			if err := r.bus.Shorten(ctx, bus.InRoom(bus.Log, room), max(r.least, n-min(n, mostAtOnce))); err != nil {
				return err
			}
			if err := r.keepOf(ctx, room, ofBytes); err != nil {
				return err
			}
		}
	}
	hit := 0
	if dropping {
		hit = 1
	}
	r.meter.bounds.Record(ctx, int64(hit), metric.WithAttributes(attribute.String("bound", "bytes")))
	r.meter.bounds.Record(ctx, int64(bounded), metric.WithAttributes(attribute.String("bound", "entries")))
	return nil
}

// tell warns once when a bound is hit, and again when it is hit again.
func (r *reach) tell(what string, is bool, warning string, args ...any) {
	if is && !r.told[what] {
		r.log.Warn(warning, args...)
	}
	if is {
		r.told[what] = true
	} else {
		delete(r.told, what)
	}
}

// Full tells of bounds. A stream that drops its oldest stays a message's size below its limit, and a room's count goes down
// by what is erased; so whoever is within a hundredth counts as there.
func fullBytes(f bus.Fill) bool { return f.MostBytes > 0 && f.Bytes >= f.MostBytes/100*99 }

func fullRoom(entries, most uint64) bool { return most > 0 && entries >= most/100*99 }

// giveWay tells whether the log is so full that rooms above their first million shall drop some.
func giveWay(f bus.Fill) bool { return f.MostBytes > 0 && f.Bytes >= f.MostBytes/100*90 }

var reachKey = bus.Singleton(bus.State, "reach")

// What a room's own documents of it are called, by the bound that dropped entries of that room alone.
const (
	ofBytes   = "bytes" // it gave way
	ofEntries = "entries"
)

func reachOf(room, bound string) bus.Key { return bus.InRoom(bus.State, room, "reach", bound) }

// kept is up to when entries were dropped for want of room, with the sequence that the next write of it must name.
func (r *reach) kept(ctx context.Context, key bus.Key) (*eventv1.LogBounds, uint64, error) {
	doc := new(eventv1.LogBounds)
	record, err := r.bus.Last(ctx, key)
	if errors.Is(err, bus.ErrNotFound) || err == nil && record.Deleted {
		return doc, record.Sequence, nil
	}
	if err == nil {
		err = proto.Unmarshal(record.Body, doc)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read what the log has dropped: %w", err)
	}
	return doc, record.Sequence, nil
}

// keepOf keeps that a room's log begins with the oldest entry that it has now.
func (r *reach) keepOf(ctx context.Context, room, bound string) error {
	first, _, err := r.bus.Range(ctx, bus.InRoom(bus.Log, room), 1, 1)
	if err != nil || len(first) == 0 {
		return err
	}
	return r.keep(ctx, reachOf(room, bound), first[0].Time.UnixMilli())
}

// begins tells whether bounds have dropped entries of a room, and with which sequence it begins now.
func (r *reach) begins(ctx context.Context, room string) (sequence uint64, dropped bool, err error) {
	for _, bound := range []string{ofBytes, ofEntries} {
		doc, _, err := r.kept(ctx, reachOf(room, bound))
		if err != nil {
			return 0, false, err
		}
		dropped = dropped || doc.GetDroppedBeforeMs() > 0
	}
	if !dropped {
		return 0, false, nil
	}
	first, _, err := r.bus.Range(ctx, bus.InRoom(bus.Log, room), 1, 1)
	if err != nil || len(first) == 0 {
		return 0, false, err
	}
	return first[0].Sequence, true, nil
}

func (r *reach) keep(ctx context.Context, key bus.Key, before int64) error {
	doc, sequence, err := r.kept(ctx, key)
	if err != nil || doc.GetDroppedBeforeMs() >= before {
		return err
	}
	body, err := proto.Marshal(&eventv1.LogBounds{DroppedBeforeMs: before})
	if err != nil {
		return err
	}
	if _, err = r.bus.Put(ctx, key, body, sequence); errors.Is(err, bus.ErrConflict) {
		return nil // another process keeps the same
	}
	return err
}

// GetLogReach tells how far back a room's log reaches.
func (s *Service) GetLogReach(ctx context.Context, r *commentsv1.GetLogReachRequest) (*commentsv1.GetLogReachResponse, error) {
	caller, err := s.judge.Reader(ctx, r.GetRoom(), s.clock())
	if err != nil {
		return nil, err
	}
	key := bus.InRoom(bus.Log, r.GetRoom())
	fill, err := s.reach.fill(ctx, key)
	if err != nil {
		return nil, err
	}
	answer := &commentsv1.GetLogReachResponse{Complete: true, Entries: fill.Keys[key.Subject], MostEntries: fill.MostOfKey}
	born := time.UnixMilli(caller.Room.GetCreatedMs())
	reached := func(bound commentsv1.GetLogReachResponse_Bound, since time.Time) {
		if since.After(born) && (answer.GetComplete() || since.After(answer.GetSince().AsTime())) {
			answer.Complete, answer.Bound, answer.Since = false, bound, timestamppb.New(since)
		}
	}
	if fill.Age > 0 {
		reached(commentsv1.GetLogReachResponse_BOUND_AGE, s.clock().Add(-fill.Age))
	}
	for _, k := range []struct {
		key   bus.Key
		bound commentsv1.GetLogReachResponse_Bound
	}{
		{reachKey, commentsv1.GetLogReachResponse_BOUND_BYTES},
		{reachOf(r.GetRoom(), ofBytes), commentsv1.GetLogReachResponse_BOUND_BYTES},
		{reachOf(r.GetRoom(), ofEntries), commentsv1.GetLogReachResponse_BOUND_ENTRIES},
	} {
		kept, _, err := s.reach.kept(ctx, k.key)
		if err != nil {
			return nil, err
		}
		if ms := kept.GetDroppedBeforeMs(); ms > 0 {
			reached(k.bound, time.UnixMilli(ms))
		}
	}
	if fullBytes(fill) {
		reached(commentsv1.GetLogReachResponse_BOUND_BYTES, fill.First)
	}
	if fullRoom(answer.GetEntries(), answer.GetMostEntries()) {
		first, _, err := s.bus.Range(ctx, key, 1, 1)
		if err != nil {
			return nil, err
		}
		if len(first) > 0 {
			reached(commentsv1.GetLogReachResponse_BOUND_ENTRIES, first[0].Time)
		}
	}
	return answer, nil
}
