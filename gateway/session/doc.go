// Package session is one client's visit: the hello that says who it is and where it stands, then verbs until the socket
// ends. It judges identity (hello.go), role and pace, and passes everything about content on to the services; it never
// writes to a socket itself, the member of package fanout does.
//
// A session is no goroutine: the shard of its socket calls it with each message and serves nobody else meanwhile. So only
// what is a matter of microseconds is done there: decoding, taps, the choice of a lane. The hello and a fresh token are
// judged on a goroutine for which the reading waits; verbs, at most eight at a time, on goroutines beside it. Whatever is refused is a fault with the reason and the id of the frame; the socket lives
// until its budget of errors is spent.
package session
