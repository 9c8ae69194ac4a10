// Package conn is one WebSocket: the handshake and the protocol by coder/websocket, the bytes by a transport that never
// makes its caller wait where the system allows that.
//
// The library is given a net.Conn of our own (reader.go) and sees whole messages only, from memory: bytes come in by Fill,
// pass a scanner (scan.go) that knows frames and refuses at the header what would cost us memory or patience, and a part of
// a message waits with the socket (wire.go) until the rest is there. So its reader never waits, and remembers nothing of a
// socket between two messages: one for each goroutine that reads does for all of its sockets, and a quiet socket costs
// neither a goroutine nor a buffer. What the library writes, pongs, is put into an outbox that the owner takes along, so that it can
// never stand in the middle of another frame; its close frames only tell Next why it ended. Its Close and Ping are never
// called. Reading is strict where the library is lax: a text must be UTF-8, and its kind must fit the subprotocol.
//
// There are two transports. On Linux and plain TCP the descriptor leaves Go's poller for whoever polls it (raw_linux.go):
// Fill and TryWrite are single system calls. Under TLS and on other systems Fill waits, on a goroutine of the socket's own,
// and another goroutine writes (patient.go).
//
// Whoever gets a *Closed from Fill or Next ends the socket with it; until Kill it stays open for what is still to be
// written.
package conn
