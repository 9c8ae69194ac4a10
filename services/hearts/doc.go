// Package hearts counts hearts: it takes in windows of summed hearts from gateways and backends, joins what waits into
// one atomic batch of counters, and answers once that is stored. A window is named by its writer and number, and its
// marker in the same batch makes it count once, whatever is sent again and to whichever replica.
//
// Beside the totals it keeps their course: each replica writes down every 30 s what it counted by second (pulse.go), the
// sum of all is the series (series.go), the moments that stand out of it are highlights (highlights.go is the algorithm,
// moments.go the call), and both leave as files (export.go). Round numbers become log entries (milestone.go). Hearts that
// were bots' are counted beside the total (exclude.go), and what several gateways count for one person is added up here
// (spent.go).
//
// service.go binds the gRPC service, record.go and totals.go hold its behaviour, flush.go the batch loop, rules.go the
// pure rules; sweep.go forgets the markers of writers that are gone.
package hearts
