package config

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/ovation-live/ovation/internal/limit"
)

// Keys sign and verify tokens.
type Keys struct {
	Files    []string      `key:"files" doc:"Files with a secret of at least 32 bytes (HS256) or a PEM key, public or private (RS256, ES256, EdDSA). The first that can sign makes guest tokens and links."`
	JWKS     string        `key:"jwks" doc:"Address of an issuer's key set (JWKS): https, or http on loopback. Fetched every 15 minutes, and for a key that nobody knows at most every 10 s; the last good set is kept."`
	Retain   time.Duration `key:"retain" default:"24h" doc:"How long a key that left the set still verifies: the longest life of a token. 1s ends a key that got out at the next fetch."`
	Audience []string      `key:"audience" doc:"Audiences (aud) that a token may be for; the first stands in our own. Empty asks for none."`
	Issuer   []string      `key:"issuer" doc:"Issuers (iss) that a token may be from; the first stands in our own. Empty asks for none."`
	Leeway   time.Duration `key:"leeway" default:"30s" doc:"How far the clocks of issuers may be off: how long after its end a token is still taken from who comes; sockets and streams that stand end with it."`
}

// Given tells whether an operator named any keys; without, a process on loopback makes its own.
func (k Keys) Given() bool { return len(k.Files) > 0 || k.JWKS != "" }

// Limits keep one source, one person or one socket from taking what is everybody's. A limit cannot be switched off; a
// great number never binds.
type Limits struct {
	SourceHandshakes  int      `key:"source_handshakes" default:"50" doc:"Handshakes a second from one address (IPv6: one /64), over time; four times as many at once."`
	SourceSockets     int      `key:"source_sockets" default:"5000" doc:"Sockets from one address (IPv6: one /64) at a gateway. A school or an office is one address."`
	SourceRequests    int      `key:"source_requests" default:"1000" doc:"Requests a second for pages and calls from one address (IPv6: one /64), over time; four times as many at once."`
	SourceConnections int      `key:"source_connections" default:"2048" doc:"Connections for pages and calls from one address (IPv6: one /64) at a gateway, sockets not among them; half of them are kept with no request under way."`
	PersonHandshakes  int      `key:"person_handshakes" default:"2" doc:"Handshakes a second of one person, over time; twenty times as many at once. Moderators and hosts are exempt: a link may be several people's."`
	PersonSockets     int      `key:"person_sockets" default:"200" doc:"Sockets of one person at a gateway. Moderators and hosts are exempt."`
	Verbs             []string `key:"verbs" doc:"Limits of verbs for one person over all of its sockets, and over its own calls of services, where they differ from the protocol's table: post=30/30s is 30 at once, and as many again in 30 s."`
	Frames            int      `key:"frames" default:"50" doc:"Frames a second of one socket, over time; four times as many at once. More are not carried out, and after eight times as many the socket is closed."`
	Bytes             int      `key:"bytes" default:"16384" doc:"Bytes a second of one socket's frames, over time; eight times as many at once, and at least 64 KiB. What is beyond is not read into messages, and counts against frames with one more for each KiB."`
	Errors            int      `key:"errors" default:"50" doc:"Frames of one socket that make no sense before it is closed; what was spent comes back over 10 minutes."`
}

// TLS is the public port's.
type TLS struct {
	Cert string `key:"cert" doc:"PEM file with the certificate chain of the public port. Empty serves plain HTTP, for a proxy that ends TLS; with it each socket costs more memory and a goroutine. Read anew when it changes."`
	Key  string `key:"key" doc:"PEM file with the certificate's key, mode 0600."`
}

// GRPCTLS is for both ends of gRPC: services show the certificate to callers, gateways and tools theirs to services.
type GRPCTLS struct {
	Cert    string   `key:"cert" doc:"PEM file with the certificate chain that this process shows on gRPC, as a server and as a caller. Read anew when it changes."`
	Key     string   `key:"key" doc:"PEM file with the certificate's key, mode 0600."`
	CA      string   `key:"ca" doc:"PEM file with the authorities whose certificates the other side must show (mutual TLS). Read anew when it changes."`
	Name    string   `key:"name" doc:"Name in the services' certificate, where it is not the host of the target."`
	Callers []string `key:"callers" doc:"Names (DNS or URI) of which a caller's certificate must carry one. Empty takes every certificate of the authorities."`
}

