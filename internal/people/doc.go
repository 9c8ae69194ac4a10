// Package people holds what is known about people in a room beyond what they write: measures that moderators have taken
// against them (bans, time-outs, shadow bans), and reports by viewers. Both are documents of the state stream, changed by
// compare-and-set, and followed by services, which judge by them, and by gateways, which act on sockets.
//
// standing.go has the pure rules of measures, judge.go their use by services, change.go how a document is changed,
// reports.go the reports, names.go what hosts and moderators are called and who
// imitates them, trace.go the keyed hash of a guest's network and client, network.go that of a voter's network.
package people
