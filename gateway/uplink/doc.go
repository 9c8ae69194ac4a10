// Package uplink carries what clients send from the gateway to the services: verbs as gRPC calls on behalf of a person
// (verbs.go), hearts summed into windows (hearts.go). It knows no rules about content and answers with frames' types, so
// that a session only passes them on.
//
// A window of hearts is numbered and sent by one writer, one at a time; it is sent again with the same number until it
// is acknowledged or older than five seconds, so that it counts once whatever broke in between.
package uplink
