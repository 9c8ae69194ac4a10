// Package pause waits for a while, or until there is no need to. It is the one home of a wait that a context ends; whoever
// must hear of something else meanwhile selects by itself.
package pause

import (
	"context"
	"time"
)

// For waits, and is false when the context ended first. A time that is over or none at all is no wait: then it only looks
// at the context.
func For(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
