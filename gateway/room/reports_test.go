package room

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// However reports come and are settled, a moderator who joined once knows the latest maxReports of those that wait, and none that
// does not.
func TestModeratorsKnowTheLatestReports(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		m := &model{reports: make(map[string]reported)}
		sequence := uint64(0)
		put := func(id string, settled int64) {
			sequence++
			m.reports[id] = reported{doc: &eventv1.Reports{Kind: "question", People: []string{"p"}, SettledMs: settled}, sequence: sequence}
		}
		for n := range random.IntN(2*maxReports + 1) {
			put(fmt.Sprintf("%06d", n), 0)
		}
		changed := func(after uint64) *changes {
			c := newChanges()
			c.reports = make(map[string]bool)
			for id, r := range m.reports {
				if r.sequence > after {
					c.reports[id] = true
				}
			}
			m.rankReports(c)
			return c
		}
		known := make(map[string]bool)
		tell := func(wanted func(string, reported) bool) {
			for _, r := range m.reportsFor(new(gatewayv1.Moderation), wanted).GetReports() {
				known[r.GetItem()] = r.GetPeople() > 0
			}
		}
		changed(0)
		tell(func(_ string, r reported) bool { return r.waits() })
		for range 20 {
			before, total := sequence, len(m.reports)
			for range random.IntN(61) {
				if total > 0 {
					put(fmt.Sprintf("%06d", random.IntN(total)), int64(random.IntN(4))) // one in four waits again
				}
			}
			for range random.IntN(31) {
				put(fmt.Sprintf("%06d", len(m.reports)), 0)
			}
			if c := changed(before); seed%2 == 0 { // with the tick, or by coming back after it
				tell(func(id string, _ reported) bool { return c.reports[id] })
			} else {
				tell(func(id string, r reported) bool { return r.sequence > before || m.reportTop[id] > before })
			}
			var waiting []string
			for id, r := range m.reports {
				switch {
				case r.waits():
					waiting = append(waiting, id)
				case known[id]:
					t.Fatalf("seed %d: %s waits no more, and is known", seed, id)
				}
			}
			slices.SortFunc(waiting, func(a, b string) int { return int(m.reports[b].sequence) - int(m.reports[a].sequence) })
			for n, id := range waiting[:min(len(waiting), maxReports)] {
				if !known[id] {
					t.Fatalf("seed %d: %s is number %d of those that wait, and is not known", seed, id, n+1)
				}
			}
		}
	}
}
