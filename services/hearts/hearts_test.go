package hearts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/bus"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

const gateway = "01JD3ZK9Q0000000000000000A"

// replica starts a service; stop ends it.
func replica(t *testing.T, b *testbed.Bed) (s *hearts.Service, stop func()) {
	t.Helper()
	s = hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-done }) }
	t.Cleanup(stop)
	return s, stop
}

func batch(writer string, window uint64, room string, count uint64) *heartsv1.RecordBatchRequest {
	return &heartsv1.RecordBatchRequest{Writer: writer, Window: window, Sums: []*heartsv1.HeartSum{{Room: room, Kind: "heart", Count: count}}}
}

func record(t *testing.T, s *hearts.Service, r *heartsv1.RecordBatchRequest) *heartsv1.RecordBatchResponse {
	t.Helper()
	ctx, cancel := context.WithTimeout(testbed.As(t.Context(), auth.Service, "gw"), 5*time.Second)
	defer cancel()
	response, err := s.RecordBatch(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func hearted(t *testing.T, s *hearts.Service, room string) uint64 {
	t.Helper()
	response, err := s.GetHeartTotals(testbed.As(t.Context(), auth.Viewer, "ann"), &heartsv1.GetHeartTotalsRequest{Room: room})
	if err != nil {
		t.Fatal(err)
	}
	return response.GetTotals()["heart"]
}

func TestAWindowCountsOnceWhereverItIsSent(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	one, stopOne := replica(t, b)
	two, stopTwo := replica(t, b)
	record(t, one, batch(gateway, 1, "main", 10))
	record(t, one, batch(gateway, 1, "main", 10)) // the answer was lost
	record(t, two, batch(gateway, 1, "main", 10)) // and another replica was asked
	record(t, two, batch(gateway, 2, "main", 5))
	if got := hearted(t, one, "main"); got != 15 {
		t.Fatalf("total %d, want 15", got)
	}
	stopOne()
	stopTwo()
	b.Restart(nil)
	three, _ := replica(t, b)
	record(t, three, batch(gateway, 2, "main", 5)) // after a restart of the broker
	if got := hearted(t, three, "main"); got != 15 {
		t.Fatalf("after a restart %d, want 15", got)
	}
}

// The markers of all windows are looked at while a window's sender does not know yet that it was stored.
func TestALateRetryCountsOnceAlsoAfterASweep(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	first, stop := replica(t, b)
	record(t, first, batch(gateway, 1, "main", 5))
	stop()
	b.Restart(nil)
	second, _ := replica(t, b)
	second.Sweep(t.Context(), hearts.RetryLife)
	record(t, second, batch(gateway, 1, "main", 5))
	if got := hearted(t, second, "main"); got != 5 {
		t.Errorf("total %d, want 5: a retry within its life is a duplicate", got)
	}
	second.Sweep(t.Context(), 0)
	if stands, err := b.Bus.Applied(t.Context(), bus.Window{Writer: gateway, Number: 1}); stands || err != nil {
		t.Errorf("the marker of a writer that is gone stands: %v, %v", stands, err)
	}
	if got := hearted(t, second, "main"); got != 5 {
		t.Errorf("total %d after the sweep, want 5", got)
	}
}

func TestABatchWithAnAppliedWindowKeepsTheOther(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	one, stopOne := replica(t, b)
	record(t, one, batch(gateway, 1, "main", 10))
	stopOne()
	// A fresh replica gets the first window again together with one that is new: both wait before it runs.
	two := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
	var wg sync.WaitGroup
	for _, r := range []*heartsv1.RecordBatchRequest{batch(gateway, 1, "main", 10), batch("01JD3ZK9Q0000000000000000B", 1, "main", 7)} {
		wg.Go(func() { record(t, two, r) })
	}
	testbed.Until(t, "both windows queue", func() bool { return two.Queued() == 2 })
	ctx, cancel := context.WithCancel(t.Context())
	wg.Go(func() { _ = two.Run(ctx) })
	testbed.Until(t, "both are answered", func() bool { return two.Queued() == 0 })
	testbed.Until(t, "the new one counts", func() bool { return hearted(t, two, "main") == 17 })
	cancel()
	wg.Wait()
}

func TestRefusedSumsLeaveTheOthers(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	b.Room("later", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_SCHEDULED })
	b.Room("over", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	b.Room("still", func(r *eventv1.Room) { r.Settings.HeartsPaused = true })
	s, _ := replica(t, b)
	response := record(t, s, &heartsv1.RecordBatchRequest{Writer: gateway, Window: 1, Sums: []*heartsv1.HeartSum{
		{Room: "main", Kind: "heart", Count: 3}, {Room: "still", Kind: "heart", Count: 3}, {Room: "later", Kind: "heart", Count: 3}, {Room: "over", Kind: "heart", Count: 3},
		{Room: "nowhere", Kind: "heart", Count: 3}, {Room: "main", Kind: "sneer", Count: 3},
	}})
	var reasons []string
	for _, r := range response.GetRefused() {
		reasons = append(reasons, r.GetReason())
	}
	if got, want := strings.Join(reasons, " "), "HEARTS_PAUSED ROOM_NOT_STARTED ROOM_ENDED ROOM_NOT_FOUND UNKNOWN_KIND"; got != want {
		t.Errorf("refused %s, want %s", got, want)
	}
	if got := hearted(t, s, "main"); got != 3 {
		t.Errorf("total %d, want 3", got)
	}
	// Sent again after the room ended, the window is answered as it was: it was counted.
	b.Room("main", func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_ENDED })
	record(t, s, batch(gateway, 2, "nowhere", 1))
	if again := record(t, s, batch(gateway, 2, "nowhere", 1)); len(again.GetRefused()) != 1 {
		t.Error("the same window got another answer")
	}
}

func TestARoomThatWasJustStartedTakesHearts(t *testing.T) {
	b := testbed.New(t)
	s, _ := replica(t, b)
	for i := range 20 { // followed state may be a moment behind: the leader decides before a refusal
		room := fmt.Sprint("r", i)
		b.Room(room, func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_SCHEDULED })
		if len(record(t, s, batch(gateway, uint64(2*i+1), room, 1)).GetRefused()) != 1 {
			t.Fatal("a scheduled room took hearts")
		}
		b.Room(room, func(r *eventv1.Room) { r.State = eventv1.RoomState_ROOM_STATE_LIVE })
		if refused := record(t, s, batch(gateway, uint64(2*i+2), room, 1)).GetRefused(); len(refused) != 0 {
			t.Fatalf("refused though the room was live: %v", refused)
		}
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, _ := replica(t, b)
	var wg sync.WaitGroup
	for w := range 20 {
		wg.Go(func() {
			for n := uint64(1); n <= 10; n++ {
				record(t, s, batch(fmt.Sprintf("01JD3ZK9Q00000000000000%03d", w), n, "main", 2))
			}
		})
	}
	wg.Wait()
	if got := hearted(t, s, "main"); got != 400 {
		t.Fatalf("total %d, want 400", got)
	}
}

func TestTheWidestWindowFits(t *testing.T) {
	b := testbed.New(t)
	kinds := make([]string, 899)
	r := &heartsv1.RecordBatchRequest{Writer: gateway, Window: 1}
	for i := range kinds {
		kinds[i] = fmt.Sprint("k", i)
		r.Sums = append(r.Sums, &heartsv1.HeartSum{Room: "main", Kind: kinds[i], Count: 1})
	}
	b.Room("main", func(room *eventv1.Room) { room.Settings.Kinds = kinds })
	s, _ := replica(t, b)
	record(t, s, r)
}

func TestBadBatches(t *testing.T) {
	sum := func(room, kind string, count uint64) *heartsv1.HeartSum {
		return &heartsv1.HeartSum{Room: room, Kind: kind, Count: count}
	}
	many := make([]*heartsv1.HeartSum, 900)
	for i := range many {
		many[i] = sum(fmt.Sprint("r", i), "heart", 1)
	}
	s := hearts.New(hearts.Options{Bus: new(bus.Bus)})
	for name, c := range map[string]struct {
		r     *heartsv1.RecordBatchRequest
		field string
	}{
		"no writer":     {batch("", 1, "main", 1), "writer"},
		"dots":          {batch("a.b.c.d.e", 1, "main", 1), "writer"},
		"wildcard":      {batch("********", 1, "main", 1), "writer"},
		"window 0":      {batch(gateway, 0, "main", 1), "window"},
		"too many":      {&heartsv1.RecordBatchRequest{Writer: gateway, Window: 1, Sums: many}, "sums"},
		"twice":         {&heartsv1.RecordBatchRequest{Writer: gateway, Window: 1, Sums: []*heartsv1.HeartSum{sum("m", "heart", 1), sum("m", "heart", 2)}}, "sums[1].kind"},
		"bad room":      {batch(gateway, 1, "a.b", 1), "sums[0].room"},
		"wildcard room": {batch(gateway, 1, ">", 1), "sums[0].room"},
		"bad kind":      {&heartsv1.RecordBatchRequest{Writer: gateway, Window: 1, Sums: []*heartsv1.HeartSum{sum("m", "Heart.x", 1)}}, "sums[0].kind"},
		"count 0":       {batch(gateway, 1, "main", 0), "sums[0].count"},
		"count huge":    {batch(gateway, 1, "main", 1_000_000_001), "sums[0].count"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.RecordBatch(testbed.As(t.Context(), auth.Service, "gw"), c.r)
			if f, ok := fault.Of(err); !ok || f.Field != c.field {
				t.Fatalf("got %v, want a fault on %s", err, c.field)
			}
		})
	}
}

func TestWindowsThatWaitTooLongAreGivenBack(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	var mu sync.Mutex
	now := time.Unix(1000, 0)
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	s := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log, Clock: clock})
	got := make(chan error, 1)
	go func() {
		_, err := s.RecordBatch(testbed.As(t.Context(), auth.Service, "gw"), batch(gateway, 1, "main", 9))
		got <- err
	}()
	testbed.Until(t, "the window queues", func() bool { return s.Queued() == 1 })
	mu.Lock()
	now = now.Add(6 * time.Second)
	mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	if err := <-got; !fault.Is(err, fault.Unavailable) {
		t.Fatalf("got %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := s.RecordBatch(testbed.As(t.Context(), auth.Service, "gw"), batch(gateway, 2, "main", 9)); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a replica that ended gave %v", err)
	}
	if total := hearted(t, s, "main"); total != 0 {
		t.Fatalf("a window that was given back counted %d", total)
	}
}

func TestPolicyIsComplete(t *testing.T) {
	if err := hearts.Policy.Check(heartsv1.HeartsService_ServiceDesc); err != nil {
		t.Fatal(err)
	}
}
