// Package test renders the chart as helm does and holds the result to what Kubernetes, the chart's own schema and the
// binary say. It is a Go module of its own, because helm brings hundreds of packages that nothing else needs. Run it with
// make chart; -update writes the golden files and the chart's README anew.
package test
