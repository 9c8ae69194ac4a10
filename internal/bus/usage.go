package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Usage is how full a stream is and how its copies stand.
type Usage struct {
	// Stream is its name, such as OV_LOG.
	Stream string `json:"stream"`
	// Bytes and Messages it holds.
	Bytes    uint64 `json:"bytes"`
	Messages uint64 `json:"messages"`
	// Limit is the most bytes it may hold; 0 where there is none.
	Limit uint64 `json:"limit"`
	// Behind counts the copies that are away or have not caught up with the leader; 0 without copies.
	Behind int `json:"behind"`
	// Missing is true when the store has no such stream: somebody deleted it.
	Missing bool `json:"missing,omitempty"`
}

// Usage asks the server about every stream.
func (b *Bus) Usage(ctx context.Context) ([]Usage, error) {
	var all []Usage
	for _, name := range streamNames {
		s, err := b.js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			all = append(all, Usage{Stream: name, Missing: true})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("look at the stream %s: %w", name, outward(err, "usage"))
		}
		info := s.CachedInfo()
		u := Usage{Stream: name, Bytes: info.State.Bytes, Messages: info.State.Msgs, Limit: uint64(max(0, info.Config.MaxBytes))}
		if info.Cluster != nil {
			for _, r := range info.Cluster.Replicas {
				if r.Offline || !r.Current {
					u.Behind++
				}
			}
		}
		all = append(all, u)
	}
	return all, nil
}
