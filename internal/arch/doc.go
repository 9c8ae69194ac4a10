// Package arch holds tests of the repository's own shape: what every package owes its reader, and what no file may hold.
// The fences between packages stand in internal/docs, beside the document that explains them.
package arch
