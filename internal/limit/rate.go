package limit

import (
	"maps"
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
// bucket is full need not be kept. Keys are kept in two generations, and the older one is let go as a whole once all its
// buckets are full: what a flood of keys took is free again when it has passed.
type Rate[K comparable] struct {
	mu         sync.Mutex
	young, old generation[K] // guarded by mu
	turned     time.Time     // when young was begun; guarded by mu
	swept      time.Time     // guarded by mu
}

// generation is when each key's bucket will be full again, and when all will be.
type generation[K comparable] struct {
	full map[K]time.Time
	all  time.Time
}

// turnEvery is the least age at which a generation becomes the old one.
const turnEvery = time.Second

// NewRate makes an empty one.
func NewRate[K comparable]() *Rate[K] {
	return &Rate[K]{young: generation[K]{full: make(map[K]time.Time)}}
}

// Allow takes one from the key's bucket. When it is empty nothing is taken, and wait is how long until there is one.
func (r *Rate[K]) Allow(key K, b Bucket, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take(key, b, now)
}

// take is Allow; it holds r.mu.
func (r *Rate[K]) take(key K, b Bucket, now time.Time) (wait time.Duration) {
	r.turn(now)
	each := b.each()
	full := r.fullAt(key, b, now)
	if over := full.Add(each).Sub(now) - each*time.Duration(max(1, b.Burst)); over > 0 {
		return over
	}
	if _, known := r.get(key); !known && r.held() >= maxKeys {
		r.sweep(now)
	}
	r.put(key, full.Add(each))
	return 0
}

// turn lets the old generation go once all its buckets are full, and the young one takes its place. It holds r.mu.
func (r *Rate[K]) turn(now time.Time) {
	if now.Sub(r.turned) < turnEvery || now.Before(r.old.all) || len(r.young.full) == 0 {
		return
	}
	if r.old = r.young; !now.Before(r.old.all) {
		r.old = generation[K]{}
	}
	r.young, r.turned = generation[K]{full: make(map[K]time.Time)}, now
}

// get is when a key's bucket will be full again, if that is held. It holds r.mu.
func (r *Rate[K]) get(key K) (full time.Time, known bool) {
	if full, known = r.young.full[key]; !known {
		full, known = r.old.full[key]
	}
	return full, known
}

// put holds r.mu.
func (r *Rate[K]) put(key K, full time.Time) {
	delete(r.old.full, key)
	r.young.full[key] = full
	if full.After(r.young.all) {
		r.young.all = full
	}
}

// held is how many keys are. It holds r.mu.
func (r *Rate[K]) held() int { return len(r.young.full) + len(r.old.full) }

// Queue gives the next turn of the key's line, in which one is served in each of the bucket's shares of time: how long until
// then. A line is as long as the bucket's burst; false where it is full.
func (r *Rate[K]) Queue(key K, b Bucket, now time.Time) (turn time.Duration, ok bool) {
	r.mu.Lock() // over both: or two who come at once are told the turn of the second
	defer r.mu.Unlock()
	if r.take(key, b, now) > 0 {
		return 0, false
	}
	full, _ := r.get(key) // it was put there
	return full.Sub(now), true
}

// fullAt holds r.mu: when the key's bucket will be full again. One that was emptied under another rule, which took longer
// to fill, is empty and fills by this one's.
func (r *Rate[K]) fullAt(key K, b Bucket, now time.Time) time.Time {
	full, _ := r.get(key)
	if full.Before(now) {
		return now
	}
	if empty := now.Add(b.each() * time.Duration(max(1, b.Burst))); full.After(empty) {
		r.put(key, empty)
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
		for _, g := range []generation[K]{r.old, r.young} {
			maps.DeleteFunc(g.full, func(_ K, full time.Time) bool { return !full.After(now) })
		}
	}
	for _, g := range []generation[K]{r.old, r.young} {
		for k := range g.full { // in no order
			if r.held() < maxKeys {
				return
			}
			delete(g.full, k)
		}
	}
}

// Len is how many keys are held.
func (r *Rate[K]) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held()
}
