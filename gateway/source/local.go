package source

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/pires/go-proxyproto"
)

// DialLocal dials a Listener of this machine. Where our own address is one of the trusted, a PROXY header comes first that
// says that the connection is nobody's but ours (LOCAL), because a trusted peer without a header is closed.
func DialLocal(trusted []netip.Prefix) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		own, err := netip.ParseAddrPort(c.LocalAddr().String())
		if err != nil || !(&Finder{trusted: trusted}).trusts(own.Addr().Unmap()) {
			return c, nil
		}
		h := proxyproto.Header{Version: 2, Command: proxyproto.LOCAL, TransportProtocol: proxyproto.UNSPEC}
		if _, err := h.WriteTo(c); err != nil {
			_ = c.Close()
			return nil, fmt.Errorf("say the PROXY header: %w", err)
		}
		return c, nil
	}
}
