package source

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops bounds how far a chain of proxies is read: what stands further left was written by strangers.
const maxHops = 20

// named is the client that a trusted peer names: the right-most address that is none of the trusted. Each proxy appends
// whom it got the request from, so that everything left of the first stranger is the stranger's word. ok is false where no
// one client is known: a proxy wrote something that is no address, or nothing, or named trusted addresses alone. That is a
// proxy's own request, or it does not say whom it forwards, and its whole audience must not share one bucket.
func (f *Finder) named(h http.Header, peer netip.Addr) (client netip.Addr, ok bool) {
	var hops []string
	if f.forwarded {
		hops = forwardedFor(h.Values("Forwarded"))
	} else {
		hops = strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",")
	}
	client = peer
	for n := 0; n < maxHops && n < len(hops); n++ {
		text := strings.TrimSpace(hops[len(hops)-1-n])
		if text == "" {
			if len(hops) == 1 {
				break // no header at all
			}
			return client, false
		}
		a, good := address(text)
		if !good {
			return client, false
		}
		client = a
		if !f.trusts(client) {
			return client, true
		}
	}
	return client, false
}

// address reads an address as proxies write it: 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1]:4711.
func address(text string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

// forwardedFor gives the for parameters of Forwarded headers (RFC 7239), from left to right; a hop without one is empty.
func forwardedFor(values []string) []string {
	var hops []string
	for _, hop := range cut(strings.Join(values, ","), ',') {
		found := ""
		for _, pair := range cut(hop, ';') {
			name, value, _ := strings.Cut(pair, "=")
			if strings.EqualFold(strings.TrimSpace(name), "for") {
				found = strings.Trim(strings.TrimSpace(value), `"`)
			}
		}
		hops = append(hops, found)
	}
	return hops
}

// cut splits at a separator outside quotes. It counts the quotes from the right: the right end is a trusted proxy's, and a
// stranger who opens a quote at the left and never closes it must not hide in it what the proxy appended.
func cut(text string, at byte) []string {
	var parts []string
	quoted, to := false, len(text)
	for i := len(text) - 1; i >= 0; i-- {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == at && !quoted:
			parts = append(parts, text[i+1:to])
			to = i
		}
	}
	parts = append(parts, text[:to])
	slices.Reverse(parts)
	return parts
}
