package gateway

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/conn"
	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/session"
	"github.com/ovation-live/ovation/internal/fault"
)

// socketPath is where sockets are opened.
const socketPath = "/v1/ws"

func (g *Gateway) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+socketPath, g.socket)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	g.api(mux)
	if g.o.Pages != nil {
		mux.Handle("/", g.o.Pages)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.hostAllowed(r.Host) {
			http.Error(w, "This server answers only under its own address; open it as http://127.0.0.1.", http.StatusMisdirectedRequest)
			return
		}
		if many(r.Header) {
			http.Error(w, "A request may have 200 header fields.", http.StatusRequestHeaderFieldsTooLarge)
			return
		}
		// Handshakes have limits of their own, and who looks whether this process lives is a balancer that looks often.
		if r.URL.Path != "/livez" && (r.URL.Path != socketPath || r.Header.Get("Upgrade") == "") && !g.callers.mayAsk(w, r) {
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// maxHeaders is how many header fields a request may have: proxies and browsers together send some dozens, and each costs
// more than its bytes.
const maxHeaders = 200

func many(h http.Header) bool {
	n := 0
	for _, values := range h {
		n += len(values)
	}
	return n > maxHeaders
}

// upgrades tells whether a request asks for WebSocket in the way that HTTP/1.1 has for it.
func upgrades(r *http.Request) bool {
	return r.ProtoAtLeast(1, 1) && hasToken(r.Header["Connection"], "upgrade") && hasToken(r.Header["Upgrade"], "websocket")
}

func hasToken(values []string, token string) bool {
	for _, list := range values {
		for one := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(strings.TrimSpace(one), token) {
				return true
			}
		}
	}
	return false
}

// socket opens a visit. Without Upgrade it says why a handshake would be refused, because browsers do not show pages the
// answer to a refused handshake.
func (g *Gateway) socket(w http.ResponseWriter, r *http.Request) {
	reason, message, wait := g.refusal()
	if r.Header.Get("Upgrade") == "" {
		if foreign(r.Header.Get("Origin"), r.Host, g.o.Origins) { // before what passes
			reason, message, wait = "ORIGIN_REFUSED", "pages of this site may not open sockets here; whoever runs the server can name it in the setting origins", 0
		}
		if reason == "" && g.door.crowded(time.Now()) {
			reason, message, wait = fault.CloseBusy.Reason, "many people are coming in at once; try again in a moment", time.Second
		}
		if reason == "" {
			reason, message = "UPGRADE_REQUIRED", "this address speaks WebSocket; connect with the subprotocol ovation.v1.json or ovation.v1.proto"
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Sec-WebSocket-Version", "13")
		refuseHTTP(w, http.StatusUpgradeRequired, reason, message, wait)
		return
	}
	if reason != "" {
		g.turnAway(w, r, http.StatusServiceUnavailable, reason, message, wait)
		return
	}
	g.engine.AfterTicks()
	// The source before the door: what one address has too much of must not use up everybody's turns.
	from := g.o.Sources.Of(r)
	busy, leave := g.sources.enter(from, time.Now())
	switch {
	case busy != nil && busy.hard:
		g.turnAway(w, r, http.StatusTooManyRequests, busy.reason, busy.message, busy.wait)
		return
	case busy != nil:
		g.refused.Add(r.Context(), 1, metric.WithAttributes(attribute.String("reason", busy.reason)))
		wait = busy.wait
	default:
		var turn verdict
		if turn, wait = g.door.knock(time.Now()); turn == refuse {
			leave(false)
			g.turnAway(w, r, http.StatusServiceUnavailable, fault.CloseBusy.Reason, "many people are coming in at once; try again in a moment", wait)
			return
		}
		if turn == comeBack {
			g.refused.Add(r.Context(), 1, metric.WithAttributes(attribute.String("reason", fault.CloseBusy.Reason)))
		}
	}
	if !upgrades(r) {
		w.Header().Set("Sec-WebSocket-Version", "13") // conn answers 426, which must say what to upgrade to
	}
	c, err := conn.Accept(w, r, conn.Options{MaxFrame: session.MaxFrame, OriginPatterns: g.o.Origins})
	if err != nil { // conn has answered
		leave(false)
		if origin := r.Header.Get("Origin"); foreign(origin, r.Host, g.o.Origins) {
			g.strange.refused(origin, time.Now())
		}
		g.refused.Add(r.Context(), 1, metric.WithAttributes(attribute.String("reason", "HANDSHAKE")))
		g.o.Logger.Debug("a handshake failed", "error", err)
		return
	}
	if wait > 0 {
		g.sendAway(g.engine.Attach(c, func(*fanout.Member) fanout.Visitor { return passer{leave} }), wait)
		return
	}
	g.attach(c, func(m *fanout.Member) fanout.Visitor {
		return counted{g.sessions.Visit(m, r.Header, from.Client()), leave}
	})
}

// turnAway refuses a handshake, counted by its reason.
func (g *Gateway) turnAway(w http.ResponseWriter, r *http.Request, status int, reason, message string, wait time.Duration) {
	g.refused.Add(r.Context(), 1, metric.WithAttributes(attribute.String("reason", reason)))
	w.Header().Set("Retry-After", retryAfter(wait))
	refuseHTTP(w, status, reason, message, wait)
}

// retryAfter is a time as the header has it: whole seconds, not too few.
func retryAfter(wait time.Duration) string { return strconv.Itoa(int(math.Ceil(wait.Seconds()))) }

// refusal is why a new socket would not be taken now; an empty reason means it would.
func (g *Gateway) refusal() (reason, message string, wait time.Duration) {
	switch {
	case g.draining.Load():
		return "DRAINING", "this gateway is going away; another one takes over", 2 * time.Second
	case int64(g.Sockets()) >= g.maxSockets.Load():
		return "FULL", "this gateway is full; try again in a moment", 5 * time.Second
	}
	return "", "", 0
}

// refuseHTTP writes a refusal as JSON.
func refuseHTTP(w http.ResponseWriter, status int, reason, message string, wait time.Duration) {
	writeJSON(w, status, map[string]any{"reason": reason, "message": message, "retryAfterMs": wait.Milliseconds()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"reason":"INTERNAL"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
