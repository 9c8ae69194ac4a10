// Package fault is the one way Ovation says no. A Fault carries a reason (the same word in gRPC's ErrorInfo, in the
// socket's fault frame and in the docs), a sentence for a person, and where it helps the field, the metadata and the
// time after which trying again makes sense.
//
// reasons.go is the table of reasons with their gRPC codes; closes.go the table of socket close codes; grpc.go carries a
// Fault over gRPC and back. An error that is no Fault is "internal" outside and written to the log in full.
package fault
