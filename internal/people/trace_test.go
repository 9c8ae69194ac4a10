package people_test

import (
	"net/netip"
	"testing"

	"github.com/ovation-live/ovation/internal/people"
)

func TestWhoSharesATrace(t *testing.T) {
	trace := func(address, client string) string {
		return people.Trace([]byte("key"), netip.MustParseAddr(address), client)
	}
	base := trace("192.0.2.7", "browser")
	for name, c := range map[string]struct {
		other string
		same  bool
	}{
		"the same": {trace("192.0.2.7", "browser"), true}, "the same network": {trace("192.0.2.250", "browser"), true},
		"mapped into IPv6": {trace("::ffff:192.0.2.9", "browser"), true},
		"another network":  {trace("192.0.3.7", "browser"), false}, "another client": {trace("192.0.2.7", "other"), false},
		"another room": {people.Trace([]byte("other"), netip.MustParseAddr("192.0.2.7"), "browser"), false},
	} {
		if (base == c.other) != c.same {
			t.Errorf("%s: same %v", name, !c.same)
		}
	}
	if trace("2001:db8:1:2::7", "b") != trace("2001:db8:1:2:ffff::1", "b") || trace("2001:db8:1:2::7", "b") == trace("2001:db8:1:3::7", "b") {
		t.Error("an IPv6 /64 is not one network")
	}
	network := func(address string) uint64 { return people.Network([]byte("key"), netip.MustParseAddr(address)) }
	if network("192.0.2.7") == network("192.0.2.8") || network("192.0.2.7") != network("::ffff:192.0.2.7") || network("192.0.2.7") == people.Network([]byte("other"), netip.MustParseAddr("192.0.2.7")) {
		t.Error("networks of votes are not told apart by address and room")
	}
	if network("2001:db8:1:2::7") != network("2001:db8:1:2:ffff::1") || network("2001:db8:1:2::7") == network("2001:db8:1:3::7") || people.Network([]byte("key"), netip.Addr{}) != 0 {
		t.Error("an IPv6 /64 is not one network of votes, or nothing is one")
	}
	if len(base) != 26 || people.Trace([]byte("key"), netip.Addr{}, "browser") != "" {
		t.Errorf("a trace is %q", base)
	}
}
