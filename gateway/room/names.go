package room

import (
	"github.com/ovation-live/ovation/internal/follow"
	"github.com/ovation-live/ovation/internal/people"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// takeNames follows what the room's hosts and moderators are called. Nobody is sent it.
func (m *model) takeNames(d follow.Document, c *changes) {
	if d.Key != people.NamesKey || d.Sequence <= m.named {
		return
	}
	m.named = d.Sequence
	names, err := people.ReadNames(d.Body)
	if err != nil {
		m.log.Error("the names of hosts and moderators cannot be read; the last ones stay", "error", err)
		return
	}
	c.names = &names
}

// called remembers the names for those who come.
func (r *Room) called(names *people.Names) {
	if names == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = *names
}

// Imitates is the fault NAME_IMITATES for a name that can be taken for that of somebody of the room, else nil.
func (r *Room) Imitates(who *eventv1.Author) error {
	r.mu.Lock()
	names := r.names
	r.mu.Unlock()
	return names.Imitates("name", r.Settings().GetTitle(), who)
}

// Noted tells whether the name of a host or moderator is kept already.
func (r *Room) Noted(who *eventv1.Author) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.names.Has(who)
}
