// Package journey holds the journey tests: whole stories on the real binary, over real sockets, gRPC and disks, told in
// the order in which people would live them. Each starts processes of its own on free ports and ends them.
package journey
