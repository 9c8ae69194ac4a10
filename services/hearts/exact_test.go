package hearts_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ovation-live/ovation/internal/audit"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/testbed"
	eventv1 "github.com/ovation-live/ovation/proto/gen/ovation/event/v1"
	heartsv1 "github.com/ovation-live/ovation/proto/gen/ovation/hearts/v1"
	roomsv1 "github.com/ovation-live/ovation/proto/gen/ovation/rooms/v1"
	"github.com/ovation-live/ovation/services/hearts"
)

// Six gateways' windows of 300 counters each need three batches. The replica dies when the first one is stored, before
// anybody was answered; every gateway sends its window to another replica, and the broker starts anew in between.
func TestAKillBetweenTwoBatchesCountsEveryWindowOnce(t *testing.T) {
	b := testbed.New(t)
	kinds := make([]string, 300)
	for i := range kinds {
		kinds[i] = fmt.Sprint("k", i)
	}
	const gateways = 6
	windows := make([]*heartsv1.RecordBatchRequest, gateways)
	for g := range windows {
		room := fmt.Sprint("room", g)
		b.Room(room, func(r *eventv1.Room) { r.Settings.Kinds = kinds })
		windows[g] = &heartsv1.RecordBatchRequest{Writer: fmt.Sprintf("01JD3ZK9Q000000000000000G%d", g), Window: 7}
		for i, kind := range kinds {
			windows[g].Sums = append(windows[g].Sums, &heartsv1.HeartSum{Room: room, Kind: kind, Count: uint64(i + 1)})
		}
	}
	for _, batches := range []int{1, 2} {
		t.Run(fmt.Sprint("after ", batches), func(t *testing.T) {
			for g := range windows {
				windows[g].Window += uint64(batches)
			}
			first := hearts.New(hearts.Options{Bus: b.Bus, Views: b.Views, Logger: b.Log})
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			first.DieAfter(batches, kill)
			var asking sync.WaitGroup
			for _, w := range windows {
				asking.Go(func() {
					if _, err := first.RecordBatch(testbed.As(ctx, auth.Service, "gw"), w); err == nil {
						// Windows of a batch before the last one may have their answer; the last batch's have none.
						return
					}
				})
			}
			testbed.Until(t, "all windows wait", func() bool { return first.Queued() == gateways })
			done := make(chan struct{})
			go func() { defer close(done); _ = first.Run(ctx) }()
			<-done
			asking.Wait()
			b.Restart(nil)
			second, stop := replica(t, b)
			for _, w := range windows {
				record(t, second, w)
				record(t, second, w)
			}
			stop()
		})
	}
	s, _ := replica(t, b)
	for g := range windows {
		r, err := s.GetHeartTotals(testbed.As(t.Context(), auth.Viewer, "ann"), &heartsv1.GetHeartTotalsRequest{Room: fmt.Sprint("room", g)})
		if err != nil {
			t.Fatal(err)
		}
		for i, kind := range kinds {
			if got, want := r.GetTotals()[kind], uint64(2*(i+1)); got != want {
				t.Fatalf("room%d has %d of %s, want %d: two windows, each once", g, got, kind, want)
			}
		}
	}
}

