package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/limit"
)

// mostRequests is how many connections an HTTP server holds: each costs 20 KB, and whoever opens them need not say who it is.
// Sockets are not among them, they leave it with their handshake.
const mostRequests = 8192

// ceiling bounds the connections of an HTTP server: nobody is waited for while half of them are in use, and none is taken while
// all are. Where some of them have yet to ask anything, the oldest of these makes room for who comes: half a TLS handshake and half
// a request, of which strangers can have as many as they like, keep nobody out who asks at once.
type ceiling struct {
	most int
	cut  metric.Int64Counter

	mu     sync.Mutex
	open   int                   // guarded by mu
	asking *limit.Line[net.Conn] // those whose request has yet to come whole; guarded by mu
}

func newCeiling(most int) *ceiling {
	c := &ceiling{most: most, asking: limit.NewLine[net.Conn]()}
	c.cut, _ = otel.Meter("github.com/ovation-live/ovation/cmd/ovation").Int64Counter("ovation.http.connections.cut",
		metric.WithDescription("Connections for pages and calls that were closed because too many were open: above 8,192 those that have asked for nothing yet, the oldest first, and above half of it those without a request under way."))
	return c
}

// over puts the ceiling over a server; more is told of its connections, too.
func (c *ceiling) over(s *http.Server, more func(net.Conn, http.ConnState)) {
	s.ConnState = func(conn net.Conn, state http.ConnState) {
		c.changed(conn, state)
		if more != nil {
			more(conn, state)
		}
	}
}

// changed is an http.Server's ConnState.
func (c *ceiling) changed(conn net.Conn, s http.ConnState) {
	if one := c.count(conn, s); one != nil {
		c.cut.Add(context.Background(), 1)
		_ = one.Close() // the server then finds that it ended, and says so
	}
}

// count gives the connection that is one too many; nil where none is.
func (c *ceiling) count(conn net.Conn, s http.ConnState) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateNew:
		c.open++
		c.asking.Join(conn, time.Now())
		if c.open > c.most {
			oldest, _ := c.asking.Oldest(time.Now()) // who comes is in the line itself
			return oldest
		}
	case http.StateIdle:
		if c.open > c.most/2 {
			return conn
		}
	case http.StateClosed, http.StateHijacked:
		c.asking.Leave(conn)
		c.open--
	case http.StateActive: // the head of a request is here: net/http promises one byte of it, and says so when it has read all
		c.asking.Leave(conn)
	}
	return nil
}
