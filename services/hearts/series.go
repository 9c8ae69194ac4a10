package hearts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// maxPoints is how many points one answer holds; at 1 s that is five and a half hours.
const maxPoints = 20_000

// GetHeartSeries reads the pulses of all replicas from the store, and this one's own that is not written yet.
func (s *Service) GetHeartSeries(ctx context.Context, r *heartsv1.GetHeartSeriesRequest) (*heartsv1.GetHeartSeriesResponse, error) {
	room, teller, err := s.reader(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	step, err := resolution(r.GetResolution(), time.Second)
	if err != nil {
		return nil, err
	}
	between, err := spanOf(r.GetStartTime(), r.GetEndTime())
	if err != nil {
		return nil, err
	}
	response := &heartsv1.GetHeartSeriesResponse{Resolution: durationpb.New(time.Duration(step) * time.Second)}
	read, err := s.read(ctx, room, between, between == (span{}))
	if err != nil {
		return nil, err
	}
	response.ReadTime = timestamppb.New(read.at)
	c, err := read.rows.columns(between, step, maxPoints)
	if err != nil {
		return nil, err
	}
	if len(c.viewers) > 0 {
		response.StartTime = timestamppb.New(time.Unix(c.start, 0))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.counts)) {
		response.Kinds = append(response.Kinds, &heartsv1.HeartColumn{Kind: kind, Counts: c.counts[kind]})
	}
	for _, n := range c.viewers {
		response.Viewers = append(response.Viewers, teller(n))
	}
	response.Unplaced = unplaced(read.totals, c)
	return response, nil
}

// reader judges a call that reads, and gives the room and how its caller may be told an audience.
func (s *Service) reader(ctx context.Context, id string) (*eventv1.Room, func(uint64) uint64, error) {
	caller, err := s.judge.Reader(ctx, id, s.clock())
	if err != nil {
		return nil, nil, err
	}
	if caller.Role.AtLeast(auth.Moderator) {
		return caller.Room, func(n uint64) uint64 { return n }, nil
	}
	return caller.Room, func(n uint64) uint64 { return presence.ForViewers(caller.Room.GetSettings().GetViewerCount(), n) }, nil
}

// resolution checks the length of a point, and gives it in seconds.
func resolution(d *durationpb.Duration, unset time.Duration) (int64, error) {
	length := d.AsDuration()
	if d == nil {
		length = unset
	}
	switch length {
	case time.Second, 10 * time.Second, time.Minute:
		return int64(length / time.Second), nil
	}
	return 0, fault.New(fault.FieldInvalid, "a point is 1 s, 10 s or 60 s long").On("resolution")
}

// span is the seconds that are wanted, the end not included; 0 is open.
type span struct{ start, end int64 }

func (s span) has(second int64) bool {
	return (s.start == 0 || second >= s.start) && (s.end == 0 || second < s.end)
}

func spanOf(start, end *timestamppb.Timestamp) (span, error) {
	var s span
	for _, t := range []struct {
		name string
		at   *timestamppb.Timestamp
		into *int64
	}{{"start_time", start, &s.start}, {"end_time", end, &s.end}} {
		if t.at == nil {
			continue
		}
		if t.at.CheckValid() != nil || t.at.GetSeconds() <= 0 {
			return s, fault.New(fault.FieldInvalid, "no time after 1970").On(t.name)
		}
		*t.into = t.at.GetSeconds()
	}
	if s.start > 0 && s.end > 0 && s.end <= s.start {
		return s, fault.New(fault.FieldInvalid, "the end must lie after the start").On("end_time")
	}
	return s, nil
}

// Bounds of where a stretch's pulses can stand in the store: a heart belongs to a moment at most streamBehind ago, and
// is written within a minute even where the store was away for a while.
const (
	storedAhead  = streamAhead + clocksApart
	storedBehind = streamBehind + 10*time.Minute
)

// longestRead bounds what one call reads and holds, some 40 MB: a room that is on air for a month has two and a half million
// seconds, and everybody may ask.
const longestRead = int64(48 * time.Hour / time.Second)

// bounded keeps a stretch within longestRead: one that is open at its start begins that long before its end, and a longer
// one is refused. A room that is younger needs no bound.
func (s *Service) bounded(room *eventv1.Room, between span) (span, error) {
	now := s.clock().Unix()
	if room.GetCreatedMs() > 0 && now-room.GetCreatedMs()/1000 <= longestRead {
		return between, nil
	}
	end := between.end
	if end == 0 {
		end = now
	}
	if between.start == 0 {
		between.start = max(1, end-longestRead)
	}
	if end-between.start > longestRead {
		return between, fault.New(fault.FieldInvalid, "at most %d hours in one call", longestRead/3600).On("end_time")
	}
	return between, nil
}

