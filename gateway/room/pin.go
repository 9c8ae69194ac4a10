package room

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// pinKey is the key of the pin's document below the room.
const pinKey = "pin"

// takePin follows the pin's document, which names the comment: its text stands in the log, in memory or to be read. A
// removed one is not shown, even while the store still holds its text.
func (m *model) takePin(d follow.Document, c *changes) {
	if d.Key != pinKey {
		return
	}
	m.pin = nil
	if d.Body != nil {
		pin := new(eventv1.Pin)
		if err := proto.Unmarshal(d.Body, pin); err != nil {
			m.log.Error("a pin cannot be read; passing over it", "error", err)
		} else if pin.GetComment() != "" {
			m.pin = pin
		}
	}
	was := m.pinned
	m.pinned = nil
	if e := m.holding(m.pin.GetComment()); e != nil {
		m.pinned = e.comment
	} else if m.pin != nil && !m.removed[m.pin.GetComment()] {
		c.needPin = m.pin.GetSequence()
	}
	c.pinned = c.pinned || was != nil || m.pinned != nil
}

// takePinned takes an entry that was read for the pin, unless the comment was removed meanwhile.
func (m *model) takePinned(r bus.Record, c *changes) {
	if r.Sequence != m.pin.GetSequence() || m.pinned != nil || m.removed[m.pin.GetComment()] {
		return
	}
	if comment := commentIn(r, m.pin.GetComment(), m.log); comment != nil {
		m.pinned, c.pinned = comment, true
	}
}

// commentIn is the comment of this id in an entry of the log; nil where the entry holds another one, or none.
func commentIn(r bus.Record, id string, log *slog.Logger) *eventv1.Comment {
	e := new(eventv1.LogEntry)
	if err := proto.Unmarshal(r.Body, e); err != nil {
		log.Error("an entry that a comment was to be read from cannot be read; passing over it", "error", err)
		return nil
	}
	for _, comment := range []*eventv1.Comment{e.GetComment(), e.GetEdit().GetComment(), e.GetRestoration().GetComment()} {
		if comment.GetId() == id {
			if comment.GetPlace() == 0 {
				comment.Place = r.Sequence
			}
			return comment
		}
	}
	return nil
}

// repin shows the pinned comment as it stands now.
func (m *model) repin(comment *eventv1.Comment, c *changes) {
	if m.pin.GetComment() == comment.GetId() {
		m.pinned, c.pinned = comment, true
	}
}

// pinnedFor is the pin as an audience sees it; without a comment when there is none. Whoever pins a comment shows it to
// everybody at once; an edit of it waits for its preview delay.
func (m *model) pinnedFor(a frame.Audience) *gatewayv1.Pinned {
	if m.pinned == nil {
		return new(gatewayv1.Pinned)
	}
	pinned := m.pinned
	if a == frame.Viewer {
		pinned = m.due(pinned)
	}
	return &gatewayv1.Pinned{Comment: CommentFor(pinned), UntilMs: m.pin.GetUntilMs()}
}

// readEntry reads the entry that holds a pinned comment, or one on air; it comes through the inbox. One that is not there was removed.
func (r *Room) readEntry(ctx context.Context, sequence uint64) {
	if sequence == 0 {
		return
	}
	r.fetches.Go(func() {
		for ctx.Err() == nil {
			record, err := r.hub.o.Bus.At(ctx, bus.Log, sequence)
			if err == nil {
				if room, _, ok := bus.InRoomOf(bus.Log, record.Subject); ok && room == r.id {
					r.inbox.put(func(b *batch) { b.pins = append(b.pins, record) })
				}
				return
			}
			if errors.Is(err, bus.ErrNotFound) {
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
}
