// Package once makes a request that is sent twice happen once. An ID is derived from who asks, where, and the request id
// they chose, so that a stream's duplicate window, which knows neither rooms nor people, never takes one person's request
// for another's; a Memory answers a known request before any rule may refuse it.
//
// What a process forgets at its end is covered by the store: the same ID is the message id there.
package once
