// Package session is one client's visit: the hello that says who it is and where it stands, then verbs until the socket
// ends. It judges identity (hello.go), role and pace, and passes everything about content on to the services; it never
// writes to a socket itself, the member of package fanout does.
//
// A session is one goroutine that reads, plus one for each verb under way (at most eight). Taps are taken in place: they
// are counted and forgotten. Whatever is refused is a fault with the reason and the id of the frame; the socket lives
// until its budget of errors is spent.
package session
