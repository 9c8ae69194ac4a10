package main

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/netip"
	"strings"

	"github.com/ovation-live/ovation/gateway"
	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/certs"
	"github.com/ovation-live/ovation/internal/config"
	"github.com/ovation-live/ovation/internal/limit"
)

// grpcTLSKeys are the settings of whoever serves or calls gRPC.
var grpcTLSKeys = []string{"grpc_tls.cert", "grpc_tls.key", "grpc_tls.ca", "grpc_tls.name", "grpc_tls.callers"}

// keySettings are the settings of whoever verifies tokens.
var keySettings = []string{"keys.files", "keys.jwks", "keys.retain", "keys.audience", "keys.issuer", "keys.leeway"}

// publicSettings are the settings of whoever serves the public port.
var publicSettings = []string{
	"origins", "media_origins", "trusted_proxies", "proxy_header", "proxy_protocol", "tls.cert", "tls.key",
	"limits.source_handshakes", "limits.source_sockets", "limits.source_requests", "limits.source_connections",
	"limits.person_handshakes", "limits.person_sockets", "limits.verbs", "limits.frames", "limits.bytes", "limits.errors",
}

func rulesOf(c config.Config) auth.Rules {
	leeway := c.Keys.Leeway
	if leeway == 0 {
		leeway = -1 // as the configuration has it: no time at all
	}
	return auth.Rules{Audience: c.Keys.Audience, Issuers: c.Keys.Issuer, Leeway: leeway}
}

// proxiesOf are the networks of which each connection begins with a PROXY header.
func proxiesOf(c config.Config) []netip.Prefix {
	if !c.ProxyProtocol {
		return nil
	}
	return c.ProxyNetworks()
}

// verbsOf are the verbs whose limits the settings change; Check has seen that they can be read.
func verbsOf(l config.Limits) map[string]limit.Bucket {
	verbs := make(map[string]limit.Bucket)
	for _, text := range l.Verbs {
		if verb, b, err := limit.ParseVerb(text); err == nil {
			verbs[verb] = b
		}
	}
	return verbs
}

// limitsOf turns the settings into what the gateway enforces.
func limitsOf(l config.Limits) gateway.Limits {
	return gateway.Limits{
		SourceHandshakes: l.SourceHandshakes, SourceSockets: l.SourceSockets,
		SourceRequests: l.SourceRequests, SourceConnections: l.SourceConnections,
		PersonHandshakes: l.PersonHandshakes, PersonSockets: l.PersonSockets,
		Verbs: verbsOf(l), Frames: l.Frames, Bytes: l.Bytes, Errors: l.Errors,
	}
}

// openCerts reads the certificates of gRPC, where there are any.
func (n *node) openCerts() (err error) {
	g := n.cfg.GRPCTLS
	if g.Cert == "" && g.CA == "" {
		return nil
	}
	n.certs, err = certs.Open(certs.Files{Cert: g.Cert, Key: g.Key, CA: g.CA, Name: g.Name, Callers: g.Callers}, "grpc", n.log)
	return err
}

func (n *node) serverTLS() *tls.Config {
	if n.certs == nil || n.cfg.GRPCTLS.Cert == "" {
		return nil
	}
	return n.certs.Server("h2")
}

func (n *node) clientTLS(target string) *tls.Config {
	if n.certs == nil {
		return nil
	}
	return n.certs.Client(hostOf(target))
}

// hostOf is whom a gRPC target calls: a name or an address, without scheme and port.
func hostOf(target string) string {
	target = target[strings.LastIndexByte(target, '/')+1:]
	if host, _, err := net.SplitHostPort(target); err == nil {
		return host
	}
	return target
}

// callTLS is for tools that call the services once.
func callTLS(c config.Config, target string) (*tls.Config, error) {
	g := c.GRPCTLS
	if g.Cert == "" && g.CA == "" {
		return nil, nil
	}
	s, err := certs.Open(certs.Files{Cert: g.Cert, Key: g.Key, CA: g.CA, Name: g.Name}, "tool", slog.Default())
	if err != nil {
		return nil, err
	}
	return s.Client(hostOf(target)), nil
}

// public puts before the public port what the settings ask for: first what a proxy says, then TLS, or else the lobby.
func (n *node) public(g *gateway.Gateway, l net.Listener) (net.Listener, error) {
	l = g.Paced(l)
	if n.cfg.ProxyProtocol {
		l = source.Listen(l, n.cfg.ProxyNetworks(), n.log)
	}
	if n.cfg.TLS.Cert == "" {
		return g.Lobby(l, headTime, maxHead), nil
	}
	s, err := certs.Open(certs.Files{Cert: n.cfg.TLS.Cert, Key: n.cfg.TLS.Key}, "public", n.log)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, s.Server("http/1.1")), nil // HTTP/2 has no handover of a connection
}
