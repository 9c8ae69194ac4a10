// Package rpc makes gRPC servers and connections the one way Ovation uses them: faults with their details, tokens and
// policy, limits and keepalive, traces, health; and on the calling side retries of what is safe to retry and a balancer
// that sends one person's calls in one room to one replica. pages.go holds page sizes and page tokens (AIP-158).
package rpc