// 27: what is no count is refused whole, and changes nothing.
func TestFault27CountsThatAreNone(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, _ := replica(t, b)
	record(t, s, batch(gateway, 1, "main", 5))
	now := time.Now().Unix()
	for name, c := range map[string]struct {
		count   uint64
		moments []*heartsv1.HeartMoment
		field   string
	}{
		"0":                        {0, nil, "sums[0].count"},
		"-1 as unsigned":           {1<<64 - 1, nil, "sums[0].count"},
		"2^63-1":                   {1<<63 - 1, nil, "sums[0].count"},
		"a moment of 0":            {5, []*heartsv1.HeartMoment{{Second: now}}, "sums[0].moments[0].count"},
		"moments beyond the sum":   {5, []*heartsv1.HeartMoment{{Second: now, Count: 3}, {Second: now - 1, Count: 3}}, "sums[0].moments[1].count"},
		"moments that overflow":    {5, []*heartsv1.HeartMoment{{Second: now, Count: 3}, {Second: now - 1, Count: 1<<64 - 1}}, "sums[0].moments[1].count"},
		"a moment in the future":   {5, []*heartsv1.HeartMoment{{Second: now + 90, Count: 1}}, "sums[0].moments[0].second"},
		"a moment hours off":       {5, []*heartsv1.HeartMoment{{Second: now - 3*3600, Count: 1}}, "sums[0].moments[0].second"},
		"a moment before all time": {5, []*heartsv1.HeartMoment{{Second: -1 << 63, Count: 1}}, "sums[0].moments[0].second"},
		"a second twice":           {5, []*heartsv1.HeartMoment{{Second: now, Count: 1}, {Second: now, Count: 1}}, "sums[0].moments[1].second"},
		"too many moments":         {500, make([]*heartsv1.HeartMoment, 121), "sums[0].moments"},
	} {
		r := batch(gateway, 2, "main", c.count)
		r.Sums[0].Moments = c.moments
		_, err := s.RecordBatch(testbed.As(t.Context(), auth.Service, "gw"), r)
		if f, ok := fault.Of(err); !ok || f.Field != c.field {
			t.Errorf("%s: %v, want a fault on %s", name, err, c.field)
		}
	}
	for name, c := range map[string]struct {
		spender *heartsv1.Spender
		field   string
	}{
		"no room":   {&heartsv1.Spender{Person: "aaaaaaaaaaaaaaaaaaaaaaaaaa"}, "spenders[0].room"},
		"no person": {&heartsv1.Spender{Room: "main", Person: "*"}, "spenders[0].person"},
	} {
		r := batch(gateway, 2, "main", 1)
		r.Spenders = []*heartsv1.Spender{c.spender}
		_, err := s.RecordBatch(testbed.As(t.Context(), auth.Service, "gw"), r)
		if f, ok := fault.Of(err); !ok || f.Field != c.field {
			t.Errorf("%s: %v, want a fault on %s", name, err, c.field)
		}
	}
	if got := hearted(t, s, "main"); got != 5 {
		t.Errorf("total %d, want 5", got)
	}
}

// Windows are known by writer and number, and the ids of gateways are no secret: a token for some rooms sends none ahead of a
// gateway's, which would pass for stored, and is told nothing of what a gateway's were answered.
func TestATokenForSomeRoomsTakesNoGatewaysWindow(t *testing.T) {
	b := testbed.New(t)
	for _, room := range []string{"main", "mine"} {
		b.Room(room, nil)
	}
	s, _ := replica(t, b)
	record(t, s, batch(gateway, 1, "main", 5))
	for _, rooms := range [][]string{{"mine"}, {"mine", "m*"}} {
		ctx := auth.WithCaller(t.Context(), auth.Claims{Subject: "gw", Role: auth.Service, Rooms: rooms, Expires: time.Now().Add(time.Hour)})
		for name, r := range map[string]*heartsv1.RecordBatchRequest{
			"ahead": batch(gateway, 2, "mine", 1), "what was answered": {Writer: gateway, Window: 1},
		} {
			if answer, err := s.RecordBatch(ctx, r); !fault.Is(err, fault.PermissionDenied) {
				t.Errorf("%s with a token for %q: %v %v", name, rooms, answer, err)
			}
		}
	}
	record(t, s, batch(gateway, 2, "main", 7))
	totals, err := s.GetHeartTotals(testbed.As(t.Context(), auth.Host, "host"), &heartsv1.GetHeartTotalsRequest{Room: "main"})
	if err != nil || totals.GetTotals()["heart"] != 12 {
		t.Errorf("%v %v, want the 12 of the gateway", totals, err)
	}
}

func TestWhatSeveralGatewaysSayOfAPersonIsAddedUp(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, _ := replica(t, b)
	const ann, bob = "aaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbb"
	say := func(writer string, window uint64, people ...*heartsv1.Spender) string {
		t.Helper()
		r := batch(writer, window, "main", 1)
		r.Spenders = people
		said := ""
		for _, e := range record(t, s, r).GetElsewhere() {
			said += fmt.Sprintf("%c%d ", e.GetPerson()[0], e.GetCounted())
		}
		return said
	}
	counted := func(person string, n uint64) *heartsv1.Spender {
		return &heartsv1.Spender{Room: "main", Person: person, Counted: n}
	}
	one, two, three := "01JD3ZK9Q0000000000000000A", "01JD3ZK9Q0000000000000000B", "01JD3ZK9Q0000000000000000C"
	for i, c := range []struct {
		writer string
		people []*heartsv1.Spender
		want   string
	}{
		{one, []*heartsv1.Spender{counted(ann, 130)}, ""},
		{two, []*heartsv1.Spender{counted(ann, 140), counted(bob, 200)}, "a130 "},
		{one, []*heartsv1.Spender{counted(ann, 150)}, "a140 "},
		{three, []*heartsv1.Spender{counted(ann, 10), counted(bob, 10)}, "a290 b200 "},
		{two, []*heartsv1.Spender{counted(ann, 120)}, "a160 "}, // late: a lower figure takes nothing back
		{one, []*heartsv1.Spender{counted(ann, 150)}, "a150 "},
	} {
		if got := say(c.writer, uint64(i+1), c.people...); got != c.want {
			t.Errorf("step %d: elsewhere %q, want %q", i, got, c.want)
		}
	}
}