// ProxyNetworks are the trusted proxies; Check has seen that each is one.
func (c Config) ProxyNetworks() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range c.TrustedProxies {
		if n, err := parseNetwork(text); err == nil {
			all = append(all, n)
		}
	}
	return all
}

func parseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	n, err := netip.ParsePrefix(text)
	if err != nil || n != n.Masked() {
		return n, errors.New("want an address or a network, such as 10.0.0.0/8")
	}
	if a := n.Addr(); a.Is4In6() { // so written it would hold no IPv4 address; masked, it has 96 bits or more
		n = netip.PrefixFrom(a.Unmap(), n.Bits()-96)
	}
	if n.Bits() == 0 {
		return n, errors.New("everybody is no proxy: any client could then claim any address")
	}
	return n, nil
}

func (c Config) checkSecurity(bad func(key, format string, args ...any)) {
	if c.Keys.JWKS != "" {
		if u, err := url.Parse(c.Keys.JWKS); err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Host)) {
			bad("keys.jwks", "want https://host/path; whoever could change the answer on its way could make tokens")
		}
	}
	if c.Keys.Leeway > 5*time.Minute {
		bad("keys.leeway", "%s is more than 5m: clocks are not that far off", duration(c.Keys.Leeway))
	}
	for _, d := range []struct {
		key   string
		value time.Duration
	}{{"keys.leeway", c.Keys.Leeway}, {"keys.retain", c.Keys.Retain}} {
		if d.value < 0 {
			bad(d.key, "a time below 0")
		}
	}
	for _, n := range []struct {
		key   string
		value int
	}{
		{"limits.source_handshakes", c.Limits.SourceHandshakes}, {"limits.source_sockets", c.Limits.SourceSockets},
		{"limits.source_requests", c.Limits.SourceRequests}, {"limits.source_connections", c.Limits.SourceConnections},
		{"limits.person_handshakes", c.Limits.PersonHandshakes}, {"limits.person_sockets", c.Limits.PersonSockets},
		{"limits.frames", c.Limits.Frames}, {"limits.bytes", c.Limits.Bytes}, {"limits.errors", c.Limits.Errors},
	} {
		if n.value < 1 || n.value > 1_000_000_000 {
			bad(n.key, "%d is not from 1 to 1,000,000,000", n.value)
		}
	}
	for _, v := range c.Limits.Verbs {
		if _, _, err := limit.ParseVerb(v); err != nil {
			bad("limits.verbs", "%q: %v", v, err)
		}
	}
	for _, t := range []struct{ section, cert, key string }{{"tls", c.TLS.Cert, c.TLS.Key}, {"grpc_tls", c.GRPCTLS.Cert, c.GRPCTLS.Key}} {
		if (t.cert == "") != (t.key == "") {
			bad(t.section, "give %s.cert and %s.key, or neither", t.section, t.section)
		}
	}
	if len(c.GRPCTLS.Callers) > 0 && c.GRPCTLS.CA == "" {
		bad("grpc_tls.callers", "needs grpc_tls.ca: without authorities a certificate proves nothing")
	}
	for _, p := range c.TrustedProxies {
		if _, err := parseNetwork(p); err != nil {
			bad("trusted_proxies", "%q: %v", p, err)
		}
	}
	if !strings.EqualFold(c.ProxyHeader, "X-Forwarded-For") && !strings.EqualFold(c.ProxyHeader, "Forwarded") {
		bad("proxy_header", "%q is none of X-Forwarded-For, Forwarded", c.ProxyHeader)
	}
	if c.ProxyProtocol && len(c.TrustedProxies) == 0 {
		bad("proxy_protocol", "needs trusted_proxies: anybody else could claim any address")
	}
}
