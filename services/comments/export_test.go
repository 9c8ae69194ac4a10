package comments

import (
	"context"

	"github.com/ovation-live/ovation/internal/bus"
)

// ErasedUpTo is the eraser's stored position.
func ErasedUpTo(ctx context.Context, b *bus.Bus) (uint64, error) {
	p, err := readPosition(ctx, b)
	return p.upto, err
}
