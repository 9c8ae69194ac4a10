package room

import (
	"maps"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/internal/presence"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// Stat is one room's figures for operators.
type Stat struct {
	// Room is its id.
	Room string `json:"room"`
	// State of its life.
	State string `json:"state"`
	// Viewers on this gateway.
	Viewers int `json:"viewers"`
	// Everywhere is the count over all gateways.
	Everywhere uint64 `json:"viewersEverywhere"`
	// Hearts by kind, running totals.
	Hearts map[string]uint64 `json:"hearts"`
	// Log is the position in the room's log.
	Log uint64 `json:"log"`
	// Entries of the log taken in since the room was opened here: comments, edits, removals.
	Entries uint64 `json:"entries"`
	// LagMs is how long the newest entry had taken from the store into this room, of those stored since the room is followed here.
	LagMs int64 `json:"lagMs"`
	// Shown counts comments shown to viewers since the room was opened here.
	Shown uint64 `json:"shown"`
	// NotShown counts comments that the display budget held back.
	NotShown uint64 `json:"notShown"`
	// Drops are what viewers here were not sent at its time.
	Drops fanout.Drops `json:"drops"`
	// Questions of every state.
	Questions int `json:"questions"`
	// Pending questions wait for a moderator.
	Pending int `json:"pending"`
	// Tick is its number.
	Tick uint64 `json:"tick"`
	// IntervalMs is how long a tick lasts now.
	IntervalMs int64 `json:"intervalMs"`
}

// Stats lists the open rooms.
func (h *Hub) Stats() []Stat {
	all := []Stat{}
	h.each(func(_ string, r *Room) {
		if s, ok := r.Stat(); ok {
			all = append(all, s)
		}
	})
	return all
}

// Stat is one room's figures; false where it is not open here.
func (h *Hub) Stat(id string) (Stat, bool) {
	h.mu.Lock()
	s := h.slots[id]
	h.mu.Unlock()
	if s == nil {
		return Stat{}, false
	}
	select {
	case <-s.opened:
	default:
		return Stat{}, false
	}
	if s.err != nil {
		return Stat{}, false
	}
	return s.room.Stat()
}

// Shares are the gateways that hold viewers of a room, the fullest first.
func (h *Hub) Shares(id string) []presence.Share { return h.presence.Shares(id) }

// Stat is the room's figures; false once it has ended here.
func (r *Room) Stat() (Stat, bool) {
	return ask(r, r.stat)
}

// stat belongs to Run.
func (r *Room) stat() Stat {
	m := r.model
	pending := 0
	for _, q := range m.questions {
		if q.doc.GetState() == eventv1.QuestionState_QUESTION_STATE_PENDING {
			pending++
		}
	}
	viewers, moderators := r.audience.Members()
	return Stat{
		Room: r.id, State: ForAudience(m.room).GetState(), Viewers: viewers[0] + viewers[1] + moderators[0] + moderators[1],
		Everywhere: m.viewers, Hearts: maps.Clone(m.hearts), Log: m.position.log, Entries: m.taken, LagMs: m.lag.Milliseconds(), Shown: m.shown, NotShown: m.notShown, Drops: r.audience.Drops(),
		Questions: len(m.questions), Pending: pending, Tick: r.version, IntervalMs: r.interval().Milliseconds(),
	}
}
