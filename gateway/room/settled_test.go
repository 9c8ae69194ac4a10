package room

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// A room that is open for weeks remembers only the last of what moderators have decided, and gives a moderator who was away for
// longer than that a whole snapshot. What still waits, or holds against somebody, stays.
func TestARoomForgetsWhatWasSettledLongAgo(t *testing.T) {
	const days = 20_000
	m := newModel(slog.New(slog.DiscardHandler))
	m.room = &eventv1.Room{}
	sequence := uint64(0)
	document := func(key string, body proto.Message) follow.Document {
		sequence++
		d := follow.Document{Key: key, Sequence: sequence}
		if body != nil {
			d.Body, _ = proto.Marshal(body)
		}
		return d
	}
	for i := range days {
		id := fmt.Sprintf("%06d", i)
		doc := &eventv1.HeldComment{Id: id, TextSequence: uint64(i + 1), Revision: 1, Author: &eventv1.Author{Person: "p" + id}}
		docs := []follow.Document{document(heldPrefix+id, doc)}
		standing := &eventv1.Standing{Name: "P", Timeout: &eventv1.Measure{FromMs: 1}} // without an end
		who := people.StandingKey + "." + fmt.Sprintf("%026d", i)
		docs = append(docs, document(who, standing), document(people.ReportsKey+"."+id, &eventv1.Reports{Kind: "comment", LastMs: 1}))
		m.apply(batch{docs: docs, texts: []fetched{{sequence: uint64(i + 1), text: "hello"}}}, sequence, uint64(i+1))
		if i%1000 == 0 { // this one stays as it is
			continue
		}
		doc.State, doc.Revision = eventv1.HeldState_HELD_STATE_RELEASED, 2
		m.apply(batch{docs: []follow.Document{document(heldPrefix+id, doc), document(who, nil), document(people.ReportsKey+"."+id, nil)}}, sequence, uint64(i+1))
	}
	if n := len(m.held) + len(m.heldBy) + len(m.people) + len(m.reports) + len(m.texts); n > 3*keepSettled {
		t.Errorf("%d are remembered of %d", n, 3*days)
	}
	now := m.moderationNow()
	if now.GetHeldTotal() != days/1000 || len(now.GetReports()) != days/1000 || len(now.GetPeople()) != days/1000 {
		t.Errorf("%d comments wait, %d reports, %d people stand; want %d of each", now.GetHeldTotal(), len(now.GetReports()), len(now.GetPeople()), days/1000)
	}
	back := func(state uint64, a frame.Audience) *gatewayv1.Tick {
		return m.since(&gatewayv1.Cursor{State: state}, a, time.Now().UnixMilli())
	}
	if back(10, frame.Moderator) != nil {
		t.Error("a moderator who was away for days is told a part, as if it were the whole")
	}
	if back(10, frame.Viewer) == nil {
		t.Error("viewers, who are told nothing of it, lose their cursor by it")
	}
	if tick := back(sequence-4, frame.Moderator); len(tick.GetModeration().GetHeldGone()) != 1 {
		t.Errorf("a moderator who was away for a moment is told %v", tick.GetModeration())
	}
}

// Comments that were removed are known as such only as long as the log's newest entries tell of it.
func TestARoomForgetsRemovalsWithTheirEntries(t *testing.T) {
	m := newModel(slog.New(slog.DiscardHandler))
	m.room = &eventv1.Room{}
	c := newChanges()
	for i := range 5 * keepEntries {
		id := fmt.Sprint(i)
		m.aired = uint64(i + 1)
		m.entries = append(m.entries, entry{sequence: m.aired, kind: removal, about: id})
		m.remove(id, c)
		m.trim()
	}
	if n := len(m.removed); n > 2*keepEntries {
		t.Errorf("%d removals are remembered", n)
	}
}
