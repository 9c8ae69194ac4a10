package room

import (
	"log/slog"
	"testing"

	"github.com/ovation-live/ovation/gateway/frame"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// 33: a cursor is a stranger's; whatever it says, what follows it is honoured whole or not at all.
func FuzzCursor(f *testing.F) {
	for _, c := range []struct {
		epoch      string
		log, state uint64
	}{{"epoch", 0, 0}, {"epoch", 7, 3}, {"epoch", 1<<64 - 1, 1<<64 - 1}, {"", 0, 0}, {"other", 7, 3}, {"epoch\x00", 1, 1}} {
		f.Add(c.epoch, c.log, c.state)
	}
	f.Fuzz(func(t *testing.T, epoch string, log, state uint64) {
		m := newModel(slog.New(slog.DiscardHandler))
		m.epoch, m.floor, m.position.log, m.position.state = "epoch", 5, 9, 4
		tick := m.since(&gatewayv1.Cursor{Epoch: epoch, Log: log, State: state}, frame.Viewer, 1)
		if tick == nil {
			return
		}
		if epoch != m.epoch || log < m.floor {
			t.Fatalf("a cursor of %q at %d is honoured, which misses what came before %d", epoch, log, m.floor)
		}
		if at := tick.GetCursor(); at.GetEpoch() != m.epoch || at.GetLog() > max(log, m.position.log) {
			t.Fatalf("the cursor after it is %v", at)
		}
	})
}
