package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/session"
	"github.com/ovation-live/ovation/internal/bus"
)

// admin is the operator's port: readiness and liveness for the orchestrator, metrics for Prometheus, and a few levers.
// It asks for no token, so it listens on loopback unless told otherwise, and refuses what a page in a browser sends.
type admin struct {
	// static after construction
	level   *slog.LevelVar
	metrics http.Handler
	reload  http.HandlerFunc // takes settings anew
	drain   func()           // asks the process to end in order; may be called more than once

	started, draining atomic.Bool

	mu     sync.Mutex
	checks []readyCheck       // guarded by mu
	rooms  func() []room.Stat // guarded by mu; nil without a gateway
	watch  *session.Watch     // guarded by mu; nil without a gateway
	store  func() []bus.Usage // guarded by mu; nil without services
}

// roomList is the answer to GET /rooms.
type roomList struct {
	Rooms []room.Stat `json:"rooms"`
}

// storeUsage is the answer to GET /store.
type storeUsage struct {
	Streams []bus.Usage `json:"streams"`
}

// readyCheck is one thing that must hold for traffic to be welcome.
type readyCheck struct {
	name  string
	check func() error
}

// require adds something that must hold.
func (a *admin) require(name string, check func() error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.checks = append(a.checks, readyCheck{name, check})
}

// show tells where the rooms are, and by what they are watched.
func (a *admin) show(rooms func() []room.Stat, watch *session.Watch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rooms, a.watch = rooms, watch
}

// showStore tells where the store's figures are.
func (a *admin) showStore(streams func() []bus.Usage) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.store = streams
}

func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, "alive") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.metrics)
	mux.HandleFunc("GET /rooms", a.listRooms)
	mux.HandleFunc("GET /store", a.listStreams)
	mux.HandleFunc("GET /loglevel", func(w http.ResponseWriter, _ *http.Request) {
		say(w, strings.ToLower(a.level.Level().String()))
	})
	mux.HandleFunc("PUT /loglevel", a.setLevel)
	mux.HandleFunc("GET /watch", a.watched)
	mux.HandleFunc("PUT /watch/{room}", a.startWatch)
	mux.HandleFunc("DELETE /watch/{room}", a.endWatch)
	if a.reload != nil {
		mux.HandleFunc("POST /reload", a.reload)
	}
	mux.HandleFunc("POST /drain", a.startDrain)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("POST /debug/free", func(w http.ResponseWriter, _ *http.Request) {
		debug.FreeOSMemory() // collects first
		say(w, "freed")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "here are GET /readyz /livez /metrics /rooms /store /loglevel /watch /debug/pprof/, PUT /loglevel /watch/ROOM, DELETE /watch/ROOM, POST /drain /reload /debug/free", http.StatusNotFound)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// ready answers 200 when every check holds, else 503 with a line for each that does not.
func (a *admin) ready(w http.ResponseWriter, _ *http.Request) {
	var not []string
	switch {
	case a.draining.Load():
		not = append(not, "draining")
	case !a.started.Load():
		not = append(not, "starting")
	}
	a.mu.Lock()
	checks := slices.Clone(a.checks)
	a.mu.Unlock()
	for _, c := range checks {
		if err := c.check(); err != nil {
			not = append(not, c.name+": "+err.Error())
		}
	}
	if len(not) > 0 {
		http.Error(w, strings.Join(not, "\n"), http.StatusServiceUnavailable)
		return
	}
	say(w, "ready")
}

func (a *admin) listRooms(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	rooms := a.rooms
	a.mu.Unlock()
	if rooms == nil {
		http.Error(w, "this process has no gateway; ask one that has", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(roomList{rooms()}) // or the asker went away
}

func (a *admin) listStreams(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	store := a.store
	a.mu.Unlock()
	if store == nil {
		http.Error(w, "this process has no services; ask one that has", http.StatusNotFound)
		return
	}
	streams := store()
	if streams == nil {
		http.Error(w, "the store does not answer just now, or was not asked yet; try again in 15 s", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(storeUsage{streams}) // or the asker went away
}

func (a *admin) setLevel(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
	if err != nil {
		http.Error(w, "want one word", http.StatusBadRequest)
		return
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.TrimSpace(string(body)))); err != nil {
		http.Error(w, "want debug, info, warn or error", http.StatusBadRequest)
		return
	}
	a.level.Set(level)
	say(w, strings.ToLower(level.String()))
}

func (a *admin) startDrain(w http.ResponseWriter, _ *http.Request) {
	a.draining.Store(true)
	a.drain()
	w.WriteHeader(http.StatusAccepted)
	say(w, "draining; the process ends when it is done")
}

// say answers with a line of text.
func say(w io.Writer, line string) {
	_, _ = io.WriteString(w, line+"\n") // or the asker went away
}
