package limit

import (
	"sync"
	"time"
)

// Bucket is how often: Burst at once, and as many again in Per.
type Bucket struct {
	Burst int
	Per   time.Duration
}

// each is the time in which one comes back.
func (b Bucket) each() time.Duration { return max(1, b.Per/time.Duration(max(1, b.Burst))) }

// maxKeys bounds a Rate's and a Count's memory, at about 100 bytes a key.
const maxKeys = 200_000

// Rate is one bucket for each key, by the generic cell rate algorithm (ITU-T I.371): a key costs one time, and one whose
// bucket is full need not be kept.
type Rate[K comparable] struct {
	mu    sync.Mutex
	full  map[K]time.Time // when the key's bucket will be full again; guarded by mu
	swept time.Time       // guarded by mu
}

// NewRate makes an empty one.
func NewRate[K comparable]() *Rate[K] { return &Rate[K]{full: make(map[K]time.Time)} }

// Allow takes one from the key's bucket. When it is empty nothing is taken, and wait is how long until there is one.
func (r *Rate[K]) Allow(key K, b Bucket, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take(key, b, now)
}

// take is Allow; it holds r.mu.
func (r *Rate[K]) take(key K, b Bucket, now time.Time) (wait time.Duration) {
	each := b.each()
	full := r.fullAt(key, b, now)
	if over := full.Add(each).Sub(now) - each*time.Duration(max(1, b.Burst)); over > 0 {
		return over
	}
	if _, known := r.full[key]; !known && len(r.full) >= maxKeys {
		r.sweep(now)
	}
	r.full[key] = full.Add(each)
	return 0
}

// Queue gives the next turn of the key's line, in which one is served in each of the bucket's shares of time: how long until
// then. A line is as long as the bucket's burst; false where it is full.
func (r *Rate[K]) Queue(key K, b Bucket, now time.Time) (turn time.Duration, ok bool) {
	r.mu.Lock() // over both: or two who come at once are told the turn of the second
	defer r.mu.Unlock()
	if r.take(key, b, now) > 0 {
		return 0, false
	}
	return r.full[key].Sub(now), true
}

// fullAt holds r.mu: when the key's bucket will be full again. One that was emptied under another rule, which took longer
// to fill, is empty and fills by this one's.
func (r *Rate[K]) fullAt(key K, b Bucket, now time.Time) time.Time {
	full := r.full[key]
	if full.Before(now) {
		return now
	}
	if empty := now.Add(b.each() * time.Duration(max(1, b.Burst))); full.After(empty) {
		r.full[key] = empty
		return empty
	}
	return full
}

// Missing is how long the key's bucket takes to be full again; it takes nothing.
func (r *Rate[K]) Missing(key K, b Bucket, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fullAt(key, b, now).Sub(now)
}

// Empty tells whether Allow would refuse now; it takes nothing.
func (r *Rate[K]) Empty(key K, b Bucket, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	each := b.each()
	full := r.fullAt(key, b, now)
	return full.After(now) && full.Add(each).Sub(now) > each*time.Duration(max(1, b.Burst))
}

// sweep forgets keys whose buckets are full, at most once a second. When none is, and there is no room, some are forgotten
// all the same: a flood of keys gives a few of them another burst and takes no memory.
func (r *Rate[K]) sweep(now time.Time) {
	if now.Sub(r.swept) >= time.Second {
		r.swept = now
		for k, full := range r.full {
			if !full.After(now) {
				delete(r.full, k)
			}
		}
	}
	for k := range r.full { // in no order
		if len(r.full) < maxKeys {
			return
		}
		delete(r.full, k)
	}
}

// Len is how many keys are held.
func (r *Rate[K]) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.full)
}
