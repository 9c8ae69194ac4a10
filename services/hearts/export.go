package hearts

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/fault"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
)

// ExportHearts writes the whole show as a file. A WebVTT file (W3C, "WebVTT: The Web Video Text Tracks Format") is read by
// browsers' track elements and by editing programs; its zero is the recording's.
func (s *Service) ExportHearts(ctx context.Context, r *heartsv1.ExportHeartsRequest) (*heartsv1.ExportHeartsResponse, error) {
	room, teller, err := s.reader(ctx, r.GetRoom())
	if err != nil {
		return nil, err
	}
	step, err := resolution(r.GetResolution(), 10*time.Second)
	if err != nil {
		return nil, err
	}
	zero := time.UnixMilli(room.GetStartedMs())
	if r.GetZeroTime() != nil {
		if r.GetZeroTime().CheckValid() != nil || r.GetZeroTime().GetSeconds() <= 0 {
			return nil, fault.New(fault.FieldInvalid, "no time after 1970").On("zero_time")
		}
		zero = r.GetZeroTime().AsTime()
	}
	read, err := s.read(ctx, room, span{}, false)
	if err != nil {
		return nil, err
	}
	c, err := read.rows.columns(span{}, step, maxPoints)
	if err != nil {
		return nil, err
	}
	for i, n := range c.viewers {
		c.viewers[i] = teller(n)
	}
	switch r.GetFormat() {
	case heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_SERIES:
		return &heartsv1.ExportHeartsResponse{ContentType: "text/vtt", Body: seriesTrack(c, zero)}, nil
	case heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS, heartsv1.ExportHeartsRequest_FORMAT_JSON:
	default:
		return nil, fault.New(fault.FieldRequired, "say which format").On("format")
	}
	found, err := strongest(read.rows, span{}, maxHighlights)
	if err != nil {
		return nil, err
	}
	if r.GetFormat() == heartsv1.ExportHeartsRequest_FORMAT_WEBVTT_CHAPTERS {
		return &heartsv1.ExportHeartsResponse{ContentType: "text/vtt", Body: chapters(found, zero)}, nil
	}
	body, err := seriesJSON(room, c, found, zero)
	if err != nil {
		return nil, err
	}
	return &heartsv1.ExportHeartsResponse{ContentType: "application/json", Body: body}, nil
}

// seriesTrack has a cue for each point with hearts: {"hearts":{"heart":12},"viewers":340}.
func seriesTrack(c columns, zero time.Time) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i := range c.viewers {
		counts := c.point(i)
		if len(counts) == 0 {
			continue
		}
		body, err := json.Marshal(struct {
			Hearts  map[string]uint64 `json:"hearts"`
			Viewers uint64            `json:"viewers"`
		}{counts, c.viewers[i]})
		if err != nil {
			continue // numbers under plain names: it cannot be
		}
		start := time.Unix(c.start+int64(i)*c.step, 0)
		cue(&b, "", start, start.Add(time.Duration(c.step)*time.Second), zero, string(body))
	}
	return b.String()
}

// chapters has a cue for each highlight, of one line that people can read. Highlights never overlap in their peaks, but
// may touch with their edges: a chapter ends where the next begins.
func chapters(found []*heartsv1.Highlight, zero time.Time) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i, h := range found {
		end := h.GetEndTime().AsTime()
		if i+1 < len(found) {
			if next := found[i+1].GetStartTime().AsTime(); next.Before(end) {
				end = next
			}
		}
		text := fmt.Sprintf("%.1f times the usual hearts: %s", h.GetStrength(), kindsByHearts(h.GetHearts()))
		cue(&b, "highlight "+strconv.Itoa(int(h.GetRank())), h.GetStartTime().AsTime(), end, zero, text)
	}
	return b.String()
}

// kindsByHearts lists kinds by their hearts, the most first.
func kindsByHearts(hearts map[string]uint64) string {
	kinds := slices.Sorted(maps.Keys(hearts))
	slices.SortStableFunc(kinds, func(a, b string) int { return cmp.Compare(hearts[b], hearts[a]) })
	return strings.Join(kinds, ", ")
}

// cue writes one cue, cut to what lies behind the zero.
func cue(b *strings.Builder, id string, start, end, zero time.Time, text string) {
	if !end.After(zero) || !end.After(start) {
		return
	}
	b.WriteByte('\n')
	if id != "" {
		b.WriteString(id + "\n")
	}
	fmt.Fprintf(b, "%s --> %s\n%s\n", timestamp(max(0, start.Sub(zero))), timestamp(end.Sub(zero)), text)
}

// timestamp is WebVTT's, with hours of two digits or more.
func timestamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// point is the kinds that were given hearts in one point.
func (c columns) point(i int) map[string]uint64 {
	counts := make(map[string]uint64, len(c.counts))
	for kind, column := range c.counts {
		if column[i] > 0 {
			counts[kind] = column[i]
		}
	}
	return counts
}

// seriesJSON is everything at once, with times in seconds from the zero beside those of the clock.
func seriesJSON(room *eventv1.Room, c columns, found []*heartsv1.Highlight, zero time.Time) (string, error) {
	type highlight struct {
		Start    float64           `json:"start"`
		Peak     float64           `json:"peak"`
		End      float64           `json:"end"`
		PeakTime time.Time         `json:"peakTime"`
		Strength float64           `json:"strength"`
		Rank     int32             `json:"rank"`
		Hearts   map[string]uint64 `json:"hearts"`
	}
	file := struct {
		Room       string              `json:"room"`
		Title      string              `json:"title"`
		Zero       time.Time           `json:"zero"`
		Start      float64             `json:"start"`
		Resolution int64               `json:"resolution"`
		Hearts     map[string][]uint64 `json:"hearts"`
		Viewers    []uint64            `json:"viewers"`
		Highlights []highlight         `json:"highlights"`
	}{
		Room: room.GetId(), Title: room.GetTitle(), Zero: zero.UTC(), Resolution: c.step, Hearts: c.counts, Viewers: c.viewers,
		Highlights: []highlight{},
	}
	if len(c.viewers) > 0 {
		file.Start = time.Unix(c.start, 0).Sub(zero).Seconds()
	} else {
		file.Viewers = []uint64{}
	}
	for _, h := range found {
		file.Highlights = append(file.Highlights, highlight{
			Start: h.GetStartTime().AsTime().Sub(zero).Seconds(), Peak: h.GetPeakTime().AsTime().Sub(zero).Seconds(),
			End: h.GetEndTime().AsTime().Sub(zero).Seconds(), PeakTime: h.GetPeakTime().AsTime(), Strength: h.GetStrength(), Rank: h.GetRank(),
			Hearts: h.GetHearts(),
		})
	}
	body, err := json.Marshal(file)
	if err != nil {
		return "", fmt.Errorf("export: %w", err)
	}
	return string(body) + "\n", nil
}
