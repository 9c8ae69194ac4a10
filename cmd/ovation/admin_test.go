package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/session"
)

func TestAdminPort(t *testing.T) {
	drained := 0
	broken := errors.New("NATS is not connected")
	var fails error
	a := &admin{level: new(slog.LevelVar), metrics: http.NotFoundHandler(), drain: func() { drained++ }}
	a.require("store", func() error { return fails })
	h := a.handler()
	ask := func(method, path, body, origin string) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if origin != "" {
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	expect := func(method, path, body, origin string, code int, text string) {
		t.Helper()
		if c, b := ask(method, path, body, origin); c != code || !strings.Contains(b, text) {
			t.Errorf("%s %s: %d %q, want %d with %q", method, path, c, b, code, text)
		}
	}
	expect("GET", "/readyz", "", "", 503, "starting")
	a.started.Store(true)
	expect("GET", "/readyz", "", "", 200, "ready")
	fails = broken
	expect("GET", "/readyz", "", "", 503, "store: NATS is not connected")
	expect("GET", "/livez", "", "", 200, "alive") // a broker that is away must not restart every gateway

	expect("GET", "/rooms", "", "", 404, "no gateway")
	expect("PUT", "/watch/show", "", "", 404, "no gateway")
	a.show(func() []room.Stat { return []room.Stat{{Room: "launch", Everywhere: 3}} }, new(session.Watch))
	expect("GET", "/rooms", "", "", 200, `{"rooms":[{"room":"launch"`)

	expect("PUT", "/watch/show?for=10m", "", "", 200, "watching show until")
	expect("PUT", "/watch/show?for=2h", "", "", 400, "at most an hour")
	expect("PUT", "/watch/No%20Room", "", "", 400, "want the id of a room")
	expect("GET", "/watch", "", "", 200, `{"show":"`)
	expect("DELETE", "/watch/show", "", "", 200, "no longer watching")
	expect("GET", "/watch", "", "", 200, "{}")

	expect("GET", "/loglevel", "", "", 200, "info")
	expect("PUT", "/loglevel", "loud", "", 400, "want debug")
	expect("PUT", "/loglevel", "debug\n", "", 200, "debug")
	if a.level.Level() != slog.LevelDebug {
		t.Error("the level did not change")
	}

	expect("GET", "/drain", "", "", 404, "POST /drain")
	expect("POST", "/drain", "", "https://evil.example", 403, "")
	if drained != 0 {
		t.Fatal("a page of another site drained the process")
	}
	fails = nil
	expect("POST", "/drain", "", "", 202, "draining")
	expect("GET", "/readyz", "", "", 503, "draining")
	if drained != 1 {
		t.Errorf("drained %d times", drained)
	}
	expect("GET", "/debug/pprof/cmdline", "", "", 200, "")
	expect("GET", "/elsewhere", "", "", 404, "here are")
}