func TestExcludedHeartsStandBesideTheTotal(t *testing.T) {
	b := testbed.New(t)
	b.Room("main", nil)
	s, stop := replica(t, b)
	record(t, s, batch(gateway, 1, "main", 100))
	host := testbed.As(t.Context(), auth.Host, "host")
	exclude := func(ctx context.Context, id, kind string, n uint64) (*heartsv1.ExcludeHeartsResponse, error) {
		return s.ExcludeHearts(ctx, &heartsv1.ExcludeHeartsRequest{Room: "main", RequestId: id, Kind: kind, Count: n, Reason: "a farm of phones"})
	}
	for range 2 { // the second one is a retry
		if r, err := exclude(host, "request-1", "heart", 70); err != nil || r.GetTotal() != 100 || r.GetExcluded() != 70 {
			t.Fatalf("%v %v, want 70 of 100", r, err)
		}
	}
	for kind, n := range map[string]uint64{"heart": 10, "clap": 70} { // answered as done, nobody would notice that it was not
		if r, err := exclude(host, "request-1", kind, n); !fault.Is(err, fault.RequestIDReused) {
			t.Errorf("another exclusion (%d %s) under the id of the first: %v %v", n, kind, r, err)
		}
	}
	if _, err := exclude(host, "request-2", "heart", 31); !fault.Is(err, fault.BadCount) {
		t.Errorf("more than there are: %v", err)
	}
	if _, err := exclude(host, "request-3", "heart", 0); !fault.Is(err, fault.BadCount) {
		t.Errorf("none: %v", err)
	}
	if _, err := exclude(host, "request-4", "clap", 1); !fault.Is(err, fault.UnknownKind) {
		t.Errorf("a kind without hearts: %v", err)
	}
	if _, err := exclude(host, "request-5", "Clap.*", 1); !fault.Is(err, fault.FieldInvalid) {
		t.Errorf("no kind: %v", err)
	}
	if _, err := exclude(testbed.As(t.Context(), auth.Moderator, "mod"), "request-6", "heart", 1); !fault.Is(err, fault.PermissionDenied) {
		t.Errorf("a moderator: %v", err)
	}
	if _, err := exclude(host, "short", "heart", 1); !fault.Is(err, fault.FieldInvalid) {
		t.Errorf("no request id: %v", err)
	}
	stop()
	b.Restart(nil)
	s, _ = replica(t, b)
	if r, err := exclude(host, "request-1", "heart", 70); err != nil || r.GetExcluded() != 70 {
		t.Errorf("a retry after a restart: %v %v", r, err)
	}
	service := testbed.As(t.Context(), auth.Service, "backend")
	if r, err := s.ExcludeHearts(service, &heartsv1.ExcludeHeartsRequest{
		Room: "main", RequestId: "request-7", Kind: "heart", Count: 30, Actor: &roomsv1.Actor{Subject: "host", Role: "host"},
	}); err != nil || r.GetExcluded() != 100 {
		t.Errorf("a service for a host: %v %v", r, err)
	}
	totals, err := s.GetHeartTotals(host, &heartsv1.GetHeartTotalsRequest{Room: "main"})
	if err != nil || totals.GetTotals()["heart"] != 100 || totals.GetExcluded()["heart"] != 100 {
		t.Errorf("%v %v: the total must stay", totals, err)
	}
	entries, _, err := audit.List(t.Context(), b.Bus, "main", audit.Query{Most: 10})
	if err != nil || len(entries) != 2 || entries[1].GetAction() != "exclude_hearts" || entries[1].GetTarget() != "70 heart" || entries[1].GetReason() != "a farm of phones" {
		t.Errorf("audit %v %v", entries, err)
	}
}
