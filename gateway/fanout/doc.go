// Package fanout sends frames to sockets: one frame to everybody in a room at each tick, personal ones in between.
//
// Sockets are divided among shards, one for each processor. A shard is one goroutine that owns its members: it reads them
// when the poller says so and hands messages to their visitors, writes them and closes them; others put commands into its
// queue, in order, and never wait. A tick is one immutable frame a variant; the sweep over members tries to write it and
// goes on, whoever cannot take it, and looks after every 256, for an eighth of the time, who wants to be read. What it must
// know of a member for that lies in the room's seats, side by side; the member itself is looked up only when something waits
// for it. A ping that is due goes along with a tick, where one comes within a second. Nobody has a queue of ticks: whoever
// falls behind skips, and catches up from the ring of the last ticks in one write (policy.go). There is no lock in a sweep,
// and nothing is allocated for a delivery. Others can wait until a sweep is over (AfterTicks), from
// 2 ms before it begins, and garbage is collected behind it (collector).
//
// What is dropped, and why, is counted by reason: a skipped tick (its totals come with the next, its comments from the
// ring), a resync (the ring did not reach back far enough: the room sends a snapshot), a slow close (no progress).
package fanout
