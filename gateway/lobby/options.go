package lobby

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ovation-live/ovation/gateway/source"
)

// Options of a lobby. Fields without a note are needed.
type Options struct {
	// Handler serves handshakes. It must not wait for long, and takes the socket by package conn.
	Handler http.Handler
	// Path of handshakes, such as /v1/ws.
	Path string
	// HeadTime is how long a connection may take to send its first request's head. Default 5 s.
	HeadTime time.Duration
	// MaxHead is how many bytes of a head are waited for; the HTTP server refuses more, by its own bound. Default 16 KiB.
	MaxHead int
	// MaxHeads is how much memory heads that are not whole may take all together; beyond it those of unusual length are closed.
	// Default 64 MiB.
	MaxHeads int
	// Source tells whose a connection is, and whether what it has is limited; Kept is how many connections for pages and calls one
	// source may have. Of those that have sent no whole head it may have a share (source.Fresh). Default: nothing is limited.
	Source func(net.Addr) source.Source
	Kept   func() int
	// AfterTicks waits until newcomers may cost something. Default: it does not.
	AfterTicks func()
	// Logger for what goes wrong. Default slog.Default().
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.HeadTime <= 0 {
		o.HeadTime = 5 * time.Second
	}
	if o.MaxHead <= 0 {
		o.MaxHead = 16 << 10
	}
	if o.MaxHeads <= 0 {
		o.MaxHeads = 64 << 20
	}
	if o.Source == nil || o.Kept == nil {
		o.Source, o.Kept = func(net.Addr) source.Source { return source.Source{} }, func() int { return 0 }
	}
	if o.AfterTicks == nil {
		o.AfterTicks = func() {}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}
