package pause_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovation-live/ovation/internal/pause"
)

func TestFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if !pause.For(t.Context(), time.Minute) || time.Since(begun) != time.Minute {
			t.Errorf("a minute took %v", time.Since(begun))
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		if pause.For(ctx, time.Minute) || time.Since(begun) != time.Second {
			t.Errorf("a context that ended after a second was waited for %v", time.Since(begun))
		}

		for _, d := range []time.Duration{0, -time.Second} {
			if pause.For(ctx, d) {
				t.Errorf("%v: a context that has ended goes on", d)
			}
			if !pause.For(t.Context(), d) {
				t.Errorf("%v: a context that lives has ended", d)
			}
		}
	})
}
