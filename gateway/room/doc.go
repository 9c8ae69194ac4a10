// Package room is one live room on one gateway: it collects what the followers bring, turns it into one tick per
// interval, keeps what newcomers and returning clients need, and hands encoded frames to package fanout.
//
// Who owns what: followers' sinks only append to the inbox (inbox.go); everything else of a room belongs to the
// goroutine of Run, which drains the inbox at a tick, applies it to the model (model.go), publishes the tick (tick.go)
// and answers joins between ticks (join.go), so that a snapshot is exactly the state of the last tick. What viewers may
// see is decided by the field-by-field copies in audience.go and by nothing else. The pure rules stand apart: display.go
// (which comments are shown), interval.go (how long a tick lasts), budget.go (which taps count).
package room
