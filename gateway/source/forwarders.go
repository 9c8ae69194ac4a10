package source

import (
	"net/netip"
	"sync"
	"time"
)

// Bounds of what is remembered of peers that forwarded something: any of them can be there for a header.
const (
	maxForwarders = 1000
	forwarderAge  = time.Hour // since it last did
)

// forwarders are the peers that forwarded something of late.
type forwarders struct {
	mu   sync.Mutex
	last map[netip.Addr]time.Time // when each last did; guarded by mu
}

func newForwarders() *forwarders { return &forwarders{last: make(map[netip.Addr]time.Time)} }

func (f *forwarders) note(peer netip.Addr, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.last[peer]; !known && len(f.last) >= maxForwarders {
		f.forget()
	}
	f.last[peer] = now
}

func (f *forwarders) has(peer netip.Addr, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	last, known := f.last[peer]
	return known && now.Sub(last) < forwarderAge
}

// forget makes room for one: whoever has forwarded nothing for the longest goes. It holds f.mu.
func (f *forwarders) forget() {
	var oldest netip.Addr
	for peer, last := range f.last {
		if !oldest.IsValid() || last.Before(f.last[oldest]) {
			oldest = peer
		}
	}
	delete(f.last, oldest)
}
