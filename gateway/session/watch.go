package session

import (
	"sync"
	"time"
)

// watchAtMost bounds a watch: a log that tells of every verb is for a look, not for keeping.
const watchAtMost = time.Hour

// Watch is which rooms are told of in the log, verb by verb, for some time. It names rooms and verbs, never what people
// wrote, nor who they are. The zero value watches none.
type Watch struct {
	mu    sync.RWMutex
	until map[string]time.Time // guarded by mu
}

// On begins to watch a room, or goes on, for a time of at most an hour; a time of 0 ends it.
func (w *Watch) On(room string, span time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	for r, until := range w.until {
		if until.Before(now) {
			delete(w.until, r)
		}
	}
	if span <= 0 {
		delete(w.until, room)
		return
	}
	if w.until == nil {
		w.until = make(map[string]time.Time)
	}
	w.until[room] = now.Add(min(span, watchAtMost))
}

// Rooms are those that are watched, and until when.
func (w *Watch) Rooms() map[string]time.Time {
	w.mu.RLock()
	defer w.mu.RUnlock()
	rooms := make(map[string]time.Time)
	for r, until := range w.until {
		if time.Now().Before(until) {
			rooms[r] = until
		}
	}
	return rooms
}

func (w *Watch) sees(room string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	until, ok := w.until[room]
	return ok && time.Now().Before(until)
}

// tell writes a line about a visit of a watched room, whatever the log's level.
func (v *session) tell(what string, args ...any) {
	if v.actor.Room != "" && v.Watch.sees(v.actor.Room) {
		v.o.Logger.Warn("watched: "+what, append([]any{"room", v.actor.Room, "person", v.actor.Key}, args...)...)
	}
}
