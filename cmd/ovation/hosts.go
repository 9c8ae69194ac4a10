package main

import (
	"net"
	"net/http"

	"github.com/ovation-live/ovation/internal/config"
)

// onlyLoopbackHosts refuses requests that name another host than this machine's loopback. A page of some other site
// can make a name of its own point to 127.0.0.1 and then read what it gets as its own; the Host it sends gives it away.
func onlyLoopbackHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !config.Loopback(bare(r.Host)) {
			http.Error(w, "this port is for this machine alone: ask for it as 127.0.0.1 or localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bare is a Host header without port and brackets.
func bare(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// lanAddress is this machine's address on its network: the source it would send from to the rest of the world, else the
// first private one of any interface; nil when there is none.
func lanAddress() net.IP {
	if c, err := net.Dial("udp4", "192.0.2.1:9"); err == nil { // nothing is sent: it only asks the routing table
		ip := c.LocalAddr().(*net.UDPAddr).IP
		_ = c.Close()
		if !ip.IsLoopback() {
			return ip
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsPrivate() {
			return n.IP
		}
	}
	return nil
}
