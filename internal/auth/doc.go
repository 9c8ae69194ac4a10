// Package auth says who calls: it makes and verifies tokens (keys.go, verify.go), knows roles (role.go), turns a subject
// into the keyed hash that stands in stored data (person.go), and guards gRPC methods by a table (policy.go). Nothing is
// allowed that the table does not allow, and a token's own words about how to verify it are never believed.
package auth
