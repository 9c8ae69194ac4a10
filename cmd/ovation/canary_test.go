package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/source"
	"github.com/ovation-live/ovation/internal/auth"
)

// A canary gets through its own port also where proxies of this machine are trusted to speak the PROXY protocol.
func TestTheCanaryPassesThePROXYProtocol(t *testing.T) {
	for _, trusted := range [][]netip.Prefix{nil, {netip.MustParsePrefix("10.0.0.0/8")}, {netip.MustParsePrefix("127.0.0.0/8")}} {
		plain, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		quiet := slog.New(slog.DiscardHandler)
		server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RemoteAddr) })}
		go func() { _ = server.Serve(source.Listen(plain, trusted, quiet)) }()
		defer func() { _ = server.Close() }()
		c, err := newCanary(plain.Addr().String(), false, trusted, nil, auth.NewKeys(), quiet)
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.client.Get(c.url)
		if err != nil {
			t.Errorf("with %v trusted: %v", trusted, err)
			continue
		}
		_ = a.Body.Close()
	}
}
