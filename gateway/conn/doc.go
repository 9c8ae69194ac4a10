// Package conn is one WebSocket: the handshake and the reading by coder/websocket, the writing by exactly one writer, a
// shard of package fanout.
//
// coder/websocket is given a net.Conn of our own (wire.go) with small buffers. What it reads comes from the socket; what it
// writes (pongs, close replies) is put into an outbox that the shard takes along, so that it can never stand in the middle
// of a shard's frame or wait for a slow socket. The library's Close and Ping are never called: close and ping frames are
// written by the shard. Reading is strict where the library is lax: a text must be UTF-8, and its kind must fit the
// subprotocol.
package conn
