package room

import (
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

// maxReports bounds the reported items in a moderator's snapshot.
const maxReports = 200

// reportsFor adds to what moderators receive the reports that are wanted, the last changed first.
func (m *model) reportsFor(mod *gatewayv1.Moderation, wanted func(string, reported) bool) *gatewayv1.Moderation {
	var ids []string
	for id, r := range m.reports {
		if wanted(id, r) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return int(m.reports[b].sequence) - int(m.reports[a].sequence) })
	for _, id := range ids[:min(len(ids), maxReports)] {
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
