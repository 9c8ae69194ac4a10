// Package follow keeps a process's copy of what is stored, one way for each kind of data: Documents for state (one
// ordered consumer a process and stream, gap-free by construction), Log for a room's ordered log (live copies, gaps
// found by sequence and filled by reading), Counters for running totals (any later copy repairs an earlier loss). Views
// stands on Documents and gives services a room's settings and documents by a map look-up.
//
// Sinks are called in sequence order, never two at a time for one subscription, and must not block: they put what they
// get somewhere and return. Nothing here is per viewer, and nothing per room costs the broker more than a core
// subscription.
package follow
