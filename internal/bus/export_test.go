package bus

import "context"

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
