package questions

import (
	"sync"
	"time"

	"github.com/ovation-live/ovation/internal/follow"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// board keeps followed documents decoded: every viewer who comes asks for its own questions, and decoding all of a room
// for each would be the dearest thing that this service does. A document is decoded again when its sequence is another.
type board struct {
	mu    sync.Mutex
	rooms map[string]*decoded // guarded by mu
}

type decoded struct {
	used time.Time           // guarded by board.mu
	mu   sync.Mutex          // guards docs
	docs map[string]document // by key
}

type document struct {
	sequence uint64
	question *eventv1.Question
}

func newBoard() *board { return &board{rooms: make(map[string]*decoded)} }

// all gives the room's questions in no order. They are shared: do not change them. One that cannot be read is left out.
func (b *board) all(view *follow.View, room string) []*eventv1.Question {
	b.mu.Lock()
	d := b.rooms[room]
	if d == nil {
		d = &decoded{docs: make(map[string]document)}
		b.rooms[room] = d
	}
	d.used = time.Now()
	b.mu.Unlock()
	var followed []follow.Document
	view.Each("q.", func(doc follow.Document) { followed = append(followed, doc) })
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.docs) > len(followed) { // the room was deleted and made anew
		clear(d.docs)
	}
	all := make([]*eventv1.Question, 0, len(followed))
	for _, doc := range followed {
		known := d.docs[doc.Key]
		if known.sequence != doc.Sequence {
			q, err := decode(doc.Body)
			if err != nil {
				continue
			}
			known = document{doc.Sequence, q}
			d.docs[doc.Key] = known
		}
		all = append(all, known.question)
	}
	return all
}

// forget drops rooms that nobody asked about for a while.
func (b *board) forget(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for room, d := range b.rooms {
		if now.Sub(d.used) > 10*time.Minute {
			delete(b.rooms, room)
		}
	}
}
