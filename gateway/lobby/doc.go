// Package lobby is where connections are until they have asked for something whole. On Linux and plain TCP a newcomer is a
// descriptor and what it has sent so far: one goroutine polls them all (lobby_linux.go), so that a request of a byte a second
// costs some hundred bytes and small reads, whoever else is served.
//
// head.go finds where a request's head ends, and knows the plain handshake of a WebSocket. That one is served here, by a
// goroutine that served others before (answer_linux.go), and its descriptor goes to the socket as it is. Every other request,
// and whatever is odd about one, goes to the HTTP server together with the bytes that were read (handed_linux.go); so do
// later requests of its connection. Who sends no whole head in time is closed without a word.
//
// On other systems, and under TLS, there is no lobby: the HTTP server waits for heads.
package lobby
