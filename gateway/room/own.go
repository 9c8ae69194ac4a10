package room

import (
	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// mostOwn bounds what Own gives.
const mostOwn = 20

// Own are a person's newest comments that stand and that viewers are not given, newest first: left out by the display
// budget, waiting for the preview delay, or out of sight. Their author had them from the ack, and misses them after a
// reload. The three look alike, so that nobody learns from it that they are out of sight.
func (r *Room) Own(person string) []*gatewayv1.Comment {
	own, _ := ask(r, func() []*gatewayv1.Comment { return r.model.own(person) })
	return own
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
