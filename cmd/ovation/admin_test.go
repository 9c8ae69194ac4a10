package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ovation-live/ovation/gateway/room"
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
	a.show(func() []room.Stat { return []room.Stat{{Room: "launch", Everywhere: 3}} })
	expect("GET", "/rooms", "", "", 200, `{"rooms":[{"room":"launch"`)

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
