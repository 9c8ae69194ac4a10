package gateway

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/limit"
)

// callers bounds what one source has of the HTTP server, which holds far fewer connections than there may be sockets: who
// keeps all of them, or asks without end, keeps pages from everybody else.
type callers struct {
	source  *source.Finder
	rules   *sources
	open    *limit.Count[netip.Addr]
	shakes  *limit.Rate[netip.Addr] // connections that begin with a TLS handshake, which costs before anything is asked
	cut     metric.Int64Counter
	refused metric.Int64Counter

	mu    sync.Mutex
	from  map[net.Conn]netip.Addr // those that are counted; guarded by mu
	fresh *source.Fresh[net.Conn] // of them those whose first request has yet to come whole; guarded by mu
}

func newCallers(f *source.Finder, rules *sources) *callers {
	c := &callers{source: f, rules: rules, open: limit.NewCount[netip.Addr](), shakes: limit.NewRate[netip.Addr](), from: make(map[net.Conn]netip.Addr), fresh: source.NewFresh[net.Conn]()}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway")
	c.cut, _ = meter.Int64Counter("ovation.gateway.source_connections.cut",
		metric.WithDescription("Connections for pages and calls that were closed because their address had too many: new ones above `limits.source_connections`, above half of it those without a request under way, above an eighth the oldest of those that have asked for nothing for two seconds, above half of any age, and TLS handshakes above `limits.source_requests`."))
	c.refused, _ = meter.Int64Counter("ovation.gateway.source_requests.refused",
		metric.WithDescription("Requests for pages and calls that were refused because very many came from their address (`limits.source_requests`)."))
	return c
}

// changed is an http.Server's ConnState. A connection is its peer's, whatever is asked on it later.
func (c *callers) changed(conn net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		if from := c.source.Peer(conn.RemoteAddr()); from.Limited {
			c.came(conn, from.Key, time.Now())
		}
	case http.StateActive: // the head of a request is here: net/http promises one byte of it, and says so when it has read all
		c.mu.Lock()
		if key, counted := c.from[conn]; counted {
			c.fresh.Leave(key, conn)
		}
		c.mu.Unlock()
	case http.StateIdle:
		c.mu.Lock()
		key, counted := c.from[conn]
		c.mu.Unlock()
		if counted && c.open.Open(key) > c.rules.rules.Load().kept/2 {
			c.close(conn)
		}
	case http.StateClosed, http.StateHijacked:
		c.mu.Lock()
		key, counted := c.from[conn]
		if counted {
			c.fresh.Leave(key, conn)
		}
		delete(c.from, conn)
		c.mu.Unlock()
		if counted {
			c.open.Release(key)
		}
	}
}

// came counts a new connection of a source, or closes it, or the one that has been about to ask for the longest.
func (c *callers) came(conn net.Conn, key netip.Addr, now time.Time) {
	rules := c.rules.rules.Load()
	_, encrypted := conn.(*tls.Conn)
	if encrypted && c.shakes.Allow(key, rules.requests, now) > 0 || !c.open.Take(key, rules.kept) {
		c.close(conn)
		return
	}
	c.mu.Lock()
	c.from[conn] = key
	oldest, cut := c.fresh.Join(key, conn, rules.kept, now)
	c.mu.Unlock()
	if cut {
		c.close(oldest)
	}
}

// close ends a connection; the server then finds that it ended, and says so.
func (c *callers) close(conn net.Conn) {
	c.cut.Add(context.Background(), 1)
	_ = conn.Close()
}

// mayAsk tells whether a request for a page or a call is answered; if not it has been refused.
func (c *callers) mayAsk(w http.ResponseWriter, r *http.Request) bool {
	wait := c.rules.ask(c.source.Of(r), time.Now())
	if wait == 0 {
		return true
	}
	c.refused.Add(r.Context(), 1)
	w.Header().Set("Access-Control-Allow-Origin", "*") // or a page of another site could not tell this from a broken network
	w.Header().Set("Retry-After", retryAfter(wait))
	refuseHTTP(w, http.StatusTooManyRequests, "SOURCE_BUSY", "very many requests come from your address; try again in a moment", wait)
	return false
}

// Connections is an http.Server's ConnState, so that no one source has all of its connections.
func (g *Gateway) Connections(conn net.Conn, s http.ConnState) { g.callers.changed(conn, s) }
