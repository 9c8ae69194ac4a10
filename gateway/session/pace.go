package session

import (
	"sync"
	"time"
)

// born is where the buckets of sockets count from: a clock that is set must not fill or empty any.
var born = time.Now()

// spent is what one socket has used of something: it flows back, at so much a second.
type spent struct {
	n  float32
	at time.Duration // since born
}

// flow gives back what has come back until now.
func (s *spent) flow(now time.Duration, perSecond float32) {
	s.n = max(0, s.n-float32(max(0, now-s.at).Seconds())*perSecond)
	s.at = now
}

// pace is what a socket has spent of its frames and their bytes. Both are refilled by so many a second; frames are full at
// four times as many, bytes at eight times.
type pace struct{ frames, bytes spent }

// allow takes a frame of so many bytes, or nothing. It is asked before the frame is decoded, because that is what costs.
func (p *pace) allow(now time.Time, size int, l *Limits) bool {
	at := now.Sub(born)
	p.frames.flow(at, float32(l.Frames))
	p.bytes.flow(at, float32(l.Bytes))
	if p.frames.n+1 > float32(burstOfFrames*l.Frames) || p.bytes.n+float32(size) > float32(l.byteBurst()) {
		return false
	}
	p.frames.n++
	p.bytes.n += float32(size)
	return true
}

// patience is with how much of what it should not have sent a socket is borne: it comes back over comeBack, so that
// somebody who is here for hours may be wrong now and then.
type patience struct {
	mu    sync.Mutex
	spent spent // guarded by mu
}

const comeBack = 10 * time.Minute

// spend tells whether more than most is spent with this.
func (p *patience) spend(now time.Time, n, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spent.flow(now.Sub(born), float32(float64(most)/comeBack.Seconds()))
	p.spent.n += float32(n)
	return p.spent.n > float32(most)
}
