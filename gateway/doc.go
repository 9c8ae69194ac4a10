// Package gateway holds the sockets of an audience: it serves GET /v1/ws, the pages, the few HTTP calls that pages need
// (api.go) and /livez on the public port, and drains without a storm (drain.go). It enforces identity, roles and budgets
// and knows no rules about content: those live in the services, which it calls over gRPC.
//
// The rooms of the house, in the order a tick passes them: room (state and tick) -> fanout (shards, who is sent what) ->
// conn (one socket); and the way back: conn -> session (hello, verbs) -> uplink (gRPC). frame turns messages into bytes
// and back.
package gateway
