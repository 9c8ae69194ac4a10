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
	answer := make(chan []*gatewayv1.Comment, 1)
	if !r.do(func() { answer <- r.model.own(person) }) {
		return nil
	}
	select {
	case own := <-answer:
		return own
	case <-r.stopped:
		return nil
	}
}

func (m *model) own(person string) (list []*gatewayv1.Comment) {
	for i := len(m.entries) - 1; i >= 0 && len(list) < mostOwn; i-- {
		e := &m.entries[i]
		if e.comment.GetAuthor().GetPerson() == person && e.comment != nil && m.seen(e, frame.Viewer) == nil {
			list = append(list, CommentFor(e.comment))
		}
	}
	return list
}
