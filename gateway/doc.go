// Package gateway holds the sockets of an audience: it serves GET /v1/ws, the pages, the few HTTP calls that pages need
// (api.go) and /livez on the public port, and drains without a storm (drain.go). It enforces identity, roles and budgets
// and knows no rules about content: those live in the services, which it calls over gRPC.
//
// The rooms of the house, in the order a tick passes them: room (state and tick) -> fanout (shards, who is sent what) ->
// conn (one socket); and the way back: conn -> session (hello, verbs) -> uplink (gRPC). frame turns messages into bytes
// and back. Newcomers wait in the kernel (pace.go), then in the lobby (on plain TCP: a descriptor and what was sent of a
// request), and are let in by the limits of their source (sources.go) and the door (door.go). poll is the epoll that shards and
// the lobby share the code of.
//
// # The engine
//
// What costs is one TCP send for each viewer and tick. So a tick is encoded once for each variant ({JSON, protobuf} x
// {viewer, moderator}) and the same bytes are written to everybody.
//
// Who owns what. A room's model belongs to the room's goroutine; followers put what comes into its inbox, and others post
// functions to it. A socket belongs to one shard, one goroutine for each processor: it alone reads, writes, polls and
// ends it. Everybody else posts commands into the shard's queue, which keep their order: a viewer that joins at tick v is
// queued its snapshot before tick v+1, so that nothing has to be held back. A session is called by the shard and must not
// wait. What has yet to be a socket is the lobby's, one goroutine, and what was one is the closer's. A sweep reads a room's
// seats, which lie side by side, and sends without telling Go's scheduler; after every 256 it polls and yields. Messages are
// read by one reader for all of a shard's sockets, so that a quiet viewer holds no buffer.
//
// Ticks go first: little is read at a time, less in a sweep; who floods is not read for a while; newcomers wait for a sweep's
// end, from when its tick is about to come (fanout's AfterTicks, pace.go, lobby), and so do windows of hearts (uplink), the
// sockets of those who have gone (fanout's closer) and, where it can, the garbage collector (fanout's collector).
//
// Locks are leaves: a room's list of sessions, a shard's queue, a person's budget, a session's phase. Whoever holds one
// takes no other but, from a room's list or a session's phase, a shard's queue; none is held over a system call, and none is taken between the sends
// of a sweep, only where it begins and ends.
//
// What is dropped, and why. Nobody has a queue of ticks. Who cannot take one now skips it (skipped): totals come again with
// the next, comments and removals come from the ring of the last 64 ticks in one write; behind the ring, or behind a
// removed comment, comes a snapshot (resync). The slow lane is sent ten ticks at once, or what comes in the time of ten. Personal
// frames wait, up to 256 KiB and one more (overflow). Who takes nothing of what waits,
// or answers no ping, for a minute is closed and may come back (slow). Taps beyond a person's budget are not counted, comments
// beyond a room's display budget are counted in notShown.
package gateway
