package limit

import "sync"

// Count is how many things of each key are open at once. Its keys are bounded by what is open.
type Count[K comparable] struct {
	mu   sync.Mutex
	open map[K]int // guarded by mu
}

// NewCount makes an empty one.
func NewCount[K comparable]() *Count[K] { return &Count[K]{open: make(map[K]int)} }

// Take counts one more of the key, unless there are most already.
func (c *Count[K]) Take(key K, most int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key] >= most {
		return false
	}
	c.open[key]++
	return true
}

// Release counts one less.
func (c *Count[K]) Release(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key]--; c.open[key] <= 0 {
		delete(c.open, key)
	}
}

// Open is how many of the key are.
func (c *Count[K]) Open(key K) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open[key]
}

// Len is how many keys have something open.
func (c *Count[K]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}
