package main

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/ovation-live/ovation/gateway/session"
	"github.com/ovation-live/ovation/internal/text"
)

// watchFor is how long a room is watched where nobody says.
const watchFor = 10 * time.Minute

// watching gives the gateway's watch, or answers that there is none.
func (a *admin) watching(w http.ResponseWriter) *session.Watch {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.watch == nil {
		http.Error(w, "this process has no gateway; ask one that has", http.StatusNotFound)
	}
	return a.watch
}

// watched lists the rooms of which the log tells every verb, and until when.
func (a *admin) watched(w http.ResponseWriter, _ *http.Request) {
	if watch := a.watching(w); watch != nil {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(watch.Rooms()) // or the asker went away
	}
}

// startWatch has the log tell of every hello, verb and refusal of one room, for ?for=10m.
func (a *admin) startWatch(w http.ResponseWriter, r *http.Request) {
	watch := a.watching(w)
	if watch == nil {
		return
	}
	span, room := watchFor, r.PathValue("room")
	if err := text.RoomID(room); err != nil {
		http.Error(w, "want the id of a room, as in PUT /watch/show", http.StatusBadRequest)
		return
	}
	if said := r.URL.Query().Get("for"); said != "" {
		var err error
		if span, err = time.ParseDuration(said); err != nil || span <= 0 || span > time.Hour {
			http.Error(w, "want a time of at most an hour, as in PUT /watch/show?for=10m", http.StatusBadRequest)
			return
		}
	}
	watch.On(room, span)
	say(w, "watching "+room+" until "+time.Now().Add(span).Format(time.TimeOnly)+"; the log has every verb of it")
}

func (a *admin) endWatch(w http.ResponseWriter, r *http.Request) {
	if watch := a.watching(w); watch != nil {
		watch.On(r.PathValue("room"), 0)
		say(w, "no longer watching "+r.PathValue("room"))
	}
}
