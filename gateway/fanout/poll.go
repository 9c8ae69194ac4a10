package fanout

import "sync/atomic"

// poller tells a shard which members can be read or written, and that somebody has posted something. All but wake belong to
// the shard's goroutine.
type poller interface {
	// add watches a member for reading. A member without a descriptor is none of a poller's business.
	add(m *Member) error
	// want changes what a member is watched for.
	want(m *Member, read, write bool)
	// remove forgets a member; its descriptor is still open.
	remove(m *Member)
	// wait calls ready for members that are, at most so many, and tells of how many; with block it waits until there is one, or
	// for wake.
	wait(block bool, most int, ready func(*Member)) int
	// wake ends a wait that blocks, or the next one.
	wake()
	close()
}

// alarm is how others wake a shard: at most one system call for any number of posts, and none while it works anyway.
type alarm struct{ asleep atomic.Bool }

// sounded tells whether the caller is the one to wake the shard.
func (a *alarm) sounded() bool { return a.asleep.Load() && a.asleep.CompareAndSwap(true, false) }
