package people

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"github.com/ovation-live/ovation/internal/auth"
)

// Network is the keyed hash of the network that somebody comes from, as limits by source count networks: an IPv4 address or
// an IPv6 /64. It is another one in each room, never 0, and 0 where the address is not known. Whoever has the room's key
// can find the address by trying all of them, so that it is kept beside votes and leaves the store in no answer.
func Network(roomKey []byte, from netip.Addr) uint64 {
	if !from.IsValid() {
		return 0
	}
	if from = from.Unmap(); from.Is6() {
		from = netip.PrefixFrom(from, traceBits6).Masked().Addr()
	}
	mac := hmac.New(sha256.New, []byte(auth.PersonKey(roomKey, ""))) // a key of its own, as in Trace
	mac.Write([]byte("network " + from.WithZone("").String()))
	return max(1, binary.BigEndian.Uint64(mac.Sum(nil)))
}
