package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Fill is how near a stream is to its bounds.
type Fill struct {
	// Bytes that it holds, and the most; 0 where there is no limit.
	Bytes, MostBytes uint64
	// First is when its oldest message was stored; zero while it is empty.
	First time.Time
	// Age is how old a message becomes; 0 for ever.
	Age time.Duration
	// Keys are the messages on each key that was asked for, and MostOfKey the most on one; 0 where there is no limit.
	Keys      map[string]uint64
	MostOfKey uint64
}

// Fill asks the leader how full a stream is, and how full the keys of a filter are.
func (b *Bus) Fill(ctx context.Context, filter Key) (Fill, error) {
	stream, err := b.js.Stream(ctx, streamNames[filter.Stream])
	if err != nil {
		return Fill{}, outward(err, "look at")
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter.Subject))
	if err != nil {
		return Fill{}, outward(err, "look at")
	}
	return Fill{
		Bytes: info.State.Bytes, MostBytes: uint64(max(0, info.Config.MaxBytes)), First: info.State.FirstTime, Age: info.Config.MaxAge,
		Keys: info.State.Subjects, MostOfKey: uint64(max(0, info.Config.MaxMsgsPerSubject)),
	}, nil
}

// Shorten takes the oldest messages of a key out of a stream, logically, until so many are left.
func (b *Bus) Shorten(ctx context.Context, k Key, left uint64) error {
	stream, err := b.js.Stream(ctx, streamNames[k.Stream])
	if err != nil {
		return outward(err, "shorten")
	}
	return outward(stream.Purge(ctx, jetstream.WithPurgeSubject(k.Subject), jetstream.WithPurgeKeep(left)), "shorten")
}
