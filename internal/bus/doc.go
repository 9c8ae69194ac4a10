// Package bus is the one door to NATS JetStream: it starts the embedded server, connects, makes and checks the streams,
// and offers the few primitives that the rest is built on. Nobody else imports nats.go or knows a stream's name or a
// subject; keys.go turns rooms and ids into subjects and streams.go says what each stream keeps.
//
// The primitives, by kind of data:
//
//	log      Append (message id makes a retry harmless), Range and At to read, Tail for live copies
//	state    Put (compare-and-set on the key's sequence), Last, LastMany, Keys to read, Consume to follow
//	counter  Increment (one atomic batch with a marker per writer's window), live copies carry the running total
//
// Errors are ErrConflict, ErrNotFound, ErrTooMany, or a fault.Fault (STORE_UNAVAILABLE, STORE_FULL). A live copy is at
// most once: whoever needs every message compares sequences and reads what is missing, as package follow does.
package bus
