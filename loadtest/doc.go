// Package loadtest proves what Ovation promises under load, and fills a room with a made-up crowd for a demo. It is the
// `ovation loadtest` command (command.go) over rooms of its own: viewer is one client, server starts or names what is
// tested, show is the scenario of a whole show at an open loop, posts
// the one of comments over gRPC, crowd is the demo's audience, journey holds the tests that
// read as stories.
package loadtest
