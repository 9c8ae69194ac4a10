package process

import (
	"context"
	"os/signal"
	"syscall"
)

// Signals gives a context that ends at the first SIGINT or SIGTERM. After that the signals have their usual effect
// again, so that a second Ctrl-C ends a drain that somebody does not want to wait for.
func Signals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
