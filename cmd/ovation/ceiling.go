package main

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// mostRequests is how many connections an HTTP server holds: each costs 20 KB, and whoever opens them need not say who it is.
// Sockets are not among them, they leave it with their handshake.
const mostRequests = 8192

// ceiling bounds the connections of an HTTP server: nobody is waited for while half of them are in use, and none is taken while
// all are.
type ceiling struct {
	most int64
	open atomic.Int64
	cut  metric.Int64Counter
}

func newCeiling(most int64) *ceiling {
	c := &ceiling{most: most}
	c.cut, _ = otel.Meter("github.com/ovation-live/ovation/cmd/ovation").Int64Counter("ovation.http.connections.cut",
		metric.WithDescription("Connections for pages and calls that were closed because too many were open: new ones above 8,192, and above half of it those without a request under way."))
	return c
}

// changed is an http.Server's ConnState.
func (c *ceiling) changed(conn net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		c.bound(conn, c.open.Add(1), c.most)
	case http.StateIdle:
		c.bound(conn, c.open.Load(), c.most/2)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	case http.StateActive:
	}
}

// bound closes a connection that is one too many; the server then finds that it ended, and says so.
func (c *ceiling) bound(conn net.Conn, open, most int64) {
	if open > most {
		c.cut.Add(context.Background(), 1)
		_ = conn.Close()
	}
}
