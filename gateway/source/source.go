// Package source finds out from where a request comes, for limits by address: the peer's address, or the one that a
// trusted proxy names (header.go), or that it says before the request (proxy.go). Nothing that an untrusted peer writes
// counts.
package source

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// Options of a Finder.
type Options struct {
	// Trusted are the networks of proxies; may be empty.
	Trusted []netip.Prefix
	// Header in which they name the client: X-Forwarded-For, the default, or Forwarded.
	Header string
	// Logger is told when proxies seem to be there that nobody trusts.
	Logger *slog.Logger
}

// Finder finds sources.
type Finder struct {
	// static
	trusted   []netip.Prefix
	forwarded bool // the header is Forwarded
	log       *slog.Logger
	untrusted metric.Int64Counter

	warn     sync.Once
	forwards atomic.Bool // a private address forwarded something while nobody is trusted
}

// New makes a finder.
func New(o Options) *Finder {
	f := &Finder{trusted: o.Trusted, forwarded: strings.EqualFold(o.Header, "Forwarded"), log: o.Logger}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/source")
	f.untrusted, _ = meter.Int64Counter("ovation.gateway.untrusted_proxy",
		metric.WithDescription("Requests that a private address forwarded while `trusted_proxies` is empty: limits by source were off for them."))
	return f
}

// Source is where a request comes from.
type Source struct {
	// Key is the address for limits: an IPv4 address, or the first of an IPv6 /64.
	Key netip.Addr
	// Limited is false where no one client stands behind the address: this machine itself, or a proxy that nobody trusts.
	Limited bool
}

// Client is the address of the one client behind the source; none where it may be many.
func (s Source) Client() netip.Addr {
	if !s.Limited {
		return netip.Addr{}
	}
	return s.Key
}

// Of finds the source of a request.
func (f *Finder) Of(r *http.Request) Source {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return Source{} // no TCP peer: a test or a Unix socket
	}
	peer := at.Addr().Unmap().WithZone("")
	if f.trusts(peer) {
		client, ok := f.named(r.Header, peer)
		return Source{Key: network(client), Limited: ok}
	}
	if len(f.trusted) == 0 && private(peer) && (r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "") {
		f.forwards.Store(true)
		f.untrusted.Add(context.Background(), 1)
		f.warn.Do(func() {
			f.log.Warn("a private address forwards requests of others, and trusted_proxies is empty: limits by source are off for it; name your proxies there",
				"setting", "trusted_proxies", "peer", peer.String())
		})
		return Source{Key: network(peer)}
	}
	return Source{Key: network(peer), Limited: !peer.IsLoopback()}
}

// Peer finds whose a connection is, before anything is asked on it. Where it brings the requests of many it is nobody's: a
// trusted proxy's is, and any private address's once one of them forwarded something while nobody is trusted.
func (f *Finder) Peer(a net.Addr) Source {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return Source{}
	}
	peer := at.Addr().Unmap().WithZone("")
	many := f.trusts(peer) || len(f.trusted) == 0 && private(peer) && f.forwards.Load()
	return Source{Key: network(peer), Limited: !many && !peer.IsLoopback()}
}

func (f *Finder) trusts(a netip.Addr) bool {
	for _, n := range f.trusted {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// shared is the space behind carriers' NAT (RFC 6598), which clouds also use for balancers.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || shared.Contains(a)
}

// network is what counts as one source: whoever has an IPv6 address has the whole /64.
func network(a netip.Addr) netip.Addr {
	if a = a.Unmap().WithZone(""); a.Is6() {
		return netip.PrefixFrom(a, 64).Masked().Addr()
	}
	return a
}

// headerTime is how long a proxy may take for its PROXY header.
const headerTime = 5 * time.Second
