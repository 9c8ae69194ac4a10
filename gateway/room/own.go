package room

import (
	"slices"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

const (
	// mostOwn bounds each list that Own gives.
	mostOwn = 20
	// toldAgain is how long an author who was away is told what became of a held comment.
	toldAgain = time.Hour
)

// Own are a person's newest comments that stand and that viewers are not given, newest first: left out by the display
// budget, waiting for the preview delay, or out of sight. Their author had them from the ack, and misses them after a
// reload. The three look alike, so that nobody learns from it that they are out of sight. Beside them stand those that wait
// for a moderator, and what became of others in the last hour.
func (r *Room) Own(person string) (comments []*gatewayv1.Comment, held []*gatewayv1.OwnHeld) {
	type both struct {
		comments []*gatewayv1.Comment
		held     []*gatewayv1.OwnHeld
	}
	own, _ := ask(r, func() both { return both{r.model.own(person), r.model.ownHeld(person)} })
	return own.comments, own.held
}

func (m *model) own(person string) (list []*gatewayv1.Comment) {
	for i := len(m.entries) - 1; i >= 0 && len(list) < mostOwn; i-- {
		e := &m.entries[i]
		if e.comment != nil && e.comment.GetAuthor().GetPerson() == person && m.seen(e, frame.Viewer) == nil {
			list = append(list, CommentFor(e.comment))
		}
	}
	return list
}

func (m *model) ownHeld(person string) (list []*gatewayv1.OwnHeld) {
	ids := slices.Clone(m.heldBy[person])
	m.byPosting(ids)
	for i := len(ids) - 1; i >= 0 && len(list) < mostOwn; i-- {
		h := m.held[ids[i]]
		if !h.waits() && (h.doc.GetDecidedBy().GetPerson() == person || m.now().Sub(time.UnixMilli(h.doc.GetDecidedMs())) > toldAgain) {
			continue // removed by its author, or long ago
		}
		list = append(list, &gatewayv1.OwnHeld{Comment: h.comment(), State: heldState(h.doc.GetState()), Reason: h.doc.GetAnswer()})
	}
	return list
}
