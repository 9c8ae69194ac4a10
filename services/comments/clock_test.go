package comments_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
)

// 47: comments stand in the order in which they were acknowledged, whatever the clocks of the replicas say that took them: set
// by an hour, apart by 10 s, or with a second that comes twice. Nobody waits longer for a turn for it.
func Test47OrderIsBySequenceUnderClocksThatDiffer(t *testing.T) {
	g := newStage(t)
	g.bed.Room("main", func(r *eventv1.Room) { r.Settings.SlowModeSeconds = 1 })
	var want []string
	var times []time.Time
	for i, by := range []time.Duration{0, time.Hour, -time.Hour, 10 * time.Second, -10 * time.Second, -time.Second, 0} {
		g.mu.Lock()
		g.now = testbed.Stepped(t, time.Now(), by)
		g.mu.Unlock()
		if i%2 == 0 {
			g.service() // another replica
		}
		text := fmt.Sprint("number ", i)
		c := g.post(fmt.Sprint("person-", i), "main", fmt.Sprint("request-", i), text)
		want, times = append(want, text), append(times, c.GetCreateTime().AsTime())
	}
	if slices.IsSortedFunc(times, time.Time.Compare) {
		t.Fatalf("the clocks did not differ: %v", times)
	}
	if got := g.list("main"); !slices.Equal(got, want) {
		t.Errorf("listed as %q, acknowledged as %q", got, want)
	}
	// One person under slow mode, whose replica's clock is set back by an hour between two comments.
	g.post("slow", "main", "request-slow-1", "once")
	g.mu.Lock()
	g.now = testbed.Stepped(t, g.now.Add(1100*time.Millisecond), -time.Hour)
	g.mu.Unlock()
	g.post("slow", "main", "request-slow-2", "and again after its second")
}
