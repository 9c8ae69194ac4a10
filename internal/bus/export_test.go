package bus

import (
	"context"
	"maps"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Misconfigure changes a stream as an operator might.
func Misconfigure(ctx context.Context, b *Bus) error {
	stream, err := b.js.Stream(ctx, streamNames[Log])
	if err != nil {
		return err
	}
	config := stream.CachedInfo().Config
	config.MaxMsgsPerSubject = 5
	_, err = b.js.UpdateStream(ctx, config)
	return err
}

// OldMarkers and Drop are the two halves of ForgetWriters.
func OldMarkers(ctx context.Context, b *Bus, age time.Duration) ([]uint64, error) {
	return b.oldMarkers(ctx, age)
}

func Drop(ctx context.Context, b *Bus, sequence uint64) error { return b.drop(ctx, Counters, sequence) }

// Delete deletes a stream as an operator might.
func Delete(ctx context.Context, b *Bus, s Stream) error {
	return b.js.DeleteStream(ctx, streamNames[s])
}

// PutDocuments is a restore that was cut short before it could mark the documents that it had put.
func PutDocuments(ctx context.Context, b *Bus, dir string) error {
	return b.refill(ctx, streamNames[State], filepath.Join(dir, streamNames[State]))
}

// Described is how many descriptions of streams there are, and whether all of them are on the disk as they are.
func Described(s *Server) (n int, synced bool) {
	now, err := s.described()
	last := s.synced.Load()
	return len(now), err == nil && last != nil && maps.Equal(now, *last)
}

// JetStream is the client library's own, on the bus's connection.
func JetStream(b *Bus) jetstream.JetStream { return b.js }
