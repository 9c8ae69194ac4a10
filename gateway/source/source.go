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
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ovation-live/ovation/internal/limit"
)

// Options of a Finder.
type Options struct {
	// Trusted are the networks of proxies; may be empty.
	Trusted []netip.Prefix
	// Header in which they name the client: X-Forwarded-For, the default, or Forwarded.
	Header string
	// Proxied is true where proxies say it before the request, as a Listener hears it. Then no header is read: behind a proxy
	// that forwards connections as they are every one is the client's.
	Proxied bool
	// Logger is told when proxies seem to be there that nobody trusts.
	Logger *slog.Logger
}

// Finder finds sources.
type Finder struct {
	// static
	trusted   []netip.Prefix
	forwarded bool // the header is Forwarded
	proxied   bool
	log       *slog.Logger
	untrusted metric.Int64Counter

	forwards *forwarders             // private peers that forwarded something, while nobody says which proxies there are
	silent   *limit.Rate[netip.Addr] // requests of trusted peers that named nobody
	said     *limit.Rate[string]     // warnings, by setting
}

var (
	// ownRequests are as many as a proxy may make for itself, to see whether we are well, before we warn that it names nobody.
	ownRequests = limit.Bucket{Burst: 60, Per: time.Minute}
	// warnings about one setting come at most so often.
	warnings = limit.Bucket{Burst: 1, Per: time.Hour}
)

// New makes a finder.
func New(o Options) *Finder {
	f := &Finder{trusted: o.Trusted, forwarded: strings.EqualFold(o.Header, "Forwarded"), proxied: o.Proxied, log: o.Logger, forwards: newForwarders(), silent: limit.NewRate[netip.Addr](), said: limit.NewRate[string]()}
	meter := otel.Meter("github.com/ovation-live/ovation/gateway/source")
	f.untrusted, _ = meter.Int64Counter("ovation.gateway.untrusted_proxy",
		metric.WithDescription("Requests behind whose address there may be many people: `trusted_proxies` where a private address that is not in the setting forwarded, for which limits by source were off while the setting is empty, and held as for one client where it is not; `proxy_header` where a trusted one named nobody in the setting's header, and `proxy_protocol` where one came as itself though proxies say whom they forward, for which they were off. Labels: setting."))
	return f
}

// Source is where a request comes from.
type Source struct {
	// Key is the address for limits: an IPv4 address, or the first of an IPv6 /64.
	Key netip.Addr
	// Limited is false where no one client stands behind the address: this machine itself, a proxy that nobody trusts, or one
	// that names nobody.
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
	if f.trusts(peer) && f.proxied {
		f.nobodyNamed(peer, "proxy_protocol", "an address in trusted_proxies comes as itself, and with proxy_protocol no header is read: limits by source are off for it; keep clients out of trusted_proxies, and have the proxies say whom they forward")
		return Source{Key: network(peer)}
	}
	if f.trusts(peer) {
		client, ok := f.named(r.Header, peer)
		if !ok {
			f.nobodyNamed(peer, "proxy_header", "a peer in trusted_proxies names nobody outside that list: limits by source are off for what it forwards; set proxy_header to the header that it writes, or proxy_protocol where it forwards connections, and keep clients out of trusted_proxies")
		}
		return Source{Key: network(client), Limited: ok}
	}
	// Whoever comes from the open internet is limited, whatever it writes. A private peer that forwards may be a proxy while
	// nobody has said which ones there are; once somebody has, the others are clients, and what a client writes takes no limit
	// off it. Should one be a proxy all the same, its people share a limit, and the warning says why.
	if private(peer) && (r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "") {
		if len(f.trusted) == 0 {
			f.forwards.note(network(peer), time.Now())
			f.warn("trusted_proxies", "a private address forwards requests of others, and trusted_proxies is empty: limits by source are off for it; name your proxies there", peer)
			return Source{Key: network(peer)}
		}
		if peer.IsLoopback() {
			f.warn("trusted_proxies", "this machine forwards requests of others, and is not in trusted_proxies: limits by source are off for it, as for all that comes from here; if it is a proxy, name it there", peer)
			return Source{Key: network(peer)}
		}
		f.warn("trusted_proxies", "a private address that is not in trusted_proxies forwards requests of others: it is limited like one client; if it is a proxy, name it there", peer)
	}
	return Source{Key: network(peer), Limited: !peer.IsLoopback()}
}

// Peer finds whose a connection is, before anything is asked on it. Where it brings the requests of many it is nobody's: a
// trusted proxy's is, and while none is named that of a private address which forwarded something of late.
func (f *Finder) Peer(a net.Addr) Source {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return Source{}
	}
	peer := at.Addr().Unmap().WithZone("")
	many := f.trusts(peer) || len(f.trusted) == 0 && f.forwards.has(network(peer), time.Now())
	return Source{Key: network(peer), Limited: !many && !peer.IsLoopback()}
}

// nobodyNamed is a trusted peer's request that names no client: its own now and then, and everybody's where the proxy does not
// say it in the way that the setting asks for.
func (f *Finder) nobodyNamed(peer netip.Addr, setting, why string) {
	if f.silent.Allow(peer, ownRequests, time.Now()) == 0 {
		f.count(setting)
		return
	}
	f.warn(setting, why, peer)
}

// warn counts a request behind whose address there may be many people, and says so now and then.
func (f *Finder) warn(setting, why string, peer netip.Addr) {
	f.count(setting)
	if f.said.Allow(setting, warnings, time.Now()) == 0 {
		f.log.Warn(why, "setting", setting, "peer", peer.String())
	}
}

func (f *Finder) count(setting string) {
	f.untrusted.Add(context.Background(), 1, metric.WithAttributes(attribute.String("setting", setting)))
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
