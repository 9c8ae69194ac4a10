package judge

import (
	"context"
	"errors"

	"github.com/ovation-live/ovation/internal/fault"
)

// Result is the word for an outcome in a metric's label: "ok", or the reason of the fault.
func Result(err error) string {
	if err == nil {
		return "ok"
	}
	if f, ok := fault.Of(err); ok {
		return string(f.Reason)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return string(fault.DeadlineExceeded)
	case errors.Is(err, context.Canceled):
		return string(fault.Canceled)
	}
	return string(fault.Internal)
}
