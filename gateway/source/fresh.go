package source

import (
	"net/netip"
	"time"

	"github.com/ovation-live/ovation/internal/limit"
)

// A source's connections that are in the middle of a TLS handshake or of the head of a request. Of more than a share the oldest is
// closed where it has been at it for longer than networks take, so that an audience behind one address gets in that comes back at
// once; of more than half of all it is closed in any case.
const (
	freshShare = 8
	// FreshHalf is the part of its connections beyond which age does not matter.
	FreshHalf = 2
	// FreshTime is what networks take.
	FreshTime = 2 * time.Second
)

// Fresh are the connections that have yet to ask for something whole, by source. It has no lock of its own.
type Fresh[K comparable] struct{ of map[netip.Addr]*limit.Line[K] }

// NewFresh makes an empty one.
func NewFresh[K comparable]() *Fresh[K] { return &Fresh[K]{make(map[netip.Addr]*limit.Line[K])} }

// Join adds a connection of a source that may have so many, and gives the one that is to be closed for it, if one is.
func (f *Fresh[K]) Join(key netip.Addr, conn K, kept int, now time.Time) (oldest K, cut bool) {
	line := f.of[key]
	if line == nil {
		line = limit.NewLine[K]()
		f.of[key] = line
	}
	line.Join(conn, now)
	switch n := line.Len(); {
	case n > max(1, kept/FreshHalf):
		return line.Oldest(now)
	case n > max(1, kept/freshShare):
		return line.Oldest(now.Add(-FreshTime))
	}
	return oldest, false
}

// Leave takes a connection out that has asked for something, or is gone; one that is not in it may.
func (f *Fresh[K]) Leave(key netip.Addr, conn K) {
	if line := f.of[key]; line != nil && line.Leave(conn) && line.Len() == 0 {
		delete(f.of, key)
	}
}

// Sources is how many have some.
func (f *Fresh[K]) Sources() int { return len(f.of) }
