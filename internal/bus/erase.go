package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"
)

// Erase overwrites a message's bytes on disk and takes it out of the stream. A message that is gone already is a
// success. It rewrites a block and costs milliseconds, so callers pace it. On a replicated stream the Raft log may hold
// the bytes until it is compacted.
func (b *Bus) Erase(ctx context.Context, s Stream, sequence uint64) error {
	stream, err := b.js.Stream(ctx, streamNames[s])
	if err != nil {
		return outward(err, "erase")
	}
	if err = stream.SecureDeleteMsg(ctx, sequence); err == nil {
		return nil
	}
	if _, gone := b.At(ctx, s, sequence); errors.Is(gone, ErrNotFound) {
		return nil // erased before: the server answers a second delete with a general failure
	}
	return outward(err, "erase")
}

// Purge takes everything that matches out of a stream, logically: bytes on disk go when their block is rewritten.
func (b *Bus) Purge(ctx context.Context, filter Key) error {
	stream, err := b.js.Stream(ctx, streamNames[filter.Stream])
	if err != nil {
		return outward(err, "purge")
	}
	return outward(stream.Purge(ctx, jetstream.WithPurgeSubject(filter.Subject)), "purge")
}
