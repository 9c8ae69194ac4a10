package follow

import (
	"context"
	"time"

	"github.com/ovation-live/ovation/internal/bus"
)

// LoseNext drops the next live copies, as a broker or a full channel may.
func (l *Log) LoseNext(n int) { l.live.LoseNext(n) }

// LoseNext drops the next live copies.
func (c *Counters) LoseNext(n int) { c.live.LoseNext(n) }

// CheckEvery sets how often the ends of logs are looked at, before Run.
func (l *Log) CheckEvery(d time.Duration) { l.check = d }

// CheckEvery sets how often the position is compared with the stream's end, before Run.
func (d *Documents) CheckEvery(every time.Duration) { d.check = every }

// Clock sets what tells the time, before Run.
func (d *Documents) Clock(now func() time.Time) { d.now = now }

// Clock sets what tells the time, before the first room is opened.
func (v *Views) Clock(now func() time.Time) { v.now = now }

// CloseIdle closes rooms as Run does each minute.
func (v *Views) CloseIdle() { v.closeIdle(v.now().Add(-idleView)) }

// Opened is how many rooms are open.
func (v *Views) Opened() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.views)
}

// End is where the stream's end was seen by the last look of Reach.
func (d *Documents) End() uint64 { return d.end.Load() }

// Lag makes every replica one that holds nothing of what is looked for, before Run.
func (l *Log) Lag() {
	l.read = func(context.Context, bus.Key, uint64) ([]bus.Record, error) { return nil, nil }
}
