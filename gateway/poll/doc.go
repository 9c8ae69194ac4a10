// Package poll watches descriptors that Go's poller does not know, by an epoll of its own. Shards and the lobby have one each
// (poll_linux.go); on other systems there is none.
package poll
