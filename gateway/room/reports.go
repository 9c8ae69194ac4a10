package room

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// reported is what people reported of an item; its document is nil once the item is gone, which is kept so that moderators
// who return are told.
type reported struct {
	doc      *eventv1.Reports
	sequence uint64
}

// takeReports takes in that an item was reported, or that nothing is to be decided about it any more.
func (m *model) takeReports(d follow.Document, c *changes) {
	id, ok := strings.CutPrefix(d.Key, people.ReportsKey+".")
	if !ok || d.Sequence <= m.reports[id].sequence {
		return
	}
	r := reported{sequence: d.Sequence}
	if d.Body != nil {
		r.doc = new(eventv1.Reports)
		if err := proto.Unmarshal(d.Body, r.doc); err != nil {
			m.log.Error("reports cannot be read; passing over them", "error", err)
			return
		}
		if r.doc.GetGone() {
			r.doc = nil
		}
	}
	if m.reports == nil {
		m.reports = make(map[string]reported)
	}
	if c.reports == nil {
		c.reports = make(map[string]bool)
	}
	m.reports[id], c.reports[id] = r, true
}

// waits tells whether a moderator has yet to look.
func (r reported) waits() bool { return r.doc != nil && r.doc.GetSettledMs() == 0 }

// maxReports bounds the reported items that every moderator knows, and reportBytes about what they take in JSON.
const (
	maxReports  = 200
	reportBytes = 96 << 10
)

// rankReports says which reports every moderator knows: the last changed of those that wait, as many as fit. One that comes to
// be among them because others were settled is told like a new one.
func (m *model) rankReports(c *changes) {
	if len(c.reports) == 0 {
		return
	}
	var waiting []string
	for id, r := range m.reports {
		if r.waits() {
			waiting = append(waiting, id)
		}
	}
	m.byChange(waiting)
	top, _ := within(waiting, maxReports, reportBytes, m.reportSize)
	m.reportTop = risen(top, m.reportTop, c.reports, func(id string) uint64 { return m.reports[id].sequence })
}

// risen is a list's new head as a map, from the one before. Those that are new in it are added to what is told, and stand in it
// with the document by which they came: the newest of those that changed.
func risen(head []string, before map[string]uint64, told map[string]bool, sequenceOf func(string) uint64) map[string]uint64 {
	newest := uint64(0)
	for id := range told {
		newest = max(newest, sequenceOf(id))
	}
	after := make(map[string]uint64, len(head))
	for _, id := range head {
		came, known := before[id]
		if !known {
			came, told[id] = newest, true
		}
		after[id] = came
	}
	return after
}

// byChange sorts reported items, the last changed first.
func (m *model) byChange(ids []string) {
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(m.reports[b].sequence, m.reports[a].sequence) })
}

// reportSize is about what a report takes in JSON, and never less. The number is names of fields with an id, a time and reasons.
func (m *model) reportSize(id string) int {
	n := 260
	if e := m.holding(id); e != nil {
		n += commentSize(e.comment)
	}
	return n
}

// reportsFor adds to what moderators receive the reports that are wanted, the last changed first: of those that wait the ones
// that every moderator knows, and any that wait no more.
func (m *model) reportsFor(mod *gatewayv1.Moderation, wanted func(string, reported) bool) *gatewayv1.Moderation {
	var ids []string
	for id, r := range m.reports {
		if _, known := m.reportTop[id]; wanted(id, r) && (known || !r.waits()) {
			ids = append(ids, id)
		}
	}
	m.byChange(ids)
	for _, id := range ids {
		r := m.reports[id]
		out := &gatewayv1.Reported{Item: id, Kind: r.doc.GetKind(), LastMs: r.doc.GetLastMs()}
		if r.waits() {
			out.People, out.Reasons, out.Held = uint32(len(r.doc.GetPeople())), r.doc.GetReasons(), r.doc.GetHeld()
			if e := m.holding(id); e != nil {
				out.Comment = CommentFor(e.comment)
			}
		}
		mod.Reports = append(mod.Reports, out)
	}
	return mod
}
