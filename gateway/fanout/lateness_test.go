package fanout_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ovation-live/ovation/gateway/fanout"
	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/internal/telemetry"
)

// Each tick tells once how late it was, when the last shard has tried everybody, also when ticks overtake sweeps, when a
// shard has nobody, and after the last one left.
func TestEachTickTellsItsLatenessOnce(t *testing.T) {
	tel, err := telemetry.Start(t.Context(), telemetry.Options{Part: "gateway", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	told := func() string {
		w := httptest.NewRecorder()
		tel.Metrics.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for line := range strings.Lines(w.Body.String()) {
			if n, ok := strings.CutPrefix(line, "ovation_gateway_tick_lateness_seconds_count "); ok {
				return strings.TrimSpace(n)
			}
		}
		return "0"
	}
	until := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); told() != want; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s ticks told their lateness, want %s", told(), want)
			}
		}
	}
	var room *fanout.Room
	members := make(chan *fanout.Member, 3)
	h := build(t, false, fanout.Options{Shards: 3, PingEvery: time.Hour}, visitor{}, func(m *fanout.Member) {
		room.Join(m, frame.Viewer, nil, 0)
		members <- m
	})
	room = h.engine.NewRoom(func(*fanout.Member) {})
	publish := func(from, to uint64) {
		for v := from; v <= to; v++ {
			n := tick(t, v, 100)
			n.Due = time.Now()
			room.Publish(n)
		}
	}
	publish(1, 2) // nobody is there
	until("2")
	first, second := dial(t, h.url), dial(t, h.url)
	<-members
	<-members
	publish(3, 40) // faster than sweeps
	until("40")
	_ = first.CloseNow()
	_ = second.CloseNow()
	publish(41, 50)
	until("50")
}
