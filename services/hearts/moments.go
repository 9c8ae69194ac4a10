package hearts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

const (
	usualHighlights = 20
	maxHighlights   = 100
	// longestShow is the longest stretch that is looked through, in seconds.
	longestShow = int64(12 * time.Hour / time.Second)
)

// ListHighlights finds the moments that stand out of a room's series.
func (s *Service) ListHighlights(ctx context.Context, r *heartsv1.ListHighlightsRequest) (*heartsv1.ListHighlightsResponse, error) {
	room, teller, err := s.reader(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	limit := int(r.GetLimit())
	if limit == 0 {
		limit = usualHighlights
	}
	if limit < 0 || limit > maxHighlights {
		return nil, fault.New(fault.FieldInvalid, "1 to %d highlights", maxHighlights).On("limit")
	}
	between, err := spanOf(r.GetStartTime(), r.GetEndTime())
	if err != nil {
		return nil, err
	}
	if between.start > 0 && between.end > 0 && between.end-between.start > longestShow {
		return nil, fault.New(fault.FieldInvalid, "at most 12 hours").On("end_time")
	}
	found, err := s.highlights(ctx, room, between, limit)
	if err != nil {
		return nil, err
	}
	for _, h := range found {
		h.Viewers = teller(h.GetViewers())
	}
	return &heartsv1.ListHighlightsResponse{Highlights: found, ReadTime: timestamppb.New(s.clock())}, nil
}

// highlights gives the strongest highlights of a stretch in the order of the show. Where the stretch is open it is cut to
// twelve hours: from its start, or else to its end.
func (s *Service) highlights(ctx context.Context, room *eventv1.Room, between span, limit int) ([]*heartsv1.Highlight, error) {
	read, err := s.read(ctx, room, between, false)
	if err != nil {
		return nil, err
	}
	return strongest(read.rows, between, limit)
}

// strongest are the highlights of what was read.
func strongest(read rows, between span, limit int) ([]*heartsv1.Highlight, error) {
	if len(read) == 0 {
		return nil, nil
	}
	c, err := read.columns(read.within(between, longestShow), 1, longestShow)
	if err != nil {
		return nil, err
	}
	all := make([]uint64, len(c.viewers))
	for _, counts := range c.counts {
		for i, n := range counts {
			all[i] += n
		}
	}
	moments := highlights(all, c.viewers)
	moments = moments[:min(len(moments), limit)]
	list := make([]*heartsv1.Highlight, len(moments))
	at := func(i int) *timestamppb.Timestamp { return timestamppb.New(time.Unix(c.start+int64(i), 0)) }
	for rank, m := range moments {
		h := &heartsv1.Highlight{
			StartTime: at(m.start), PeakTime: at(m.peak), EndTime: at(m.end), Strength: m.strength, Hearts: make(map[string]uint64),
			Viewers: c.viewers[m.peak], Rank: int32(rank + 1), //nolint:gosec // at most 100
		}
		for kind, counts := range c.counts {
			for _, n := range counts[m.start:m.end] {
				if n > 0 {
					h.Hearts[kind] += n
				}
			}
		}
		list[rank] = h
	}
	slices.SortFunc(list, func(a, b *heartsv1.Highlight) int {
		return cmp.Compare(a.GetPeakTime().GetSeconds(), b.GetPeakTime().GetSeconds())
	})
	return list, nil
}

// within closes an open stretch around the rows, no longer than so many seconds.
func (r rows) within(between span, longest int64) span {
	first, last := int64(0), int64(0)
	for second := range r {
		if first == 0 || second < first {
			first = second
		}
		last = max(last, second)
	}
	switch {
	case between.start == 0 && between.end == 0:
		between = span{max(first, last+1-longest), last + 1}
	case between.start == 0:
		between.start = max(min(first, between.end-1), between.end-longest)
	case between.end == 0:
		between.end = min(last+1, between.start+longest)
	}
	return between
}
