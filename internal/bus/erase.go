package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Erase overwrites a message's bytes on disk and takes it out of the stream. A message that is gone already is a
// success. It rewrites a block and costs milliseconds, so callers pace it. On a replicated stream the Raft log may hold
// the bytes until it is compacted.
func (b *Bus) Erase(ctx context.Context, s Stream, sequence uint64) error {
	return b.gone(ctx, s, sequence, b.take(ctx, s, sequence, true))
}

// drop takes a message out of the stream and leaves its bytes on disk until their block is rewritten: for what holds
// nothing that anybody wrote. A message that is gone already is a success.
func (b *Bus) drop(ctx context.Context, s Stream, sequence uint64) error {
	return b.gone(ctx, s, sequence, b.take(ctx, s, sequence, false))
}

// take takes a message out of the stream. The client library's calls first ask for the whole stream.
func (b *Bus) take(ctx context.Context, s Stream, sequence uint64, erase bool) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	request := fmt.Appendf(nil, `{"seq":%d,"no_erase":%t}`, sequence, !erase)
	reply, err := b.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.DELETE."+streamNames[s], request)
	if err != nil {
		return err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Success bool                `json:"success"`
	}
	switch err := json.Unmarshal(reply.Data, &answer); {
	case err != nil:
		return err
	case answer.Error != nil:
		return answer.Error
	case !answer.Success:
		return errors.New("the stream did not take it out")
	}
	return nil
}

// gone is nil when a message is no longer there: the server answers a second delete with a general failure.
func (b *Bus) gone(ctx context.Context, s Stream, sequence uint64, err error) error {
	if err == nil {
		return nil
	}
	if _, missing := b.At(ctx, s, sequence); errors.Is(missing, ErrNotFound) {
		return nil
	}
	return outward(err, "erase")
}

// Purge takes everything that matches out of a stream, logically: bytes on disk go when their block is rewritten.
func (b *Bus) Purge(ctx context.Context, filter Key) error { return b.purge(ctx, filter) }

// PurgeBelow is Purge of what stands below a sequence.
func (b *Bus) PurgeBelow(ctx context.Context, filter Key, sequence uint64) error {
	return b.purge(ctx, filter, jetstream.WithPurgeSequence(sequence))
}

func (b *Bus) purge(ctx context.Context, filter Key, of ...jetstream.StreamPurgeOpt) error {
	stream, err := b.js.Stream(ctx, streamNames[filter.Stream])
	if err != nil {
		return outward(err, "purge")
	}
	return outward(stream.Purge(ctx, append(of, jetstream.WithPurgeSubject(filter.Subject))...), "purge")
}
