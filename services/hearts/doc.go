// Package hearts counts hearts: it takes in windows of summed hearts from gateways and backends, joins what waits into
// one atomic batch of counters, and answers once that is stored. A window is named by its writer and number, and its
// marker in the same batch makes it count once, whatever is sent again and to whichever replica.
//
// service.go binds the gRPC service, record.go and totals.go hold its behaviour, flush.go the batch loop, rules.go the
// pure rules.
package hearts
