package people

import (
	"net/netip"

	"github.com/ovation-live/ovation/internal/auth"
)

// Networks of one household or school, within which a troll changes its address: most providers give an IPv6 /64, and move
// IPv4 addresses within a /24.
const (
	traceBits4 = 24
	traceBits6 = 64
)

// Trace is the keyed hash of a guest's network and client (its User-Agent) in a room: 26 lower-case base32 characters, from
// which neither can be read, and another one in each room. It is empty where the address is not known. It tells that two
// guests may be the same person and never that they are: it lets a moderator look first, and refuses nobody anything.
func Trace(roomKey []byte, from netip.Addr, client string) string {
	if !from.IsValid() {
		return ""
	}
	bits := traceBits6
	if from = from.Unmap(); from.Is4() {
		bits = traceBits4
	}
	network, err := from.Prefix(bits)
	if err != nil {
		return ""
	}
	// A key of its own, made of the room's: no subject is empty, so that no person's key is one of these.
	return auth.PersonKey([]byte(auth.PersonKey(roomKey, "")), network.String()+" "+client)
}

// MostTraces is how many traces the document of a ban keeps, the newest.
const MostTraces = 8
