// Package process holds what every Ovation process needs around its work: the data directory with its lock, the
// context that a signal ends, and the stack of parts that are started bottom up and ended top down. It knows nothing of
// rooms, NATS or gRPC; package config says how a process is set up and cmd/ovation puts the two together.
package process
