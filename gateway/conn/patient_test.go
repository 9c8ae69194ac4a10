package conn

import (
	"crypto/tls"
	"net"
	"testing"
)

// proxied is a connection whose proxy said who it is for.
type proxied struct{ *net.TCPConn }

func (p proxied) TCP() *net.TCPConn { return p.TCPConn }

// What the kernel holds for a socket under TLS is bounded also where a proxy says its header first.
func TestTheSocketUnderTLSAndAProxysHeader(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tcp := c.(*net.TCPConn)
	defer func() { _ = tcp.Close() }()
	for name, over := range map[string]net.Conn{
		"plain": tcp, "TLS": tls.Client(tcp, nil), "a proxy's header": proxied{tcp}, "TLS behind a proxy's header": tls.Client(proxied{tcp}, nil),
	} {
		if got := bottom(over); got != net.Conn(tcp) {
			t.Errorf("%s: the bottom is %T", name, got)
		}
	}
}
