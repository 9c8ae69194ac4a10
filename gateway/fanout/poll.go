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
	// wait calls ready for members that are; with block it waits until there is one, or for wake.
	wait(block bool, ready func(*Member))
	// wake ends a wait that blocks, or the next one.
	wake()
	close()
}

// alarm is how others wake a shard: at most one system call for any number of posts, and none while it works anyway.
type alarm struct{ asleep atomic.Bool }

// sounded tells whether the caller is the one to wake the shard.
func (a *alarm) sounded() bool { return a.asleep.Load() && a.asleep.CompareAndSwap(true, false) }

// portable polls nothing: every member has a goroutine that reads.
type portable struct{ bell chan struct{} }

func newPortable() *portable { return &portable{bell: make(chan struct{}, 1)} }

func (p *portable) add(*Member) error        { return nil }
func (p *portable) want(*Member, bool, bool) {}
func (p *portable) remove(*Member)           {}
func (p *portable) close()                   {}
func (p *portable) wait(block bool, _ func(*Member)) {
	if block {
		<-p.bell
	}
}

func (p *portable) wake() {
	select {
	case p.bell <- struct{}{}:
	default:
	}
}