// read reads the rows of a stretch, and the room's totals where they are wanted; both are shared with who asks just then.
func (s *Service) read(ctx context.Context, room *eventv1.Room, between span, totals bool) (reading, error) {
	return s.readings.do(ctx, stretch{room.GetId(), room.GetNonce(), between, totals}, func(ctx context.Context) (r reading, err error) {
		r.at = s.clock()
		if totals { // before the series: what is counted meanwhile must not be missing in it
			if r.totals, _, err = s.totals(ctx, room.GetId()); err != nil {
				return r, err
			}
		}
		r.rows, err = s.series(ctx, room, between)
		return r, err
	})
}

// series reads the rows of a stretch.
func (s *Service) series(ctx context.Context, room *eventv1.Room, between span) (rows, error) {
	wanted, err := s.bounded(room, between)
	if err != nil {
		return nil, err
	}
	own := s.pulse.unwritten(room.GetId(), room.GetNonce()) // before the store: what is written meanwhile is found there
	all := make(rows)
	seen := make(map[string]bool)
	take := func(records []bus.Record) (more bool, err error) {
		for _, r := range records {
			if between.end > 0 && r.Time.Unix() > between.end+int64(storedBehind/time.Second) {
				return false, nil
			}
			if id := r.MessageID(); id != "" {
				if seen[id] {
					continue // written twice by somebody whom the store had left without an answer for minutes
				}
				seen[id] = true
			}
			m := new(eventv1.Pulse)
			if err := proto.Unmarshal(r.Body, m); err != nil {
				return false, fmt.Errorf("pulse %d: %w", r.Sequence, err)
			}
			if m.GetNonce() == room.GetNonce() {
				decode(m, wanted, all)
			}
		}
		return true, nil
	}
	key := bus.InRoom(bus.Pulse, room.GetId())
	var records []bus.Record
	var more bool
	if between.start > 0 {
		records, more, err = s.bus.RangeSince(ctx, key, time.Unix(between.start, 0).Add(-storedAhead), rangeSize)
	} else {
		records, more, err = s.bus.Range(ctx, key, 0, rangeSize)
	}
	for {
		if err != nil {
			return nil, fmt.Errorf("read pulses: %w", err)
		}
		goOn, err := take(records)
		if err != nil {
			return nil, err
		}
		if !more || !goOn || len(records) == 0 {
			break
		}
		records, more, err = s.bus.Range(ctx, key, records[len(records)-1].Sequence+1, rangeSize)
		if err != nil {
			return nil, fmt.Errorf("read pulses: %w", err)
		}
	}
	for id, r := range own {
		if !seen[id] {
			all.add(r)
		}
	}
	maps.DeleteFunc(all, func(second int64, _ *row) bool { return !wanted.has(second) })
	return all, nil
}

// rangeSize is how many pulses are read at a time: more than eight hours of one replica's.
const rangeSize = 1000

// columns is a series with a point for each step from the start on.
type columns struct {
	start, step int64
	counts      map[string][]uint64
	viewers     []uint64
}

// columns lays rows out that are within a stretch: that of the request, or where it is open that of the rows.
func (r rows) columns(between span, step, most int64) (columns, error) {
	c := columns{step: step, counts: make(map[string][]uint64)}
	if len(r) == 0 {
		return c, nil
	}
	seconds := slices.Sorted(maps.Keys(r))
	c.start = seconds[0]
	end := seconds[len(seconds)-1] + 1
	if between.start > 0 {
		c.start = between.start
	}
	if between.end > 0 {
		end = between.end
	}
	c.start -= c.start % step
	n := (end - c.start + step - 1) / step
	if n > most {
		return c, fault.New(fault.FieldInvalid, "%d points; at most %d: ask for a shorter stretch or a coarser resolution", n, most).On("resolution")
	}
	c.viewers = make([]uint64, n)
	known := make([]bool, n)
	for _, second := range seconds {
		if !between.has(second) {
			continue
		}
		i := (second - c.start) / step
		w := r[second]
		c.viewers[i] = max(c.viewers[i], w.viewers)
		known[i] = true
		for kind, hearts := range w.counts {
			if c.counts[kind] == nil {
				c.counts[kind] = make([]uint64, n)
			}
			c.counts[kind][i] += hearts
		}
	}
	for i := 1; i < len(c.viewers); i++ {
		if !known[i] {
			c.viewers[i] = c.viewers[i-1]
		}
	}
	return c, nil
}

// unplaced is what the totals hold and the series does not.
func unplaced(totals map[string]uint64, c columns) map[string]uint64 {
	missing := make(map[string]uint64)
	for kind, total := range totals {
		placed := uint64(0)
		for _, n := range c.counts[kind] {
			placed += n
		}
		if total > placed {
			missing[kind] = total - placed
		}
	}
	return missing
}
